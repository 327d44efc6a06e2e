//! What is seen now or never: somebody writes or looks, an answer grows. Never stored.

use baton_kit::life::ids::WorkspaceId;

use super::{
    ids::{ContactId, ConversationId},
    read_mark::Reader,
};

/// What somebody does. The numbers are those of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum Doing {
    /// Writing.
    Typing = 1,
    /// Looking at it.
    Viewing = 2,
    /// No longer.
    Idle = 3,
}

impl TryFrom<i32> for Doing {
    type Error = i32;
    fn try_from(number: i32) -> Result<Self, i32> {
        Ok(match number {
            1 => Self::Typing,
            2 => Self::Viewing,
            3 => Self::Idle,
            other => return Err(other),
        })
    }
}

/// A piece of an answer that is being made.
#[derive(Clone, PartialEq, Eq)]
pub struct Delta {
    /// The epoch of control it is made under.
    pub control_epoch: i64,
    /// The turn, opaque.
    pub turn: String,
    /// Where the text stands in the answer, in bytes.
    pub offset: i64,
    /// The text.
    pub text: String,
}

/// Without the text: it is what people say to each other.
impl std::fmt::Debug for Delta {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { control_epoch, turn, offset, text } = self;
        write!(f, "Delta {{ {turn} under {control_epoch}: {} bytes at {offset} }}", text.len())
    }
}

/// Something seen now or never.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// Where.
    pub conversation: ConversationId,
    /// Whose conversation it is.
    pub contact: ContactId,
    /// What.
    pub what: What,
}

/// What is seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Somebody writes or looks.
    Presence(Reader, Doing),
    /// An answer grows.
    Delta(Delta),
}
