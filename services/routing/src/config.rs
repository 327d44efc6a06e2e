//! The section `routing` of the settings.

use baton_kit::life::config::{Faults, Settings, Span};

/// The settings; each is explained in `config.default.toml`.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// How long a member has to accept.
    pub accept_within: Span,
    /// How long a member has to take what a person gave them.
    pub accept_by_hand_within: Span,
    /// How long behind its promise a handoff is overdue.
    pub promise_slack: Span,
    /// After how much working time a handoff is overdue that nothing was promised to.
    pub unpromised_within: Span,
    /// The limit of a member that never said one.
    pub first_limit: i32,
    /// Decisions a round.
    pub batch: usize,
    /// How often time-outs are looked at.
    pub sweep_every: Span,
    /// How often everything that waits is looked at.
    pub recheck_every: Span,
    /// How long one instance alone calls about a decision.
    pub lease: Span,
    /// Workspaces worked on at once.
    pub workers: usize,
    /// Calls under way at once.
    pub calls_at_once: usize,
    /// Workspaces that may stand in the queue.
    pub wakes: usize,
}

impl Settings for Config {
    const SECTION: &'static str = "routing";
    const DEFAULTS: &'static str = include_str!("config.default.toml");

    fn validate(&self, faults: &mut Faults) {
        let mut within = |key: &str, value: usize, low: usize, high: usize| {
            if !(low..=high).contains(&value) {
                faults.push(key, format!("must be {low} to {high}"));
            }
        };
        within("first_limit", usize::try_from(self.first_limit).unwrap_or(0), 1, 100);
        within("batch", self.batch, 1, 200);
        within("workers", self.workers, 1, 64);
        within("calls_at_once", self.calls_at_once, 1, 1000);
        within("wakes", self.wakes, 1, 1_000_000);
        for (key, span) in [
            ("accept_within", self.accept_within),
            ("accept_by_hand_within", self.accept_by_hand_within),
            ("unpromised_within", self.unpromised_within),
            ("sweep_every", self.sweep_every),
            ("recheck_every", self.recheck_every),
            ("lease", self.lease),
        ] {
            if span.get().is_zero() {
                faults.push(key, "must be above zero");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use baton_kit::life::config::Sources;

    use super::*;

    fn load(env: &[(&str, &str)]) -> Result<Config, Faults> {
        let env = env.iter().map(|(name, value)| (name.to_string(), value.to_string()));
        Sources::from_parts(Default::default(), env).load()
    }

    #[test]
    fn the_defaults_are_valid() {
        assert_eq!(load(&[]).unwrap().first_limit, 3);
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let faults = load(&[
            ("BATON_ROUTING__FIRST_LIMIT", "0"),
            ("BATON_ROUTING__BATCH", "1000"),
            ("BATON_ROUTING__ACCEPT_WITHIN", "0s"),
        ]);
        assert_eq!(faults.unwrap_err().len(), 3);
    }
}
