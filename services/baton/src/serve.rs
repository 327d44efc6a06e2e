//! `baton serve`: everything on one machine until told to stop.

use std::{fs, os::unix::fs::DirBuilderExt as _, path::Path, process::ExitCode, time::Duration};

use baton_kit::life::{ids::base32, kill_points};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    cli::{complain, surroundings},
    config::{Configuration, SuiteConfig},
    keys::write_private,
    suite::{self, DemoWorkspace, Listeners, Suite, SuiteError, Surroundings},
};

const DEMO_SLUG: &str = "demo";
const DEMO_EMAIL: &str = "dana@demo.example.org";

/// Serves until a signal.
pub(crate) async fn run(config: Configuration) -> ExitCode {
    let around = surroundings();
    let suite_config = config.suite.clone();
    if let Err(error) = arm(&suite_config) {
        return complain(&error.to_string(), 64);
    }
    let started = async {
        let listeners = Listeners::bind(&suite_config).await?;
        let suite = suite::start(config, listeners, around.clone()).await?;
        announce(&suite_config, &suite, &around).await
    };
    // Listened for from the first moment: told to stop while it starts, it stops in the same order.
    let mut signals = std::pin::pin!(around.life.signals());
    let outcome = tokio::select! {
        biased;
        () = &mut signals => None,
        outcome = started => Some(outcome),
    };
    match outcome {
        Some(Err(error)) => {
            let _left_behind = around.life.drain(Duration::from_secs(1)).await;
            return complain(&error.to_string(), 1);
        }
        Some(Ok(())) => signals.await,
        None => {}
    }
    tracing::info!("stopping");
    around.life.leave(suite_config.drain_delay.get()).await;
    let drained = around.life.drain(suite_config.drain.get()).await;
    tracing::info!(%drained, "stopped");
    ExitCode::SUCCESS
}

fn arm(config: &SuiteConfig) -> Result<(), kill_points::NoKillPoint> {
    if config.kill_point.is_empty() {
        return Ok(());
    }
    tracing::warn!(kill_point = config.kill_point, "this process will kill itself");
    kill_points::arm(&config.kill_point)
}

#[expect(clippy::print_stdout, reason = "what a person at the terminal wants to know")]
async fn announce(config: &SuiteConfig, suite: &Suite, around: &Surroundings) -> Result<(), SuiteError> {
    println!("Baton is ready.");
    if config.demo_workspace {
        println!("  a page with the widget     http://{}/demo", suite.address);
    }
    println!("  the inbox                  http://{}/inbox", suite.address);
    println!("  HTTP API, partners' gRPC   http://{}", suite.address);
    println!("  OpenAPI document           http://{}/openapi.json", suite.address);
    println!("  health and metrics         http://{}/metrics", suite.ops_address);
    if config.demo_workspace {
        announce_demo(config, suite, around).await?;
    }
    Ok(())
}

/// The first start makes the workspace; its password is printed then and kept in a file, which is written first: a crash in between
/// leaves a password without a workspace, never the other way round. Where another process made it, that one knows.
#[expect(clippy::print_stdout, reason = "what a person at the terminal wants to know")]
async fn announce_demo(config: &SuiteConfig, suite: &Suite, around: &Surroundings) -> Result<(), SuiteError> {
    let path = config.data_dir.join("demo-password");
    let failed = |error: std::io::Error| SuiteError::Demo(format!("{}: {error}", path.display()));
    let kept = kept_password(&path).map_err(failed)?;
    let password = kept.clone().unwrap_or_else(|| new_password(around));
    if kept.is_none() {
        keep_password(&path, &password).map_err(failed)?;
    }
    let demo = DemoWorkspace {
        slug: DEMO_SLUG.to_owned(),
        owner_email: DEMO_EMAIL.to_owned(),
        owner_password: password.clone(),
        password_in: path.display().to_string(),
    };
    let made = suite.demo_workspace(demo).await?;
    println!("  demo workspace             {DEMO_SLUG}, sign in as {DEMO_EMAIL}");
    if made.created {
        println!("  its password               {} (kept in {})", password.expose_secret(), path.display());
    } else if kept.is_some() {
        println!("  its password               in {}", path.display());
    } else {
        fs::remove_file(&path).map_err(failed)?;
        println!("  its password               is kept where it was made");
    }
    println!("  its widget key             {}", made.widget_key);
    Ok(())
}

fn kept_password(path: &Path) -> std::io::Result<Option<SecretString>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(SecretString::from(text.trim()))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn keep_password(path: &Path, password: &SecretString) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    write_private(path, password.expose_secret())
}

/// 128 random bits.
fn new_password(around: &Surroundings) -> SecretString {
    let mut bytes = [0; 16];
    around.ids.fill(&mut bytes);
    SecretString::from(base32::encode(u128::from_be_bytes(bytes)))
}

/// Asks the operators' port of a running suite. By hand: one line of HTTP is not worth a client in the image's health check.
pub(crate) async fn healthcheck(config: &SuiteConfig) -> ExitCode {
    let asked = async {
        let mut stream = TcpStream::connect(config.ops_listen).await?;
        stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    };
    let clock = baton_kit::life::clock::SystemClock::new();
    match baton_kit::life::clock::timeout(&clock, Duration::from_secs(3), asked).await {
        Ok(Ok(answer)) if answer.starts_with("HTTP/1.1 200") => ExitCode::SUCCESS,
        Ok(Ok(_)) => complain("not ready", 1),
        Ok(Err(error)) => complain(&format!("not reached: {error}"), 1),
        Err(_) => complain("no answer in time", 1),
    }
}
