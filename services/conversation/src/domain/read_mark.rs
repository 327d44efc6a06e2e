//! How far somebody has read. A mark never goes back.

use jiff::Timestamp;

use super::{
    ids::{ContactId, MemberId},
    message::Actor,
};

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reader {
    /// The end user.
    Visitor(ContactId),
    /// A person on the staff.
    Member(MemberId),
}

impl From<Reader> for Actor {
    fn from(reader: Reader) -> Self {
        match reader {
            Reader::Visitor(id) => Self::Visitor(id),
            Reader::Member(id) => Self::Member(id),
        }
    }
}

impl TryFrom<Actor> for Reader {
    type Error = Actor;
    fn try_from(actor: Actor) -> Result<Self, Actor> {
        match actor {
            Actor::Visitor(id) => Ok(Self::Visitor(id)),
            Actor::Member(id) => Ok(Self::Member(id)),
            other => Err(other),
        }
    }
}

/// How far somebody has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadMark {
    /// Who.
    pub reader: Reader,
    /// Everything up to here.
    pub sequence: i64,
    /// When it was said.
    pub at: Timestamp,
}
