//! Which state of something a change was made from. Must not know what it is of.

use std::fmt;

/// Which state of a thing somebody saw. Opaque outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Etag(String);

impl Etag {
    /// That of a revision.
    pub fn of(revision: i64) -> Self {
        Self(format!("r{revision}"))
    }

    /// As somebody gave it; of another form it is simply not the current one.
    pub fn new(given: impl Into<String>) -> Self {
        Self(given.into())
    }
}

impl fmt::Display for Etag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
