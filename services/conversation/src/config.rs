//! The section `conversation` of the settings.

use baton_kit::life::config::{Faults, Settings, Span};

use crate::domain::patience::Patience;

/// The settings; each is explained in `config.default.toml`.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// How long the visitor waits for the member who has the conversation.
    pub response_within: Span,
    /// From the warning until the conversation returns to the queue.
    pub response_grace: Span,
    /// How long a handoff waits for somebody to take it.
    pub handoff_within: Span,
    /// How long a promise of an answer by e-mail is good.
    pub fallback_within: Span,
}

impl Config {
    /// The settings as the machine knows them.
    pub fn patience(&self) -> Patience {
        Patience {
            response: self.response_within.get(),
            response_grace: self.response_grace.get(),
            handoff: self.handoff_within.get(),
            fallback: self.fallback_within.get(),
        }
    }
}

impl Settings for Config {
    const SECTION: &'static str = "conversation";
    const DEFAULTS: &'static str = include_str!("config.default.toml");

    fn validate(&self, faults: &mut Faults) {
        for (key, span) in [
            ("response_within", self.response_within),
            ("response_grace", self.response_grace),
            ("handoff_within", self.handoff_within),
            ("fallback_within", self.fallback_within),
        ] {
            if span.get().is_zero() {
                faults.push(key, "must be above zero");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use baton_kit::life::config::Sources;

    use super::*;

    fn load(env: &[(&str, &str)]) -> Result<Config, Faults> {
        let env = env.iter().map(|(name, value)| (name.to_string(), value.to_string()));
        Sources::from_parts(Default::default(), env).load()
    }

    #[test]
    fn the_defaults_are_valid_and_the_documented_ones() {
        let patience = load(&[]).unwrap().patience();
        let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
        assert_eq!((patience.response, patience.response_grace), (minutes(10), minutes(5)));
        assert_eq!((patience.handoff, patience.fallback), (minutes(15), minutes(24 * 60)));
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let faults = load(&[
            ("BATON_CONVERSATION__RESPONSE_WITHIN", "0s"),
            ("BATON_CONVERSATION__HANDOFF_WITHIN", "0s"),
        ]);
        assert_eq!(faults.unwrap_err().len(), 2);
    }
}
