//! A note: what the staff writes for the staff.

use jiff::Timestamp;

use super::ids::{ConversationId, MemberId, NoteId};

/// A note as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its id.
    pub id: NoteId,
    /// The thread.
    pub conversation: ConversationId,
    /// It stands after this message.
    pub after_sequence: i64,
    /// The revision of the conversation it made.
    pub revision: i64,
    /// Who wrote it.
    pub author: MemberId,
    /// The text.
    pub text: String,
    /// When it was left.
    pub created_at: Timestamp,
}
