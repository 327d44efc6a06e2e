//! The section `team` of the configuration.

use baton_kit::life::config::{ConfigDuration, Faults, Settings, optional_secret};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use crate::domain::{session::SessionLimits, throttle::ThrottleLimits};

/// Whoever holds the operator's token makes tenants: it must not be guessed.
const SHORTEST_OPERATOR_TOKEN: usize = 32;

/// What can be set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What makes a caller the platform operator; `None` for no operator.
    #[serde(deserialize_with = "optional_secret")]
    pub operator_token: Option<SecretString>,
    /// What `GetServerInfo` says is switched on.
    pub features: Vec<String>,
    /// What `GetServerInfo` says about the feed.
    pub feed_retention_days: i32,
    /// How long sessions live.
    pub sessions: Sessions,
    /// How often one may try to sign in.
    pub sign_in: SignInSettings,
}

/// How long sessions live.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sessions {
    /// Without being used.
    pub idle: ConfigDuration,
    /// At all.
    pub absolute: ConfigDuration,
}

/// How often one may try to sign in.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInSettings {
    /// Attempts on one account before the first wait.
    pub attempts_per_account: u32,
    /// Attempts from one address before the first wait.
    pub attempts_per_caller: u32,
    /// The first wait.
    pub first_wait: ConfigDuration,
    /// The longest.
    pub longest_wait: ConfigDuration,
    /// When everything is forgotten.
    pub forget_after: ConfigDuration,
    /// How many are remembered.
    pub remembered: usize,
}

impl Config {
    pub(crate) fn session_limits(&self) -> SessionLimits {
        SessionLimits { idle: self.sessions.idle.get(), absolute: self.sessions.absolute.get() }
    }

    pub(crate) fn account_limits(&self) -> ThrottleLimits {
        self.sign_in.limits(self.sign_in.attempts_per_account)
    }

    pub(crate) fn caller_limits(&self) -> ThrottleLimits {
        self.sign_in.limits(self.sign_in.attempts_per_caller)
    }
}

impl SignInSettings {
    fn limits(&self, free: u32) -> ThrottleLimits {
        ThrottleLimits {
            free,
            first_wait: self.first_wait.get(),
            longest_wait: self.longest_wait.get(),
            forget_after: self.forget_after.get(),
            remembered: self.remembered,
        }
    }
}

impl Settings for Config {
    const SECTION: &'static str = "team";
    const DEFAULTS: &'static str = include_str!("config.default.toml");

    fn validate(&self, faults: &mut Faults) {
        let mut expect = |holds: bool, key: &str, message: &str| {
            if !holds {
                faults.push(key, message);
            }
        };
        let token = self.operator_token.as_ref().map(|token| token.expose_secret().chars().count());
        expect(
            token.is_none_or(|characters| characters >= SHORTEST_OPERATOR_TOKEN),
            "operator_token",
            "must have at least 32 characters, or none",
        );
        expect(self.feed_retention_days > 0, "feed_retention_days", "must be 1 or more");
        let SignInSettings { first_wait, longest_wait, forget_after, .. } = self.sign_in;
        expect(!self.sessions.idle.get().is_zero(), "sessions.idle", "must be longer than nothing");
        expect(
            self.sessions.absolute >= self.sessions.idle,
            "sessions.absolute",
            "must not be shorter than idle",
        );
        expect(self.sign_in.attempts_per_account > 0, "sign_in.attempts_per_account", "must be 1 or more");
        expect(self.sign_in.attempts_per_caller > 0, "sign_in.attempts_per_caller", "must be 1 or more");
        expect(!first_wait.get().is_zero(), "sign_in.first_wait", "must be longer than nothing");
        expect(longest_wait >= first_wait, "sign_in.longest_wait", "must not be shorter than first_wait");
        expect(forget_after > longest_wait, "sign_in.forget_after", "must be longer than longest_wait");
        expect(self.sign_in.remembered >= 100, "sign_in.remembered", "must be 100 or more");
    }
}

#[cfg(test)]
mod tests {
    use baton_kit::life::config::Sources;

    use super::*;

    fn load(file: &str) -> Result<Config, Faults> {
        Sources::from_parts(file.parse().unwrap(), []).load()
    }

    #[test]
    fn the_defaults_are_whole_and_know_no_operator() {
        let config = load("").unwrap();
        assert!(config.operator_token.is_none());
        assert_eq!(config.session_limits().idle.as_secs(), 12 * 3600);
        assert_eq!(config.account_limits().free, 5);
    }

    #[test]
    fn every_fault_is_told_and_no_secret_is() {
        let file = "[team]\noperator_token = \"hunter2\"\n[team.sessions]\nidle = \"20d\"\n[team.sign_in]\nremembered = 1";
        let faults = load(file).unwrap_err();
        assert_eq!(faults.len(), 3, "{faults}");
        assert!(!faults.to_string().contains("hunter2"));
    }

    #[test]
    fn a_config_is_printed_without_its_secret() {
        let token = "0123456789abcdef0123456789abcdef";
        let config = load(&format!("[team]\noperator_token = \"{token}\"")).unwrap();
        assert!(!format!("{config:?}").contains(token));
    }
}
