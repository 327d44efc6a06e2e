//! `baton demo`: a suite in a scratch folder, and a story told through its public doors only.

mod http;
mod partner;
mod sse;
mod story;
mod timeline;

use std::{process::ExitCode, time::Duration};

use baton_kit::life::{
    config::Sources,
    telemetry::{self, LogFormat, TelemetryConfig},
};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    cli::{complain, surroundings},
    config::Configuration,
    suite::{self, DemoWorkspace, Listeners, Surroundings},
};

pub use story::{Cast, StoryError, play};
pub use timeline::Timeline;

/// Starts a suite, plays the story, stops the suite.
pub(crate) async fn run() -> ExitCode {
    let quiet = TelemetryConfig {
        service: "baton-demo".to_owned(),
        log_filter: "warn".to_owned(),
        log_format: LogFormat::Text,
        otlp_endpoint: None,
        sample_ratio: 0.0,
    };
    let telemetry = match telemetry::init(&quiet) {
        Ok(telemetry) => telemetry,
        Err(error) => return complain(&error.to_string(), 1),
    };
    let told = tell().await;
    telemetry.shutdown().await;
    match told {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(&format!("the story broke off: {error}"), 1),
    }
}

async fn tell() -> Result<(), StoryError> {
    let scratch = tempfile::tempdir().map_err(|error| StoryError::new("make a scratch folder", error))?;
    let around = surroundings();
    let mut timeline = Timeline::printing(around.clock.clone());
    let told = tell_in(scratch.path(), &around, &mut timeline).await;
    let drained = around.life.drain(Duration::from_secs(15)).await;
    if told.is_ok() {
        timeline.entry("suite", &format!("stopped: {drained}"));
    }
    told
}

async fn tell_in(
    scratch: &std::path::Path,
    around: &Surroundings,
    timeline: &mut Timeline,
) -> Result<(), StoryError> {
    let config = scratch_configuration(scratch)?;
    let fault = |error: &dyn std::fmt::Display| StoryError::new("start the suite", error);
    let listeners = Listeners::bind(&config.suite).await.map_err(|error| fault(&error))?;
    let suite = suite::start(config, listeners, around.clone()).await.map_err(|error| fault(&error))?;
    let mut password = [0; 16];
    around.ids.fill(&mut password);
    let password = SecretString::from(password.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    let demo = DemoWorkspace {
        slug: "demo".to_owned(),
        owner_email: "dana@demo.example.org".to_owned(),
        owner_password: password.clone(),
    };
    let made = suite.demo_workspace(demo).await.map_err(|error| fault(&error))?;
    timeline.entry("suite", &format!("four services and the gateway on http://{}", suite.address));
    let cast = Cast {
        address: suite.address,
        widget_key: made.widget_key,
        workspace: "demo".to_owned(),
        email: "dana@demo.example.org".to_owned(),
        password: password.expose_secret().to_owned(),
        clock: around.clock.clone(),
        ids: around.ids.clone(),
    };
    play(&cast, timeline).await
}

/// Everything by default, but in the scratch folder and on free ports; the environment does not reach it.
fn scratch_configuration(scratch: &std::path::Path) -> Result<Configuration, StoryError> {
    let variables = [
        ("BATON_SUITE__LISTEN", "127.0.0.1:0".to_owned()),
        ("BATON_SUITE__OPS_LISTEN", "127.0.0.1:0".to_owned()),
        ("BATON_SUITE__DATA_DIR", scratch.display().to_string()),
    ];
    let variables = variables.into_iter().map(|(name, value)| (name.to_owned(), value));
    let sources = Sources::from_parts(toml::Table::new(), variables);
    Configuration::load(&sources).map_err(|faults| StoryError::new("configure the suite", faults))
}
