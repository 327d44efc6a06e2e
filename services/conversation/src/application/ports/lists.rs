//! What a list shows of a conversation.

use jiff::Timestamp;

use crate::domain::{
    conversation::Conversation,
    message::{AuthorKind, Notice},
};

/// A conversation as a list shows it, read at one moment.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The conversation.
    pub conversation: Conversation,
    /// What its contact is called; empty if nobody said.
    pub contact_name: String,
    /// What was said last; `None` if nothing was.
    pub last: Option<LastMessage>,
}

/// The last message of a thread, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastMessage {
    /// How its text begins.
    pub text: String,
    /// Who wrote it.
    pub author: AuthorKind,
    /// What a system message says.
    pub notice: Option<Notice>,
    /// When it was accepted.
    pub created_at: Timestamp,
}
