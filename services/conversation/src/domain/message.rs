//! A message in a thread, and who may have written it.

use jiff::Timestamp;

use super::ids::{AssistantId, ContactId, ConversationId, DocumentId, KeyId, MemberId, MessageId};

/// Who does something to a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// The end user.
    Visitor(ContactId),
    /// A person on the staff.
    Member(MemberId),
    /// The assistant.
    Assistant(AssistantId),
    /// A program of the workspace.
    ApiKey(KeyId),
    /// Baton itself: routing, a deadline.
    System,
}

/// Who wrote a message. The numbers are those of the contract and of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Author {
    /// The end user.
    Visitor(ContactId),
    /// The assistant.
    Ai(AssistantId),
    /// A person on the staff.
    Member(MemberId),
    /// A notice in the thread.
    System,
}

/// Of which kind who wrote a message is. The numbers are those of the contract and of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum AuthorKind {
    /// The end user.
    Visitor = 1,
    /// The assistant.
    Ai = 2,
    /// A person on the staff.
    Member = 3,
    /// A notice in the thread.
    System = 4,
}

impl TryFrom<i32> for AuthorKind {
    type Error = i32;
    fn try_from(number: i32) -> Result<Self, i32> {
        Ok(match number {
            1 => Self::Visitor,
            2 => Self::Ai,
            3 => Self::Member,
            4 => Self::System,
            other => return Err(other),
        })
    }
}

/// What a system message says. The numbers are those of the contract and of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum Notice {
    /// A person will answer.
    HandoffRequested = 1,
    /// A member has joined.
    MemberJoined = 2,
    /// The assistant answers again.
    HandedBack = 3,
    /// The conversation was resolved.
    Resolved = 4,
    /// The visitor took the wish for a person back.
    Withdrawn = 5,
    /// A person is looked for again.
    BackInQueue = 6,
    /// Nobody took it in time; the answer will come by e-mail.
    AnswerByEmail = 7,
}

impl Notice {
    /// The wording for clients that have none of their own. Says nothing about when: the promise is a field of the handoff.
    pub fn text(self) -> &'static str {
        match self {
            Self::HandoffRequested => "A person from our team will answer you here.",
            Self::MemberJoined => "A person from our team has joined.",
            Self::HandedBack => "The assistant answers again.",
            Self::Resolved => "This conversation has been closed. Write again any time.",
            Self::Withdrawn => "You are talking to the assistant again.",
            Self::BackInQueue => "We are looking for another person to answer you.",
            Self::AnswerByEmail => "Nobody is free at the moment. We will answer you by e-mail.",
        }
    }
}

impl TryFrom<i32> for Notice {
    type Error = i32;
    fn try_from(number: i32) -> Result<Self, i32> {
        Ok(match number {
            1 => Self::HandoffRequested,
            2 => Self::MemberJoined,
            3 => Self::HandedBack,
            4 => Self::Resolved,
            5 => Self::Withdrawn,
            6 => Self::BackInQueue,
            7 => Self::AnswerByEmail,
            other => return Err(other),
        })
    }
}

/// A piece of the knowledge base an AI answer rests on.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Source {
    /// The document.
    pub document: DocumentId,
    /// Its title.
    pub title: String,
    /// Where a visitor can read it; empty for none.
    pub uri: String,
}

/// A message as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The thread.
    pub conversation: ConversationId,
    /// Its place: 1, 2, 3 … without a gap.
    pub sequence: i64,
    /// The revision of the conversation it made.
    pub revision: i64,
    /// Who wrote it.
    pub author: Author,
    /// The text.
    pub text: String,
    /// The sender's own id of it.
    pub client_message_id: String,
    /// The epoch of control it was written under.
    pub control_epoch: i64,
    /// What a system message says.
    pub notice: Option<Notice>,
    /// What an AI answer rests on.
    pub sources: Vec<Source>,
    /// When it was accepted.
    pub created_at: Timestamp,
}
