//! The settings of the section `ai`.
//!
//! Must not know who reads them.

use baton_kit::life::config::{ConfigDuration, Faults, Settings};
use serde::Deserialize;

/// The settings.
#[derive(Debug, Clone, Deserialize)]
pub struct Config {
    /// Turns worked on at once.
    pub concurrency: u32,
    /// From the entering of a turn to the engine's decision.
    pub turn_deadline: ConfigDuration,
    /// How often progress is reported.
    pub progress_every: ConfigDuration,
    /// How long a turn stays with a silent worker.
    pub lease: ConfigDuration,
    /// How often workers look by themselves.
    pub poll_every: ConfigDuration,
    /// For how long a silent conversation service is tried.
    pub retry_for: ConfigDuration,
    /// For how long ended turns are kept.
    pub keep_turns: ConfigDuration,
    /// Workspaces indexed in memory.
    pub cached_indexes: u64,
    /// What the built-in engine takes for an answer.
    pub least_coverage_percent: u8,
    /// When the built-in engine takes repetition for despair.
    pub repeats: u32,
}

impl Settings for Config {
    const SECTION: &'static str = "ai";
    const DEFAULTS: &'static str = include_str!("config.default.toml");

    fn validate(&self, faults: &mut Faults) {
        let mut check = |key: &str, fine: bool, expected: &str| {
            if !fine {
                faults.push(key, expected);
            }
        };
        check("concurrency", (1..=256).contains(&self.concurrency), "must be 1 to 256");
        check("turn_deadline", !self.turn_deadline.get().is_zero(), "must be longer than nothing");
        check("progress_every", self.progress_every.get().as_secs() >= 1, "must be at least 1s");
        check("lease", self.lease.get().as_secs() >= 3, "must be at least 3s");
        check("poll_every", self.poll_every.get().as_millis() >= 50, "must be at least 50ms");
        check("retry_for", self.retry_for >= self.turn_deadline, "must not be shorter than turn_deadline");
        check("keep_turns", self.keep_turns.get().as_secs() >= 14 * 86_400, "must be at least 14d");
        check("cached_indexes", self.cached_indexes >= 1, "must be at least 1");
        check("least_coverage_percent", (1..=100).contains(&self.least_coverage_percent), "must be 1 to 100");
        check("repeats", self.repeats != 1 && self.repeats <= 100, "must be 0, or 2 to 100");
    }
}
