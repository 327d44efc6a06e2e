//! The settings of the section `ai`.
//!
//! Must not know who reads them.

use baton_kit::life::config::{ConfigDuration, Faults, Settings};
use serde::Deserialize;

use crate::application::hand_over::LONGEST_PATIENCE;

mod provider;

pub use provider::{BreakerConfig, ProviderConfig, ProviderKind};

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
    /// For how long, at least, a silent conversation service is tried.
    pub retry_for: ConfigDuration,
    /// How long a visitor is waited for who was asked something before a handoff.
    pub gather_patience: ConfigDuration,
    /// Handoffs found out about at once.
    pub insight_concurrency: u32,
    /// How long a model is given to find out about a handoff.
    pub insight_deadline: ConfigDuration,
    /// How long a handoff that is being found out about stays with a silent worker.
    pub insight_lease: ConfigDuration,
    /// For how long ended turns are kept.
    pub keep_turns: ConfigDuration,
    /// Workspaces indexed in memory.
    pub cached_indexes: u64,
    /// What the built-in engine takes for an answer.
    pub least_coverage_percent: u8,
    /// Between two pieces of an answer of the built-in engine.
    pub piece_pause: ConfigDuration,
    /// Where answers come from.
    pub provider: ProviderConfig,
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
        check("gather_patience", self.gather_patience.get().as_secs() >= 1, "must be at least 1s");
        let expected = "must be at most 23h59m: conversation waits no longer than a day for the handoff";
        check("gather_patience", self.gather_patience.get() <= LONGEST_PATIENCE, expected);
        let expected = "must be shorter than retry_for, or a reminder is old before it is begun";
        check("gather_patience", self.gather_patience < self.retry_for, expected);
        let (deadline, lease) = (self.insight_deadline.get(), self.insight_lease.get());
        check("insight_concurrency", (1..=64).contains(&self.insight_concurrency), "must be 1 to 64");
        check("insight_deadline", deadline.as_secs() >= 1, "must be at least 1s");
        check("insight_lease", lease >= deadline * 2, "must be at least twice insight_deadline");
        check("keep_turns", self.keep_turns.get().as_secs() >= 14 * 86_400, "must be at least 14d");
        check("cached_indexes", self.cached_indexes >= 1, "must be at least 1");
        check("least_coverage_percent", (1..=100).contains(&self.least_coverage_percent), "must be 1 to 100");
        check("piece_pause", self.piece_pause.get().as_millis() <= 500, "must be at most 500ms");
        self.provider.validate(self.turn_deadline.get(), faults);
    }
}

#[cfg(test)]
mod tests {
    use baton_kit::life::config::Sources;

    use super::*;

    #[test]
    fn a_visitor_is_not_waited_for_longer_than_a_duty_is_tried() {
        let mut config: Config = Sources::default().load().expect("the defaults are fine");
        config.gather_patience = config.retry_for;
        let mut faults = Faults::default();
        config.validate(&mut faults);
        assert!(faults.to_string().contains("gather_patience"), "{faults}");
    }

    #[test]
    fn a_visitor_is_not_waited_for_longer_than_conversation_waits_for_the_handoff() {
        let mut config: Config = Sources::default().load().expect("the defaults are fine");
        config.retry_for = "48h".parse().unwrap();
        for (patience, fine) in [("23h", true), ("86340s", true), ("86341s", false), ("24h", false)] {
            config.gather_patience = patience.parse().unwrap();
            let mut faults = Faults::default();
            config.validate(&mut faults);
            assert_eq!(!faults.to_string().contains("gather_patience"), fine, "{patience}: {faults}");
        }
    }
}
