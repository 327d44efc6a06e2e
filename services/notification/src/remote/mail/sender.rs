//! The address mails come from, and what is made of it. Must not know how mails travel.

use baton_kit::door::fields::Fields;
use lettre::Address;

use crate::domain::{ids::MailingId, letter::clean};

/// Not an address that mails can come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no e-mail address such as no-reply@example.org")]
pub struct NoSender;

/// As whom mails come.
///
/// The address is `From` and the return path. An empty return path (RFC 3834, 3.3) would keep answers of machines away for certain, but servers
/// that people sign in to refuse it or rewrite it, and SPF and DMARC then have nothing of the sender to look at. So this is the address of a
/// mailbox that nobody reads: what comes back to it starts nothing.
#[derive(Debug, Clone)]
pub struct Sender {
    address: Address,
}

impl Sender {
    /// With this address.
    ///
    /// # Errors
    /// [`NoSender`] if it is none.
    pub fn new(address: &str) -> Result<Self, NoSender> {
        parse(address).map(|address| Self { address }).ok_or(NoSender)
    }

    /// The `Message-ID` of a mailing, without angle brackets.
    pub fn message_id(&self, mailing: MailingId) -> String {
        format!("{mailing}@{}", self.address.domain())
    }

    /// The id that stands for a thread, without angle brackets. No mail has it.
    pub(super) fn thread_id(&self, thread: &impl std::fmt::Display) -> String {
        format!("{thread}@{}", self.address.domain())
    }

    pub(super) fn address(&self) -> &Address {
        &self.address
    }
}

/// An address by the house's one rule, which is narrower than the library's: no quotes, no literals, no bare hosts, ASCII.
pub(super) fn parse(text: &str) -> Option<Address> {
    Fields::new().email("address", text)?.parse().ok()
}

/// A name beside an address, or none. Without what could end or open an address where a program reads carelessly.
pub(super) fn name(text: &str) -> Option<String> {
    const LONGEST: usize = 80;
    let kept: String = text.chars().filter(|c| !matches!(c, '<' | '>' | '"' | '\\')).collect();
    Some(clean::line(&kept, LONGEST)).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f_15_only_plain_addresses_are_addresses() {
        for text in ["a@b.io", "o'neil+x@sub.example.org", "user@xn--e1afmkfd.com"] {
            assert_eq!(parse(text).map(|address| address.to_string()).as_deref(), Some(text));
        }
        let long = format!("{}@example.org", "a".repeat(65));
        for text in [
            "",
            "a@b",
            "a@[127.0.0.1]",
            "a@localhost",
            "a@x.io, b@y.io",
            "a@x.io\r\nBcc: e@e.io",
            "\"a\r\nb\"@x.io",
            "\"a b\"@x.io",
            "<a@x.io>",
            "Eve <a@x.io>",
            "a b@x.io",
            "пример@пример.рф",
            "a@x.io\0",
            "a@127.0.0.1",
            "@x.io",
            "a@",
            &long,
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn ids_are_made_of_the_domain() {
        let sender = Sender::new("no-reply@example.org").unwrap();
        let id = sender.message_id(MailingId::from_uuid(uuid::Uuid::nil()));
        assert!(id.starts_with("mail_") && id.ends_with("@example.org"), "{id}");
        assert!(Sender::new("localhost").is_err());
    }
}
