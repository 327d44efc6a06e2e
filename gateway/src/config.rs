//! The settings of the edge. Must not know what they are used for beyond their ranges.

use std::net::IpAddr;

use baton_kit::life::config::{ConfigDuration, Faults, Settings};
use ipnet::IpNet;

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
    /// Of them one visitor's.
    pub max_streams_per_visitor: usize,
    /// Of them one member's.
    pub max_streams_per_member: usize,
    /// Of them one address'.
    pub max_streams_per_address: usize,
    /// How often a silent stream says that it is alive.
    pub heartbeat: ConfigDuration,
    /// How often a member's stream asks whether the session still stands.
    pub session_recheck: ConfigDuration,
    /// Whether the partner door answers reflection.
    pub partner_reflection: bool,
    /// Addresses and ranges of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<String>,
    /// Connections at once from one address.
    pub max_connections_per_address: usize,
    /// A connection whose reader takes nothing for so long is closed.
    pub stalled_after: ConfigDuration,
    /// How much may be asked.
    pub limits: Limits,
}

/// How much may be asked before it is refused for a while; see `config.default.toml` for each key.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct Limits {
    /// Requests from one address.
    pub requests_per_second: u32,
    /// Of them at once.
    pub requests_burst: u32,
    /// Calls of partner programs from one address.
    pub partner_calls_per_second: u32,
    /// Of them at once.
    pub partner_calls_burst: u32,
    /// New visitor sessions from one address.
    pub sessions_per_minute: u32,
    /// Conversations begun from one address.
    pub conversations_per_minute: u32,
    /// Attempts to sign in from one address.
    pub sign_ins_per_minute: u32,
    /// Messages of one visitor.
    pub messages_per_minute: u32,
    /// Of them at once.
    pub messages_burst: u32,
    /// New visitor sessions by one widget key.
    pub assistant_sessions_per_minute: u32,
    /// Messages of all visitors of one assistant.
    pub assistant_messages_per_second: u32,
    /// Of them at once.
    pub assistant_messages_burst: u32,
    /// Requests of all members of one workspace.
    pub workspace_requests_per_second: u32,
    /// Of them at once.
    pub workspace_requests_burst: u32,
    /// Calls of all programs of one workspace.
    pub workspace_calls_per_second: u32,
    /// Of them at once.
    pub workspace_calls_burst: u32,
}

impl Config {
    /// The trusted proxies; what is none was found when the configuration was checked.
    pub(crate) fn proxies(&self) -> Vec<IpNet> {
        self.trusted_proxies.iter().filter_map(|text| network(text)).collect()
    }
}

impl Limits {
    fn validate(&self, faults: &mut Faults) {
        for (key, value) in [
            ("requests_per_second", self.requests_per_second),
            ("requests_burst", self.requests_burst),
            ("partner_calls_per_second", self.partner_calls_per_second),
            ("partner_calls_burst", self.partner_calls_burst),
            ("sessions_per_minute", self.sessions_per_minute),
            ("conversations_per_minute", self.conversations_per_minute),
            ("sign_ins_per_minute", self.sign_ins_per_minute),
            ("messages_per_minute", self.messages_per_minute),
            ("messages_burst", self.messages_burst),
            ("assistant_sessions_per_minute", self.assistant_sessions_per_minute),
            ("assistant_messages_per_second", self.assistant_messages_per_second),
            ("assistant_messages_burst", self.assistant_messages_burst),
            ("workspace_requests_per_second", self.workspace_requests_per_second),
            ("workspace_requests_burst", self.workspace_requests_burst),
            ("workspace_calls_per_second", self.workspace_calls_per_second),
            ("workspace_calls_burst", self.workspace_calls_burst),
        ] {
            range(faults, &format!("limits.{key}"), value as usize, 1, 1_000_000);
        }
    }
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
        for (key, value) in [
            ("max_streams", self.max_streams),
            ("max_streams_per_visitor", self.max_streams_per_visitor),
            ("max_streams_per_member", self.max_streams_per_member),
            ("max_streams_per_address", self.max_streams_per_address),
        ] {
            range(faults, key, value, 1, 1_000_000);
        }
        seconds(faults, "body_deadline", self.body_deadline, 1, 300);
        seconds(faults, "heartbeat", self.heartbeat, 1, 20);
        seconds(faults, "session_recheck", self.session_recheck, 1, 60);
        for (index, text) in self.trusted_proxies.iter().enumerate() {
            if network(text).is_none() {
                faults.push(
                    format!("trusted_proxies[{index}]"),
                    "expected an address, or a range such as 10.0.0.0/8",
                );
            }
        }
        range(faults, "max_connections_per_address", self.max_connections_per_address, 1, 1_000_000);
        seconds(faults, "stalled_after", self.stalled_after, 5, 300);
        self.limits.validate(faults);
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

/// A range of addresses, or a single one.
fn network(text: &str) -> Option<IpNet> {
    let text = text.trim();
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
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
    fn proxies_are_addresses_or_ranges_and_every_limit_is_above_nothing() {
        let load = |text: &str| Sources::from_parts(text.parse().unwrap(), []).load::<Config>();
        let fine = load("[gateway]\ntrusted_proxies = [\"10.0.0.0/8\", \"2001:db8::1\"]").unwrap();
        assert_eq!(
            fine.proxies().iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["10.0.0.0/8", "2001:db8::1/128"]
        );
        let wrong = "[gateway]\ntrusted_proxies = [\"proxy.example.org\", \"10.0.0.0/33\"]\nmax_streams_per_visitor = 0\n\
             [gateway.limits]\nmessages_burst = 0";
        let faults = load(wrong).unwrap_err().to_string();
        let keys =
            ["trusted_proxies[0]", "trusted_proxies[1]", "max_streams_per_visitor", "limits.messages_burst"];
        for key in keys {
            assert!(faults.contains(key), "{key} in {faults}");
        }
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
