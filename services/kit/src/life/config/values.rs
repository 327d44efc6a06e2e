//! Types of single settings.

use std::{fmt, str::FromStr, time::Duration};

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Deserializer};

/// A duration written as a whole number with its unit: `250ms`, `8s`, `2m`, `24h`, `14d`.
///
/// One number, one unit, no default unit: `30` is the classic way to wait 30 hours for 30 seconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ConfigDuration(pub Duration);

/// Short name of [`ConfigDuration`].
pub type Span = ConfigDuration;

/// The text is not a duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a duration such as 250ms, 8s, 2m, 24h or 14d")]
pub struct ParseDurationError;

impl ConfigDuration {
    /// The duration itself.
    pub const fn get(self) -> Duration {
        self.0
    }
}

impl From<ConfigDuration> for Duration {
    fn from(value: ConfigDuration) -> Self {
        value.0
    }
}

impl fmt::Debug for ConfigDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for ConfigDuration {
    type Err = ParseDurationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let end = text.find(|c: char| !c.is_ascii_digit()).ok_or(ParseDurationError)?;
        let (number, unit) = text.split_at(end);
        let number: u64 = number.parse().map_err(|_| ParseDurationError)?;
        let milliseconds = match unit {
            "ms" => 1,
            "s" => 1000,
            "m" => 60 * 1000,
            "h" => 60 * 60 * 1000,
            "d" => 24 * 60 * 60 * 1000,
            _ => return Err(ParseDurationError),
        };
        let total = number.checked_mul(milliseconds).ok_or(ParseDurationError)?;
        Ok(Self(Duration::from_millis(total)))
    }
}

impl<'de> Deserialize<'de> for ConfigDuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// For `#[serde(deserialize_with = …)]`: a text that is not set when it is empty. TOML has no null,
/// and a key left out of the defaults would be unknown.
///
/// # Errors
/// When the value is not a text.
pub fn optional_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// The same for a secret.
///
/// # Errors
/// When the value is not a text.
pub fn optional_secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    let secret = SecretString::deserialize(deserializer)?;
    Ok(Some(secret).filter(|secret| !secret.expose_secret().is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_number_and_a_unit() {
        let table = [
            ("0s", 0),
            ("250ms", 250),
            ("8s", 8_000),
            ("2m", 120_000),
            ("24h", 86_400_000),
            ("14d", 1_209_600_000),
        ];
        for (text, milliseconds) in table {
            let expected = ConfigDuration(Duration::from_millis(milliseconds));
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn anything_else_is_no_duration() {
        for text in [
            "",
            "8",
            "s",
            "-8s",
            "+8s",
            "8 s",
            "8S",
            "1.5s",
            "1h30m",
            "8ſ",
            "99999999999999999999s",
            "9999999999999999999d",
        ] {
            assert_eq!(text.parse::<Span>(), Err(ParseDurationError), "{text}");
        }
    }
}
