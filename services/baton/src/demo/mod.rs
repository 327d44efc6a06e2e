//! `baton demo`: two acts, each a suite in a scratch folder and a story told through its public doors only.

mod checks;
mod http;
mod partner;
mod provider_down;
mod scene;
mod sse;
mod story;
mod timeline;

use std::{path::Path, process::ExitCode, time::Duration};

use baton_kit::life::{
    config::Sources,
    telemetry::{self, LogFormat, TelemetryConfig},
};
use secrecy::SecretString;

use crate::{
    cli::{complain, surroundings},
    config::Configuration,
    suite::{self, DemoWorkspace, Listeners, Surroundings},
};

pub use provider_down::play as play_without_provider;
pub use story::{Cast, StoryError, play};
pub use timeline::Timeline;

/// Plays both acts.
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

/// Which story.
#[derive(Clone, Copy)]
enum Act {
    /// Everything.
    Whole,
    /// The model's provider is gone.
    ProviderDown,
}

async fn tell() -> Result<(), StoryError> {
    for act in [Act::Whole, Act::ProviderDown] {
        act.tell().await?;
    }
    Ok(())
}

impl Act {
    /// Starts a suite, plays the act, stops the suite.
    async fn tell(self) -> Result<(), StoryError> {
        let scratch = tempfile::tempdir().map_err(|error| StoryError::new("make a scratch folder", error))?;
        let around = surroundings();
        let mut timeline = Timeline::printing(around.clock.clone());
        let told = self.tell_in(scratch.path(), &around, &mut timeline).await;
        let drained = around.life.drain(Duration::from_secs(15)).await;
        if told.is_ok() {
            timeline.entry("suite", &format!("stopped: {drained}"));
        }
        told
    }

    async fn tell_in(
        self,
        scratch: &Path,
        around: &Surroundings,
        timeline: &mut Timeline,
    ) -> Result<(), StoryError> {
        let cast = set_up(scratch, around, self.settings().await?).await?;
        let address = cast.address;
        match self {
            Self::Whole => {
                timeline.entry("suite", &format!("four services and the gateway on http://{address}"));
                play(&cast, timeline).await
            }
            Self::ProviderDown => {
                timeline
                    .entry("suite", &format!("another one on http://{address}, whose AI provider is gone"));
                play_without_provider(&cast, timeline).await
            }
        }
    }

    async fn settings(self) -> Result<Vec<(&'static str, String)>, StoryError> {
        match self {
            Self::Whole => Ok(Vec::new()),
            Self::ProviderDown => {
                let taken = provider_down::settings().await;
                taken.map_err(|error| StoryError::new("find a port where nobody listens", error))
            }
        }
    }
}

/// A suite with a demo workspace, and who plays in it.
async fn set_up(
    scratch: &Path,
    around: &Surroundings,
    settings: Vec<(&'static str, String)>,
) -> Result<Cast, StoryError> {
    let config = scratch_configuration(scratch, settings)?;
    let fault = |error: &dyn std::fmt::Display| StoryError::new("start the suite", error);
    let listeners = Listeners::bind(&config.suite).await.map_err(|error| fault(&error))?;
    let suite = suite::start(config, listeners, around.clone()).await.map_err(|error| fault(&error))?;
    let mut password = [0; 16];
    around.ids.fill(&mut password);
    let password: String = password.iter().map(|byte| format!("{byte:02x}")).collect();
    let demo = DemoWorkspace {
        slug: "demo".to_owned(),
        owner_email: "dana@demo.example.org".to_owned(),
        owner_password: SecretString::from(password.clone()),
        password_in: "nowhere".to_owned(),
    };
    let made = suite.demo_workspace(demo).await.map_err(|error| fault(&error))?;
    Ok(Cast {
        address: suite.address,
        widget_key: made.widget_key,
        workspace: "demo".to_owned(),
        email: "dana@demo.example.org".to_owned(),
        password,
        clock: around.clock.clone(),
        ids: around.ids.clone(),
    })
}

/// Everything by default but what the act needs, in the scratch folder and on free ports; the environment does not reach it.
fn scratch_configuration(
    scratch: &Path,
    settings: Vec<(&'static str, String)>,
) -> Result<Configuration, StoryError> {
    let places = [
        ("BATON_SUITE__LISTEN", "127.0.0.1:0".to_owned()),
        ("BATON_SUITE__OPS_LISTEN", "127.0.0.1:0".to_owned()),
        ("BATON_SUITE__DATA_DIR", scratch.display().to_string()),
    ];
    let variables = places.into_iter().chain(settings).map(|(name, value)| (name.to_owned(), value));
    let sources = Sources::from_parts(toml::Table::new(), variables);
    Configuration::load(&sources).map_err(|faults| StoryError::new("configure the suite", faults))
}
