//! A whole suite in this process, with a demo workspace, on either engine.

use std::{path::Path, time::Duration};

use baton::{Configuration, DemoWorkspace, Listeners, Suite, Surroundings, demo::Cast};
use baton_kit::life::{
    clock::{SharedClock, SystemClock},
    config::Sources,
    ids::SystemIds,
    lifecycle::Lifecycle,
};
use baton_kit_testing::{
    database::{TestDatabase, url_of},
    logs::LogWatch,
};
use secrecy::SecretString;
use tempfile::TempDir;
use tracing::subscriber::DefaultGuard;

use super::{
    browser::Widget,
    surroundings::{WITHOUT_LIMITS, crypto},
};

/// A password that no list of common ones holds.
const PASSWORD: &str = "seven-grey-herons-9";

/// A running suite. End it with [`House::close`], which also looks at its log.
pub struct House {
    /// The suite.
    pub suite: Suite,
    /// Its time, ids and life.
    pub around: Surroundings,
    /// WARN and ERROR of this test's thread, on which the whole suite runs.
    pub logs: LogWatch,
    _watching: DefaultGuard,
    scratch: TempDir,
    _server: Option<TestDatabase>,
}

impl House {
    /// On SQLite files in a scratch directory.
    pub async fn sqlite() -> Self {
        Self::open(None, SystemClock::new(), &[]).await
    }

    /// On a PostgreSQL database of its own; `None`, with the reason printed, where there is no server.
    pub async fn postgres() -> Option<Self> {
        let server = TestDatabase::postgres().await?;
        Some(Self::open(Some(server), SystemClock::new(), &[]).await)
    }

    /// On the server given or on SQLite, with more settings than places.
    pub async fn configured(server: Option<TestDatabase>, more: &[(&str, &str)]) -> Self {
        Self::open(server, SystemClock::new(), more).await
    }

    /// The same, living by this clock.
    pub async fn living_by(clock: SharedClock, server: Option<TestDatabase>, more: &[(&str, &str)]) -> Self {
        Self::open(server, clock, more).await
    }

    async fn open(server: Option<TestDatabase>, clock: SharedClock, more: &[(&str, &str)]) -> Self {
        crypto();
        let (logs, scratch) = (LogWatch::new(), TempDir::new().expect("a scratch directory"));
        let watching = logs.watch_thread();
        let around = Surroundings { clock, ids: SystemIds::new(), life: Lifecycle::new() };
        let config = configuration(scratch.path(), server.as_ref(), more);
        let listeners = Listeners::bind(&config.suite).await.expect("free ports");
        let suite = baton::start(config, listeners, around.clone()).await.expect("the suite starts");
        Self { suite, around, logs, _watching: watching, scratch, _server: server }
    }

    /// Where it keeps what it has no server for.
    pub fn data_dir(&self) -> &Path {
        self.scratch.path()
    }

    /// Makes a workspace of this name, waits until its widget works, and gives who may act in it.
    pub async fn workspace(&self, slug: &str) -> Cast {
        let email = format!("dana@{slug}.example.org");
        let wanted = DemoWorkspace {
            slug: slug.to_owned(),
            owner_email: email.clone(),
            owner_password: SecretString::from(PASSWORD),
            password_in: "nowhere".to_owned(),
        };
        let made = self.suite.demo_workspace(wanted).await.expect("a demo workspace");
        Widget::until_known(self.suite.address, &made.widget_key, &self.around.clock).await;
        Cast {
            address: self.suite.address,
            widget_key: made.widget_key,
            workspace: slug.to_owned(),
            email,
            password: PASSWORD.to_owned(),
            clock: self.around.clock.clone(),
            ids: self.around.ids.clone(),
        }
    }

    /// Stops the suite; every task must end by itself, and the log must hold nothing unexpected.
    pub async fn close(self) {
        self.drain().await;
        self.logs.assert_clean();
    }

    /// Stops the suite; every task must end by itself.
    pub async fn drain(&self) {
        let drained = self.around.life.drain(Duration::from_secs(15)).await;
        assert!(drained.is_clean(), "{drained}");
    }
}

/// Everything by default but for places, which are the test's own.
pub fn configuration(scratch: &Path, server: Option<&TestDatabase>, more: &[(&str, &str)]) -> Configuration {
    let mut variables = vec![
        ("BATON_SUITE__LISTEN", "127.0.0.1:0".to_owned()),
        ("BATON_SUITE__OPS_LISTEN", "127.0.0.1:0".to_owned()),
        ("BATON_SUITE__DATA_DIR", scratch.display().to_string()),
    ];
    if let Some(server) = server {
        variables.push(("BATON_SUITE__DATABASE", url_of(server.options())));
        variables.push(("BATON_SUITE__SECRET", "5e".repeat(32)));
    }
    variables.extend(WITHOUT_LIMITS.iter().map(|(name, value)| (*name, (*value).to_owned())));
    variables.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
    let variables = variables.into_iter().map(|(name, value)| (name.to_owned(), value));
    let sources = Sources::from_parts(toml::Table::new(), variables);
    Configuration::load(&sources).unwrap_or_else(|faults| panic!("{faults}"))
}
