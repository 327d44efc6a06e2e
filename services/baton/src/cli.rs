//! What the binary can be asked to do.

use std::{path::PathBuf, process::ExitCode};

use baton_kit::life::{
    clock::SystemClock,
    config::Sources,
    ids::SystemIds,
    lifecycle::Lifecycle,
    telemetry::{self, Telemetry, TelemetryConfig},
};
use clap::{Parser, Subcommand};

use crate::{
    config::Configuration,
    demo, serve,
    suite::{self, Surroundings},
};

/// Exit code for a configuration that cannot be used (`EX_USAGE`).
const EXIT_CONFIG: u8 = 64;

/// Live chat with AI-to-human handoff.
#[derive(Parser)]
#[command(name = "baton", version, about)]
struct Cli {
    /// A TOML file with sections such as [suite] and [gateway]; the environment (BATON_SUITE__LISTEN=…) wins over it.
    #[arg(long, global = true, env = "BATON_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the whole suite. The same as no command.
    Serve,
    /// Brings the database schemas up to date and ends.
    Migrate,
    /// Checks the configuration, names every fault, and ends.
    CheckConfig,
    /// Asks a running suite whether it is ready; exit 0 if it is.
    Healthcheck,
    /// Starts a suite in a scratch folder, plays a visitor's story through its public doors, and ends: 0, or 1 naming the failed step.
    Demo,
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return complain(&format!("the runtime cannot start: {error}"), 1),
    };
    runtime.block_on(run(cli))
}

async fn run(cli: Cli) -> ExitCode {
    let command = cli.command.unwrap_or(Command::Serve);
    if matches!(command, Command::Demo) {
        return demo::run().await;
    }
    let loaded =
        Sources::from_process(cli.config.as_deref()).and_then(|sources| Configuration::load(&sources));
    let config = match loaded {
        Ok(config) => config,
        Err(faults) => {
            return complain(&format!("the configuration cannot be used:\n{faults}"), EXIT_CONFIG);
        }
    };
    match command {
        Command::CheckConfig => say("the configuration is fine"),
        Command::Healthcheck => serve::healthcheck(&config.suite).await,
        // Boxed: the settings of every service lie in them.
        Command::Serve | Command::Demo => Box::pin(with_telemetry(config, serve::run)).await,
        Command::Migrate => Box::pin(with_telemetry(config, migrate)).await,
    }
}

async fn migrate(config: Configuration) -> ExitCode {
    let around = surroundings();
    match suite::migrate_all(&config.suite, &around).await {
        Ok(()) => say("every schema is up to date"),
        Err(error) => complain(&error.to_string(), 1),
    }
}

/// Real time, random ids, a life of its own.
pub(crate) fn surroundings() -> Surroundings {
    Surroundings { clock: SystemClock::new(), ids: SystemIds::new(), life: Lifecycle::new() }
}

async fn with_telemetry<F: Future<Output = ExitCode>>(
    config: Configuration,
    work: impl FnOnce(Configuration) -> F,
) -> ExitCode {
    let telemetry = match telemetry::init(&telemetry_config(&config)) {
        Ok(telemetry) => telemetry,
        Err(error) => return complain(&error.to_string(), EXIT_CONFIG),
    };
    let code = work(config).await;
    Telemetry::shutdown(telemetry).await;
    code
}

fn telemetry_config(config: &Configuration) -> TelemetryConfig {
    let suite = &config.suite;
    TelemetryConfig {
        service: "baton".to_owned(),
        log_filter: suite.log_filter.clone(),
        log_format: suite.log_format,
        otlp_endpoint: suite.otlp_endpoint.clone(),
        sample_ratio: suite.trace_ratio,
    }
}

#[expect(clippy::print_stdout, reason = "the answer to a command")]
fn say(text: &str) -> ExitCode {
    println!("{text}");
    ExitCode::SUCCESS
}

#[expect(clippy::print_stderr, reason = "why a command failed, before or without a log")]
pub(crate) fn complain(text: &str, code: u8) -> ExitCode {
    eprintln!("baton: {text}");
    ExitCode::from(code)
}
