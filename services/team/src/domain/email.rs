//! An e-mail address as shown, and as compared.
//!
//! Whether a text is an address at all is the door's question; here only when two are the same.

use std::fmt;

/// An address that was found well-formed at the door.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress {
    shown: String,
}

impl EmailAddress {
    /// An address as given.
    pub fn new(given: impl Into<String>) -> Self {
        Self { shown: given.into() }
    }

    /// As it was given.
    pub fn as_str(&self) -> &str {
        &self.shown
    }

    /// What is compared: addresses are ASCII, and two that differ only in case are one.
    pub fn key(&self) -> String {
        self.shown.to_ascii_lowercase()
    }
}

/// Personal: never printed whole.
impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***@***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f_6_addresses_that_differ_in_case_are_one() {
        let shown = EmailAddress::new("Ada.Lovelace@Example.ORG");
        assert_eq!(shown.key(), EmailAddress::new("ada.lovelace@example.org").key());
        assert_eq!(shown.as_str(), "Ada.Lovelace@Example.ORG");
    }

    #[test]
    fn an_address_is_not_printed() {
        assert_eq!(format!("{:?}", EmailAddress::new("ada@example.org")), "***@***");
    }
}
