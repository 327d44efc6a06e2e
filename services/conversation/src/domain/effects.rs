//! What a command does beside changing the conversation itself; the store carries it out in the same transaction.

use std::time::Duration;

use jiff::Timestamp;

use super::{ids::MemberId, message::Notice};

/// What happened, for the feed. The numbers are those of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(i32)]
pub enum EventKind {
    /// A conversation began.
    ConversationStarted = 1,
    /// A message was accepted.
    MessagePosted = 2,
    /// Who may speak changed.
    ControlChanged = 3,
    /// The assignee or team changed.
    AssignmentChanged = 4,
    /// The status changed.
    StatusChanged = 5,
    /// The priority changed.
    PriorityChanged = 6,
    /// A handoff was opened, assigned, released or closed.
    HandoffChanged = 7,
    /// A note was left.
    NoteChanged = 8,
    /// A brief was attached.
    BriefAttached = 9,
    /// Somebody read on.
    ReadMarked = 10,
    /// The assignee has let the visitor wait; soon the conversation returns to the queue.
    ReplyOverdue = 11,
}

/// What a running deadline waits for. The numbers are those of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum DeadlineKind {
    /// A sign of life of the assistant.
    AiDue = 1,
    /// An answer of the member who has it.
    ResponseDue = 2,
    /// Somebody who takes the open handoff.
    HandoffDue = 3,
    /// The end of a snooze.
    Wake = 4,
    /// The handoff that the assistant said would follow.
    HandoffOwed = 5,
}

impl DeadlineKind {
    /// All of them, the most urgent first.
    pub const ALL: [Self; 5] =
        [Self::AiDue, Self::HandoffOwed, Self::HandoffDue, Self::ResponseDue, Self::Wake];
}

impl TryFrom<i32> for DeadlineKind {
    type Error = i32;
    fn try_from(number: i32) -> Result<Self, i32> {
        Self::ALL.into_iter().find(|kind| *kind as i32 == number).ok_or(number)
    }
}

/// How far a deadline has come. The numbers are those of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(i32)]
pub enum Stage {
    /// It has not passed yet.
    #[default]
    First = 0,
    /// It has passed once, and what follows is given time.
    Grace = 1,
}

impl TryFrom<i32> for Stage {
    type Error = i32;
    fn try_from(number: i32) -> Result<Self, i32> {
        match number {
            0 => Ok(Self::First),
            1 => Ok(Self::Grace),
            other => Err(other),
        }
    }
}

/// What to do with a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeadlineEdit {
    /// Begins, if none of its kind runs.
    Begin(DeadlineKind, Duration),
    /// Begins anew, whether or not one of its kind runs, to pass at this moment.
    Reset(DeadlineKind, Timestamp, Stage),
    /// Ends.
    End(DeadlineKind),
    /// Ends all of them.
    EndAll,
}

/// A change of what a member holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadChange {
    /// Whose.
    pub member: MemberId,
    /// By how many: 1 or -1.
    pub by: i32,
    /// Refuse unless the member holds fewer than this. Only routing is bound.
    pub below: Option<i32>,
}

/// Everything a command does beside.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effects {
    /// Notices to add to the thread, in order.
    pub notices: Vec<Notice>,
    /// Events, each with a revision of its own, after those of the messages.
    pub events: Vec<EventKind>,
    /// Deadlines, in order.
    pub deadlines: Vec<DeadlineEdit>,
    /// Loads.
    pub loads: Vec<LoadChange>,
}

impl Effects {
    /// Enters an event once.
    pub fn event(&mut self, kind: EventKind) {
        if !self.events.contains(&kind) {
            self.events.push(kind);
        }
    }

    /// Whether nothing happens.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
