//! The settings of a whole process: its own section and those of the services in it, all faults at once.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use baton_kit::life::{
    config::{ConfigDuration, Faults, Settings, Sources},
    kill_points,
    telemetry::LogFormat,
};
use secrecy::{ExposeSecret as _, SecretString};

/// With the second that dropped tasks get, and what a start under way needs, within the 25 s that a cluster grants.
const LONGEST_STOP: Duration = Duration::from_secs(22);

/// The section `[suite]`.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct SuiteConfig {
    /// HTTP and partners' gRPC.
    pub listen: SocketAddr,
    /// Liveness, readiness, metrics.
    pub ops_listen: SocketAddr,
    /// Where SQLite files and the secret are kept.
    pub data_dir: PathBuf,
    /// A PostgreSQL server; empty for SQLite.
    pub database: SecretString,
    /// Connections of each service to its database.
    pub pool_size: u32,
    /// What signing keys are derived from; empty with SQLite.
    pub secret: SecretString,
    /// A second secret whose tokens are accepted too; empty for none.
    pub also_accepted_secret: SecretString,
    /// Whether a first start makes a workspace to try.
    pub demo_workspace: bool,
    /// How long it goes on serving after it said that it stops.
    pub drain_delay: ConfigDuration,
    /// How long stopping may take after that.
    pub drain: ConfigDuration,
    /// Which log lines.
    pub log_filter: String,
    /// How they look.
    pub log_format: LogFormat,
    /// Where traces go.
    #[serde(deserialize_with = "baton_kit::life::config::optional_text")]
    pub otlp_endpoint: Option<String>,
    /// Which share of them.
    pub trace_ratio: f64,
    /// Where the process kills itself, for tests of what survives; empty for nowhere.
    pub kill_point: String,
}

impl SuiteConfig {
    /// Whether the data is in SQLite files.
    pub fn on_sqlite(&self) -> bool {
        self.database.expose_secret().is_empty()
    }
}

impl Settings for SuiteConfig {
    const SECTION: &'static str = "suite";
    const DEFAULTS: &'static str = include_str!("config.default.toml");

    fn validate(&self, faults: &mut Faults) {
        let database = self.database.expose_secret();
        if !database.is_empty() && !database.starts_with("postgres://") {
            faults.push("database", "must be postgres://…, or empty for SQLite files in data_dir");
        }
        let (secret, second) = (self.secret.expose_secret(), self.also_accepted_secret.expose_secret());
        let malformed = |text: &str| text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit());
        for (key, text) in [("secret", secret), ("also_accepted_secret", second)] {
            if !text.is_empty() && malformed(text) {
                faults.push(key, "must be 64 hexadecimal digits");
            }
        }
        if !second.is_empty() && second.eq_ignore_ascii_case(secret) {
            faults.push("also_accepted_secret", "must be another one than secret");
        }
        if secret.is_empty() && !self.on_sqlite() {
            faults.push("secret", "is required with PostgreSQL: every process must derive the same keys");
        }
        if !self.kill_point.is_empty()
            && let Err(error) = kill_points::check(&self.kill_point)
        {
            faults.push("kill_point", error.to_string());
        }
        if !(1..=200).contains(&self.pool_size) {
            faults.push("pool_size", "must be 1 to 200");
        }
        if !(0.0..=1.0).contains(&self.trace_ratio) {
            faults.push("trace_ratio", "must be 0 to 1");
        }
        if self.drain_delay.get() + self.drain.get() > LONGEST_STOP {
            faults.push(
                "drain",
                "must be at most 22s, drain_delay counted in: a stop ends within 25 s, whatever peers do",
            );
        }
    }
}

/// All settings of a process.
#[derive(Clone)]
pub struct Configuration {
    /// The process.
    pub suite: SuiteConfig,
    /// The edge.
    pub gateway: baton_gateway::Config,
    /// How long is waited for people.
    pub conversation: baton_conversation::Config,
    /// Who is there.
    pub routing: baton_routing::Config,
    /// Assistants.
    pub ai: baton_ai::Config,
    /// Workspaces and members.
    pub team: baton_team::Config,
    /// Who is told, and how.
    pub notification: baton_notification::Config,
}

const SECTIONS: [&str; 7] = ["suite", "gateway", "conversation", "routing", "ai", "team", "notification"];

impl Configuration {
    /// Loads every section.
    ///
    /// # Errors
    /// Every fault of every section, and every key of ours that belongs to none.
    pub fn load(sources: &Sources) -> Result<Self, Faults> {
        let mut faults = sources.unknown_sections(&SECTIONS);
        let suite = keep(sources.load::<SuiteConfig>(), &mut faults);
        let gateway = keep(sources.load::<baton_gateway::Config>(), &mut faults);
        let conversation = keep(sources.load::<baton_conversation::Config>(), &mut faults);
        let routing = keep(sources.load::<baton_routing::Config>(), &mut faults);
        let ai = keep(sources.load::<baton_ai::Config>(), &mut faults);
        let team = keep(sources.load::<baton_team::Config>(), &mut faults);
        let notification = keep(sources.load::<baton_notification::Config>(), &mut faults);
        if gateway.as_ref().is_some_and(|edge| !baton_notification::begins_links(&edge.public_url)) {
            let begin = baton_notification::LINKS_BEGIN;
            faults.push("gateway.public_url", format!("links in mails begin with it: must be {begin}"));
        }
        let staff = team.zip(notification);
        let loaded = suite.zip(gateway).zip(conversation).zip(routing).zip(ai).zip(staff);
        match loaded {
            Some((((((suite, gateway), conversation), routing), ai), (team, notification)))
                if faults.is_empty() =>
            {
                Ok(Self { suite, gateway, conversation, routing, ai, team, notification })
            }
            _ => Err(faults),
        }
    }
}

fn keep<T>(loaded: Result<T, Faults>, faults: &mut Faults) -> Option<T> {
    loaded.map_err(|found| faults.merge(found)).ok()
}
