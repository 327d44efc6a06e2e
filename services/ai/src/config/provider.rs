//! The settings of where answers come from.
//!
//! Must not know who reads them.

use std::{net::IpAddr, time::Duration};

use baton_kit::life::config::{Faults, optional_secret};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use crate::domain::decision::MAX_ANSWER_BYTES;

/// Where answers come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProviderKind {
    /// No model.
    Builtin,
    /// An endpoint that speaks OpenAI's chat protocol.
    OpenaiCompatible,
}

/// The settings of the provider.
#[derive(Debug, Clone, Deserialize)]
pub struct ProviderConfig {
    /// Which kind.
    pub kind: ProviderKind,
    /// What comes before `chat/completions`.
    pub base_url: String,
    /// The model's name.
    pub model: String,
    /// The key.
    #[serde(deserialize_with = "optional_secret")]
    pub api_key: Option<SecretString>,
    /// Whether the key may travel unencrypted to another host.
    pub allow_plain_http: bool,
    /// Patience with the first word.
    pub first_token_seconds: u32,
    /// Patience with all of it.
    pub total_seconds: u32,
    /// The least rate after the first word.
    pub least_bytes_per_second: u32,
    /// The longest answer.
    pub max_output_bytes: u32,
    /// The most tokens; 0 for the provider's own limit.
    pub max_output_tokens: u32,
    /// Tries of one question.
    pub most_tries: u32,
    /// Whether the built-in engine answers when the provider fails.
    pub fallback_to_builtin: bool,
    /// When the provider is not asked for a while.
    pub breaker: BreakerConfig,
}

/// The settings of the circuit breaker.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct BreakerConfig {
    /// This share of calls failed,
    pub failure_percent: u32,
    /// of at least so many,
    pub least_calls: u32,
    /// in so long.
    pub window_seconds: u32,
    /// Or so many in a row found nobody there.
    pub connect_failures: u32,
    /// Then nothing is asked for so long.
    pub open_seconds: u32,
}

impl ProviderConfig {
    /// The base URL, with the slash at its end that joining needs.
    pub fn url(&self) -> Option<reqwest::Url> {
        let slash = if self.base_url.ends_with('/') { "" } else { "/" };
        let url: reqwest::Url = format!("{}{slash}", self.base_url).parse().ok()?;
        let fine = matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        fine.then_some(url)
    }

    /// Whether the key would leave this host for everybody on the way to read.
    fn shows_key(&self) -> bool {
        let url = self.url().filter(|url| url.scheme() == "http");
        self.api_key.is_some() && url.is_some_and(|url| !is_loopback(&url))
    }

    /// Reports what no type can say.
    pub(super) fn validate(&self, turn_deadline: Duration, faults: &mut Faults) {
        let mut check = |key: &str, fine: bool, expected: &str| {
            if !fine {
                faults.push(format!("provider.{key}"), expected);
            }
        };
        if self.kind == ProviderKind::OpenaiCompatible {
            let expected =
                "must be http(s)://…/ without user, query or fragment, such as https://api.openai.com/v1/";
            check("base_url", self.url().is_some(), expected);
            let expected =
                "must be https:// where an api_key is sent to another host, or allow_plain_http = true";
            check("base_url", self.allow_plain_http || !self.shows_key(), expected);
            check("model", (1..=200).contains(&self.model.trim().len()), "must name the model");
        }
        let key = self.api_key.as_ref().map_or("", |key| key.expose_secret());
        check("api_key", key.bytes().all(|b| b.is_ascii_graphic()), "must be printable ASCII without spaces");
        let in_all = Duration::from_secs(self.total_seconds.into());
        check(
            "first_token_seconds",
            (1..=self.total_seconds).contains(&self.first_token_seconds),
            "must be 1 to total_seconds",
        );
        check("total_seconds", in_all <= turn_deadline, "must not be longer than turn_deadline");
        check(
            "least_bytes_per_second",
            (1..=1_000).contains(&self.least_bytes_per_second),
            "must be 1 to 1000",
        );
        let most = u32::try_from(MAX_ANSWER_BYTES).unwrap_or(u32::MAX);
        check("max_output_bytes", (1..=most).contains(&self.max_output_bytes), "must be 1 to 16384");
        check("max_output_tokens", self.max_output_tokens <= 65_536, "must be at most 65536");
        check("most_tries", (1..=5).contains(&self.most_tries), "must be 1 to 5");
        self.breaker.validate(check);
    }
}

