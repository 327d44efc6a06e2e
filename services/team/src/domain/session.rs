//! A signed-in browser, and how long it stays so.

use std::time::Duration;

use baton_kit::life::ids::WorkspaceId;
use jiff::Timestamp;

use super::{
    ids::{MemberId, SessionId},
    secret::SecretHash,
};

/// A session is used so often that writing down each use would cost more than it tells.
const NOTED_EVERY: Duration = Duration::from_secs(60);

/// What the ids of sessions are made for, so that no other id made of a hash is the same.
const SESSION_ID: &str = "session id";

/// How long sessions live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    /// Without being used.
    pub idle: Duration,
    /// At all.
    pub absolute: Duration,
}

/// One session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// By what it is found.
    pub hash: SecretHash,
    /// The tenant.
    pub workspace: WorkspaceId,
    /// Who signed in.
    pub member: MemberId,
    /// When.
    pub created_at: Timestamp,
    /// When it was used last, to the minute.
    pub last_seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

impl Session {
    /// A session that begins now.
    pub fn begin(
        hash: SecretHash,
        workspace: WorkspaceId,
        member: MemberId,
        now: Timestamp,
        limits: SessionLimits,
    ) -> Self {
        let expires_at = now.saturating_add(limits.absolute).unwrap_or(Timestamp::MAX);
        Self { hash, workspace, member, created_at: now, last_seen_at: now, expires_at }
    }

    /// By what others name it. Follows from the hash, so that a session has it however old the version that kept it.
    pub fn id(&self) -> SessionId {
        SessionId::from_uuid(self.hash.name(SESSION_ID))
    }

    /// Whether it still opens anything.
    pub fn is_alive(&self, now: Timestamp, limits: SessionLimits) -> bool {
        let idle_since = now.saturating_sub(limits.idle).unwrap_or(Timestamp::MIN);
        now < self.expires_at && idle_since < self.last_seen_at
    }

    /// Whether a use of it now is worth writing down.
    pub fn is_worth_noting(&self, now: Timestamp) -> bool {
        let noted_until = self.last_seen_at.saturating_add(NOTED_EVERY).unwrap_or(Timestamp::MAX);
        noted_until <= now
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use uuid::Uuid;

    use super::*;

    const LIMITS: SessionLimits =
        SessionLimits { idle: Duration::from_secs(12 * 3600), absolute: Duration::from_secs(14 * 24 * 3600) };

    fn session() -> Session {
        let workspace = WorkspaceId::from_uuid(Uuid::from_u128(1));
        let member = MemberId::from_uuid(Uuid::from_u128(2));
        Session::begin(SecretHash::of("x"), workspace, member, Timestamp::UNIX_EPOCH, LIMITS)
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
    }

    #[test]
    fn the_id_of_a_session_is_its_own_and_tells_nothing_of_its_hash() {
        let named = |secret: &str| Session { hash: SecretHash::of(secret), ..session() };
        assert_eq!(named("a").id(), named("a").id());
        assert_ne!(named("a").id(), named("b").id());
        let begins = named("a").hash.bytes().first_chunk::<16>().copied().unwrap();
        assert_ne!(named("a").id().uuid().into_bytes(), begins);
        assert!(named("a").id().to_string().starts_with("sess_"));
    }

    #[test]
    fn a_session_ends_when_it_was_idle_too_long() {
        let session = session();
        assert!(session.is_alive(at(12 * 3600 - 1), LIMITS));
        assert!(!session.is_alive(at(12 * 3600), LIMITS));
    }

    #[test]
    fn a_session_ends_for_good_however_busy_it_is() {
        let mut session = session();
        session.last_seen_at = at(14 * 24 * 3600 - 1);
        assert!(session.is_alive(at(14 * 24 * 3600 - 1), LIMITS));
        assert!(!session.is_alive(at(14 * 24 * 3600), LIMITS));
    }

    #[test]
    fn its_use_is_noted_once_a_minute() {
        assert!(!session().is_worth_noting(at(59)));
        assert!(session().is_worth_noting(at(60)));
    }
}
