//! Single values between tables and domain, with an addressed error for what cannot be.

use baton_kit::{data::StoreError, door::principal::Scope};
use jiff::Timestamp;

use crate::domain::secret::SecretHash;

/// A column's microseconds as a moment. `place` says which row.
pub(super) fn moment(place: &str, microseconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(microseconds).map_err(|error| broken(place, error))
}

/// A column's bytes as a hash.
pub(super) fn hash_bytes(hash: SecretHash) -> Vec<u8> {
    hash.bytes().to_vec()
}

/// Scopes as a column keeps them.
pub(super) fn scopes_to_text(scopes: &[Scope]) -> String {
    scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(",")
}

/// Reads what [`scopes_to_text`] wrote. A scope that only a newer version knows gives nothing here.
pub(super) fn scopes_from_text(text: &str) -> Vec<Scope> {
    text.split(',').filter_map(|scope| scope.parse().ok()).collect()
}

/// A row that cannot be what it says.
pub(super) fn broken(place: &str, what: impl std::fmt::Display) -> StoreError {
    StoreError::Broken(format!("{place}: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_come_back_and_unknown_ones_give_nothing() {
        assert_eq!(scopes_from_text(&scopes_to_text(Scope::ALL)), Scope::ALL);
        assert_eq!(scopes_from_text("conversations:read,moon:land"), [Scope::ConversationsRead]);
        assert_eq!(scopes_from_text(""), []);
    }
}
