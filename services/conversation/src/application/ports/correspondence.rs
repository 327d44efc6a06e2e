//! What is needed to write to somebody about a conversation.

use async_trait::async_trait;
use baton_kit::{data::StoreError, life::ids::WorkspaceId};

use crate::domain::{
    brief::Brief,
    contact::Contact,
    conversation::Conversation,
    ids::{ConversationId, MemberId},
    message::Message,
    names::Names,
};

/// Reads all that a letter is written from.
#[async_trait]
pub trait CorrespondenceReader: Send + Sync {
    /// Conversation, brief, mark and messages as of one moment; `None` if the conversation is not there.
    async fn correspondence(
        &self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        to: Addressee,
        limit: u32,
    ) -> Result<Option<Correspondence>, StoreError>;
}

/// Whom a letter is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addressee {
    /// The visitor whose conversation it is.
    Visitor,
    /// A member.
    Member(MemberId),
}

/// What a letter is written from.
#[derive(Debug, Clone)]
pub struct Correspondence {
    /// The conversation.
    pub conversation: Conversation,
    /// The brief of its last handoff.
    pub brief: Option<Brief>,
    /// Its contact, unless erased, as known now.
    pub contact: Option<Contact>,
    /// What its assistant is called.
    pub assistant_name: String,
    /// The language the visitor writes; empty if it is not known.
    pub language: String,
    /// Up to where the addressee has read: by their mark, or because they wrote themselves.
    pub read_sequence: i64,
    /// What the addressee has not read of what the other side wrote: the newest, by rising sequence.
    pub unread: Vec<Message>,
    /// What those are called who wrote it.
    pub names: Names,
}
