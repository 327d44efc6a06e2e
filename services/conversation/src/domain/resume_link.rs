//! What a link in a mail opens: one conversation of one contact, for a while.

use std::time::Duration;

use baton_kit::life::ids::WorkspaceId;
use jiff::Timestamp;
use uuid::Uuid;

use super::ids::{ContactId, ConversationId};

/// How long a link is good.
pub const LINK_LIFE: Duration = Duration::from_secs(30 * 24 * 3600);

const ID_BYTES: usize = 16;

/// What a link opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResumeLink {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// The one conversation.
    pub conversation: ConversationId,
    /// Whose it is.
    pub contact: ContactId,
    /// When it ends, seconds since the epoch.
    pub expires_at: i64,
}

impl ResumeLink {
    /// One that is good from now on.
    pub fn from_now(
        workspace: WorkspaceId,
        (conversation, contact): (ConversationId, ContactId),
        now: Timestamp,
    ) -> Self {
        let life = i64::try_from(LINK_LIFE.as_secs()).unwrap_or(i64::MAX);
        Self { workspace, conversation, contact, expires_at: now.as_second().saturating_add(life) }
    }

    /// Whether it may be opened still.
    pub fn is_good_at(&self, now: Timestamp) -> bool {
        now.as_second() < self.expires_at
    }

    /// As bytes, to be signed.
    pub fn to_bytes(self) -> Vec<u8> {
        let ids = [self.workspace.uuid(), self.conversation.uuid(), self.contact.uuid()];
        let mut bytes: Vec<u8> = ids.iter().flat_map(|id| *id.as_bytes()).collect();
        bytes.extend(self.expires_at.to_be_bytes());
        bytes
    }

    /// From signed bytes; `None` for what [`to_bytes`](Self::to_bytes) did not make.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (workspace, rest) = bytes.split_at_checked(ID_BYTES)?;
        let (conversation, rest) = rest.split_at_checked(ID_BYTES)?;
        let (contact, expires_at) = rest.split_at_checked(ID_BYTES)?;
        let id = |bytes| Uuid::from_slice(bytes).ok();
        Some(Self {
            workspace: WorkspaceId::from_uuid(id(workspace)?),
            conversation: ConversationId::from_uuid(id(conversation)?),
            contact: ContactId::from_uuid(id(contact)?),
            expires_at: i64::from_be_bytes(expires_at.try_into().ok()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_comes_back_from_its_bytes_and_from_no_others() {
        let id = Uuid::from_u128;
        let (conversation, contact) = (ConversationId::from_uuid(id(2)), ContactId::from_uuid(id(3)));
        let now = Timestamp::from_second(1_000).unwrap();
        let link = ResumeLink::from_now(WorkspaceId::from_uuid(id(1)), (conversation, contact), now);
        let bytes = link.to_bytes();
        assert_eq!(ResumeLink::from_bytes(&bytes), Some(link));
        for length in 0..bytes.len() {
            assert_eq!(ResumeLink::from_bytes(&bytes[..length]), None);
        }
        assert_eq!(ResumeLink::from_bytes(&[&bytes[..], &[0]].concat()), None);
    }

    #[test]
    fn a_link_is_good_for_thirty_days_and_not_a_second_longer() {
        let now = Timestamp::from_second(1_000).unwrap();
        let ids = (ConversationId::from_uuid(Uuid::nil()), ContactId::from_uuid(Uuid::nil()));
        let link = ResumeLink::from_now(WorkspaceId::from_uuid(Uuid::nil()), ids, now);
        let later = |seconds: i64| Timestamp::from_second(1_000 + seconds).unwrap();
        assert!(link.is_good_at(now) && link.is_good_at(later(30 * 86_400 - 1)));
        assert!(!link.is_good_at(later(30 * 86_400)));
    }
}
