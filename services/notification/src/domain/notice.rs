//! Notices in the inbox.

use jiff::Timestamp;

use super::{
    ids::{ConversationId, MemberId, NoticeId},
    kind::Kind,
};

/// A notice in a member's inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its id.
    pub id: NoticeId,
    /// Whose.
    pub member: MemberId,
    /// Of what.
    pub kind: Kind,
    /// About which conversation.
    pub conversation: ConversationId,
    /// When.
    pub at: Timestamp,
    /// Whether its member has read it.
    pub read: bool,
}
