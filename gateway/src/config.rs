//! The settings of the edge. Must not know what they are used for beyond their ranges.

use baton_kit::life::config::{ConfigDuration, Faults, Settings};

/// Section `gateway` of the configuration; see `config.default.toml` for each key.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct Config {
    /// Where people reach this gateway.
    pub public_url: String,
    /// Further origins whose pages may use the inbox API.
    pub allowed_origins: Vec<String>,
    /// Whether the session cookie is `Secure`.
    pub cookie_secure: bool,
    /// The largest JSON body, bytes.
    pub max_body_bytes: usize,
    /// The largest JSON body that brings a document, bytes.
    pub max_document_bytes: usize,
    /// A whole body must have arrived by then.
    pub body_deadline: ConfigDuration,
    /// Changes kept for streams that come back.
    pub ring_items: usize,
    /// Changes that may wait for one slow stream.
    pub follower_queue: usize,
    /// Live streams at once.
    pub max_streams: usize,
    /// How often a silent stream says that it is alive.
    pub heartbeat: ConfigDuration,
    /// How often a member's stream asks whether the session still stands.
    pub session_recheck: ConfigDuration,
    /// Whether the partner door answers reflection.
    pub partner_reflection: bool,
}

impl Settings for Config {
    const SECTION: &'static str = "gateway";
    const DEFAULTS: &'static str = include_str!("../config.default.toml");

    fn validate(&self, faults: &mut Faults) {
        if origin(&self.public_url).is_none() {
            faults.push("public_url", "expected an address such as https://desk.example.org");
        }
        for (index, text) in self.allowed_origins.iter().enumerate() {
            if origin(text).is_none() {
                faults.push(
                    format!("allowed_origins[{index}]"),
                    "expected an origin such as https://desk.example.org",
                );
            }
        }
        if !self.cookie_secure && self.public_url.starts_with("https://") {
            faults.push("cookie_secure", "must stay on when public_url is https");
        }
        range(faults, "max_body_bytes", self.max_body_bytes, 20 * 1024, 1024 * 1024);
        range(faults, "max_document_bytes", self.max_document_bytes, self.max_body_bytes, 4 * 1024 * 1024);
        range(faults, "ring_items", self.ring_items, 16, 1_000_000);
        range(faults, "follower_queue", self.follower_queue, 1, 65_536);
        range(faults, "max_streams", self.max_streams, 1, 1_000_000);
        seconds(faults, "body_deadline", self.body_deadline, 1, 300);
        seconds(faults, "heartbeat", self.heartbeat, 1, 20);
        seconds(faults, "session_recheck", self.session_recheck, 1, 60);
    }
}

fn range(faults: &mut Faults, key: &str, value: usize, least: usize, most: usize) {
    if !(least..=most).contains(&value) {
        faults.push(key, format!("expected {least} to {most}"));
    }
}

fn seconds(faults: &mut Faults, key: &str, value: ConfigDuration, least: u64, most: u64) {
    if !(least..=most).contains(&value.get().as_secs()) {
        faults.push(key, format!("expected {least}s to {most}s"));
    }
}

/// The origin of an address as browsers write it: scheme and host in lower case, no default port. `None` for anything else.
pub(crate) fn origin(address: &str) -> Option<String> {
    let uri: ::http::Uri = address.parse().ok()?;
    let (scheme, authority) = (uri.scheme_str()?.to_ascii_lowercase(), uri.authority()?);
    let default_port = match scheme.as_str() {
        "http" => 80,
        "https" => 443,
        _ => return None,
    };
    if authority.as_str().contains('@') || authority.host().is_empty() {
        return None;
    }
    let host = authority.host().to_ascii_lowercase();
    let port = authority.port_u16().filter(|port| *port != default_port);
    Some(port.map_or_else(|| format!("{scheme}://{host}"), |port| format!("{scheme}://{host}:{port}")))
}

#[cfg(test)]
mod tests {
    use baton_kit::life::config::Sources;

    use super::*;

    #[test]
    fn the_defaults_are_valid() {
        let config: Config = Sources::from_parts(toml::Table::default(), []).load().unwrap();
        assert_eq!((config.ring_items, config.follower_queue), (4096, 256));
    }

    #[test]
    fn an_origin_is_what_a_browser_would_send() {
        for (address, expected) in [
            ("https://Desk.Example.org/inbox?x=1", Some("https://desk.example.org")),
            ("https://desk.example.org:443", Some("https://desk.example.org")),
            ("http://127.0.0.1:8080", Some("http://127.0.0.1:8080")),
            ("null", None),
            ("", None),
            ("ftp://x.org", None),
            ("https://a@b.org", None),
        ] {
            assert_eq!(origin(address).as_deref(), expected, "{address}");
        }
    }
}
