//! The credential of a program.

use baton_kit::{door::principal::Scope, life::ids::WorkspaceId};
use jiff::Timestamp;

use super::{ids::ApiKeyId, name::DisplayName};

/// An API key without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// The tenant.
    pub workspace: WorkspaceId,
    /// Shown to people.
    pub display_name: DisplayName,
    /// What it may do: at least one, each once, in the order of [`Scope::ALL`].
    pub scopes: Vec<Scope>,
    /// When made.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl ApiKey {
    /// Whether it opens anything.
    pub fn is_usable(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

/// The first scope that a maker wants to give and does not hold.
pub fn beyond(wanted: &[Scope], held: &[Scope]) -> Option<Scope> {
    wanted.iter().copied().find(|scope| !held.contains(scope))
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_key_is_usable_until_it_ends_or_is_revoked() {
        let now = Timestamp::UNIX_EPOCH;
        let later = now + SignedDuration::from_secs(1);
        for (expires_at, revoked_at, usable) in [
            (None, None, true),
            (Some(later), None, true),
            (Some(now), None, false),
            (None, Some(now), false),
            (Some(later), Some(now), false),
        ] {
            let key = ApiKey {
                id: ApiKeyId::from_uuid(Uuid::from_u128(1)),
                workspace: WorkspaceId::from_uuid(Uuid::from_u128(2)),
                display_name: DisplayName::new("importer"),
                scopes: vec![Scope::ConversationsRead],
                created_at: now,
                expires_at,
                revoked_at,
            };
            assert_eq!(key.is_usable(now), usable, "{expires_at:?} {revoked_at:?}");
        }
    }

    #[test]
    fn a_key_gets_nothing_that_its_maker_has_not() {
        let held = [Scope::ConversationsRead, Scope::KeysWrite];
        assert_eq!(beyond(&[Scope::ConversationsRead], &held), None);
        let wanted = [Scope::ConversationsRead, Scope::ConversationsWrite];
        assert_eq!(beyond(&wanted, &held), Some(Scope::ConversationsWrite));
    }
}
