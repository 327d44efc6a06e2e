//! What no longer opens what it did. Must not know who hears of it.

use super::ids::{ApiKeyId, MemberId, SessionId};

/// Something that was good for more than it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revocation {
    /// A session that was ended.
    Session(SessionId),
    /// A member whose roles changed, or who was removed with every session.
    Member(MemberId),
    /// A key that was revoked.
    ApiKey(ApiKeyId),
}
