//! The section `notification` of the settings.

use std::net::IpAddr;

use baton_kit::{
    door::fields::Fields,
    life::config::{Faults, Settings, Span, optional_secret, optional_text},
};
use secrecy::SecretString;

/// The settings; each is explained in `config.default.toml`.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// How mails go out.
    pub transport: Transport,
    /// The address they come from.
    pub from: String,
    /// The name beside it; empty for none.
    pub from_name: String,
    /// The language of mails to members.
    pub staff_language: String,
    /// How long a member has to read without a mail.
    pub delay: Span,
    /// How long a visitor has.
    pub visitor_delay: Span,
    /// In which a recipient gets one mail about a conversation.
    pub window: Span,
    /// After how long a mail is given up.
    pub give_up_after: Span,
    /// How long the ledger is kept.
    pub ledger_days: u32,
    /// Mails worked on at once.
    pub send_at_once: usize,
    /// How often it is looked for what is due.
    pub look_every: Span,
    /// The mail server.
    pub smtp: Smtp,
}

/// How mails go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// To a mail server.
    Smtp,
    /// Into a folder.
    Files,
    /// Not at all.
    Off,
}

/// The mail server.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    /// Its name or address.
    #[serde(deserialize_with = "optional_text")]
    pub host: Option<String>,
    /// Its port.
    pub port: u16,
    /// How the line to it is kept private.
    pub security: Security,
    /// As whom to sign in; `None` for not at all.
    #[serde(deserialize_with = "optional_text")]
    pub username: Option<String>,
    /// With what.
    #[serde(deserialize_with = "optional_secret")]
    pub password: Option<SecretString>,
    /// A file with certificates to trust beside those of the system.
    #[serde(deserialize_with = "optional_text")]
    pub ca_file: Option<String>,
    /// Whether a line that anybody can read is allowed beyond this machine.
    pub allow_plain: bool,
    /// How long it has to take a mail.
    pub timeout: Span,
}

/// How the line to the mail server is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// Encrypted after a word in plain; never sent if that fails.
    Starttls,
    /// Encrypted from the first byte.
    Tls,
    /// Not at all.
    None,
}

impl Settings for Config {
    const SECTION: &'static str = "notification";
    const DEFAULTS: &'static str = include_str!("config.default.toml");

    fn validate(&self, faults: &mut Faults) {
        if !(1..=3650).contains(&self.ledger_days) {
            faults.push("ledger_days", "must be 1 to 3650");
        }
        if !(1..=100).contains(&self.send_at_once) {
            faults.push("send_at_once", "must be 1 to 100");
        }
        for (key, span) in [
            ("give_up_after", self.give_up_after),
            ("look_every", self.look_every),
            ("smtp.timeout", self.smtp.timeout),
        ] {
            if span.get().is_zero() {
                faults.push(key, "must be above zero");
            }
        }
        if Fields::new().email("from", &self.from).is_none() {
            faults.push("from", "must be an address such as no-reply@example.org");
        }
        if self.transport == Transport::Smtp {
            self.smtp.validate(faults);
        }
    }
}

impl Smtp {
    fn validate(&self, faults: &mut Faults) {
        let Some(host) = &self.host else {
            faults.push("smtp.host", "is required with transport = \"smtp\"");
            return;
        };
        if self.port == 0 {
            faults.push("smtp.port", "must be above zero");
        }
        if self.security == Security::None && !self.allow_plain && !is_this_machine(host) {
            faults.push(
                "smtp.security",
                "\"none\" is only for this machine; set allow_plain to send mails in plain",
            );
        }
        if self.username.is_some() != self.password.is_some() {
            faults.push("smtp.username", "username and password belong together");
        }
        if self.security == Security::None && self.username.is_some() {
            faults.push(
                "smtp.username",
                "nobody signs in over a line that anybody can read: set smtp.security",
            );
        }
    }
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use baton_kit::life::config::Sources;

    use super::*;

    fn load(env: &[(&str, &str)]) -> Result<Config, Faults> {
        let name = |name: &str| format!("BATON_NOTIFICATION__{name}");
        let env = env.iter().map(|(key, value)| (name(key), (*value).to_owned()));
        Sources::from_parts(Default::default(), env).load()
    }

    #[test]
    fn the_defaults_are_valid() {
        assert_eq!(load(&[]).unwrap().transport, Transport::Files);
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let faults = load(&[
            ("LEDGER_DAYS", "0"),
            ("SEND_AT_ONCE", "1000"),
            ("GIVE_UP_AFTER", "0s"),
            ("FROM", "x\r\nBcc: y@z"),
            ("TRANSPORT", "smtp"),
        ]);
        assert_eq!(faults.unwrap_err().len(), 5);
    }

    #[test]
    fn f_51_mails_go_in_plain_only_where_nobody_can_listen_or_it_is_said() {
        let plain = |host: &str, rest: &[(&'static str, &'static str)]| {
            let host = host.to_owned();
            let mut env =
                vec![("TRANSPORT", "smtp"), ("SMTP__HOST", host.as_str()), ("SMTP__SECURITY", "none")];
            env.extend(rest);
            load(&env).is_ok()
        };
        assert!(plain("127.0.0.1", &[]));
        assert!(plain("localhost", &[]));
        assert!(!plain("mail.example.org", &[]));
        assert!(!plain("127.0.0.1.example.org", &[]));
        assert!(plain("mail.example.org", &[("SMTP__ALLOW_PLAIN", "true")]));
        assert!(!plain("127.0.0.1", &[("SMTP__USERNAME", "baton"), ("SMTP__PASSWORD", "secret")]));
    }
}
