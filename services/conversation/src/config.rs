//! Settings of the conversation service.

use baton_kit::life::config::{Faults, Settings};

/// The section `[conversation]`.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct Config {
    /// Connections to the database for requests.
    pub pool_size: u32,
}

impl Settings for Config {
    const SECTION: &'static str = "conversation";
    const DEFAULTS: &'static str = include_str!("config.default.toml");

    fn validate(&self, faults: &mut Faults) {
        if !(1..=200).contains(&self.pool_size) {
            faults.push("pool_size", "must be 1 to 200");
        }
    }
}