fn is_loopback(url: &reqwest::Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

impl BreakerConfig {
    fn validate(&self, mut check: impl FnMut(&str, bool, &str)) {
        check("breaker.failure_percent", (1..=100).contains(&self.failure_percent), "must be 1 to 100");
        check("breaker.least_calls", (1..=10_000).contains(&self.least_calls), "must be 1 to 10000");
        check("breaker.window_seconds", (1..=3_600).contains(&self.window_seconds), "must be 1 to 3600");
        check("breaker.connect_failures", (1..=1_000).contains(&self.connect_failures), "must be 1 to 1000");
        check("breaker.open_seconds", (1..=3_600).contains(&self.open_seconds), "must be 1 to 3600");
    }
}

#[cfg(test)]
mod tests {
    use baton_kit::life::config::Sources;

    use super::*;
    use crate::Config;

    fn config() -> Config {
        Sources::default().load().expect("the defaults are fine")
    }

    fn faults(change: impl FnOnce(&mut ProviderConfig)) -> String {
        let mut provider = config().provider;
        provider.kind = ProviderKind::OpenaiCompatible;
        (provider.base_url, provider.model) = ("http://127.0.0.1:1/v1".to_owned(), "m".to_owned());
        change(&mut provider);
        let mut faults = Faults::default();
        provider.validate(Duration::from_secs(60), &mut faults);
        faults.to_string()
    }

    #[test]
    fn a_provider_needs_its_place_and_its_model() {
        assert_eq!(faults(|_| {}), "");
        for bad in ["", "v1", "ftp://h/", "https://u:p@h/v1/", "https://h/v1/?key=1", "http://"] {
            assert!(faults(|provider| provider.base_url = bad.to_owned()).contains("base_url"), "{bad}");
        }
        assert!(faults(|provider| provider.model = " ".to_owned()).contains("model"));
        assert!(faults(|provider| provider.total_seconds = 61).contains("total_seconds"));
        assert!(faults(|provider| provider.first_token_seconds = 0).contains("first_token_seconds"));
    }

    #[test]
    fn a_base_url_ends_with_a_slash_whoever_wrote_it() {
        let mut provider = config().provider;
        for written in ["http://h/v1", "http://h/v1/"] {
            provider.base_url = written.to_owned();
            assert_eq!(provider.url().unwrap().join("chat").unwrap().as_str(), "http://h/v1/chat");
        }
    }

    #[test]
    fn a_key_leaves_this_host_only_encrypted_unless_that_is_wanted() {
        let with = |url: &str, key: Option<&str>, allow| {
            faults(|provider| {
                url.clone_into(&mut provider.base_url);
                provider.api_key = key.map(SecretString::from);
                provider.allow_plain_http = allow;
            })
        };
        for far in ["http://models.example/v1", "http://10.0.0.7:11434/v1", "http://[2001:db8::1]/v1"] {
            assert!(with(far, Some("sk-secret"), false).contains("base_url"), "{far}");
            assert_eq!(with(far, Some("sk-secret"), true), "", "{far}");
            assert_eq!(with(far, None, false), "", "{far}");
        }
        for near in ["http://127.0.0.1/v1", "http://127.9.9.9/v1", "http://[::1]:1/v1", "http://LOCALHOST/v1"]
        {
            assert_eq!(with(near, Some("sk-secret"), false), "", "{near}");
        }
        assert!(with("http://localhost.example/v1", Some("sk-secret"), false).contains("base_url"));
        assert_eq!(with("https://models.example/v1", Some("sk-secret"), false), "");
    }

    #[test]
    fn the_key_is_never_printed() {
        let mut provider = config().provider;
        provider.api_key = Some("sk-secret".into());
        assert!(!format!("{provider:?}").contains("sk-secret"));
        let fault = faults(|provider| provider.api_key = Some("sk-secret\n".into()));
        assert!(fault.contains("api_key") && !fault.contains("sk-secret"), "{fault}");
    }
}
