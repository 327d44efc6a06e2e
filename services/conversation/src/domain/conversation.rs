//! The conversation: its state and what is always true of it.

use baton_kit::life::ids::WorkspaceId;
use jiff::Timestamp;

use super::{
    handoff::Handoff,
    ids::{AssistantId, ContactId, ConversationId, MemberId, TeamId},
};

/// Who may speak for the business. The numbers are those of the contract and of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum Control {
    /// The assistant answers.
    Ai = 1,
    /// A person is needed, none has taken it.
    Waiting = 2,
    /// A member answers.
    Human = 3,
}

impl TryFrom<i32> for Control {
    type Error = i32;
    fn try_from(number: i32) -> Result<Self, i32> {
        Ok(match number {
            1 => Self::Ai,
            2 => Self::Waiting,
            3 => Self::Human,
            other => return Err(other),
        })
    }
}

/// Where a conversation stands. The numbers are those of the contract and of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum Status {
    /// In work.
    Open = 1,
    /// Put off.
    Snoozed = 2,
    /// Done.
    Resolved = 3,
}

impl TryFrom<i32> for Status {
    type Error = i32;
    fn try_from(number: i32) -> Result<Self, i32> {
        Ok(match number {
            1 => Self::Open,
            2 => Self::Snoozed,
            3 => Self::Resolved,
            other => return Err(other),
        })
    }
}

/// How urgent. The numbers are those of the contract and of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(i32)]
pub enum Priority {
    /// May wait.
    Low = 1,
    /// The usual.
    Medium = 2,
    /// Before the usual.
    High = 3,
    /// Before everything.
    Urgent = 4,
}

impl TryFrom<i32> for Priority {
    type Error = i32;
    fn try_from(number: i32) -> Result<Self, i32> {
        Ok(match number {
            1 => Self::Low,
            2 => Self::Medium,
            3 => Self::High,
            4 => Self::Urgent,
            other => return Err(other),
        })
    }
}

/// A thread between one contact and the business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// The tenant.
    pub workspace: WorkspaceId,
    /// What answers first.
    pub assistant: AssistantId,
    /// The end user.
    pub contact: ContactId,
    /// Where it takes place.
    pub channel: String,
    /// The channel's own id of it.
    pub external_id: Option<String>,
    /// What made it.
    pub origin: String,
    /// Where it stands.
    pub status: Status,
    /// Who may speak.
    pub control: Control,
    /// Rises with every change of control.
    pub control_epoch: i64,
    /// Rises with every change of control, assignee, team, status or handoff.
    pub assignment_version: i64,
    /// The member responsible.
    pub assignee: Option<MemberId>,
    /// The member last responsible.
    pub last_assignee: Option<MemberId>,
    /// The team.
    pub team: Option<TeamId>,
    /// How urgent, and whether a person said so.
    pub priority: Option<(Priority, PrioritySource)>,
    /// Why so urgent, in a sentence of whoever said so; empty for none.
    pub priority_reason: String,
    /// When a person last set or cleared the priority.
    pub priority_said_at: Option<Timestamp>,
    /// While snoozed, when it wakes by itself.
    pub snoozed_until: Option<Timestamp>,
    /// What the assistant is to do, by the member who handed back; empty for nothing. Goes with the next change of control.
    pub instruction: String,
    /// The open handoff, or the last one.
    pub handoff: Option<Handoff>,
    /// The sequence of the last message.
    pub last_sequence: i64,
    /// Rises with every change.
    pub revision: i64,
    /// The sequence of the last member message; 0 for none.
    pub last_member_sequence: i64,
    /// The sequence of the last visitor message; 0 for none.
    pub last_visitor_sequence: i64,
    /// The last visitor message that somebody dealt with.
    pub answered_sequence: i64,
    /// The sequence after which control last came to the AI.
    pub ai_since_sequence: i64,
    /// When it began.
    pub created_at: Timestamp,
    /// When the last message was accepted.
    pub last_activity_at: Timestamp,
}

/// Who set a priority. The numbers are those of the contract and of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum PrioritySource {
    /// The assistant.
    Ai = 1,
    /// A member or a program.
    Person = 2,
}

impl TryFrom<i32> for PrioritySource {
    type Error = i32;
    fn try_from(number: i32) -> Result<Self, i32> {
        match number {
            1 => Ok(Self::Ai),
            2 => Ok(Self::Person),
            other => Err(other),
        }
    }
}

impl Conversation {
    /// The open handoff.
    pub fn open_handoff(&self) -> Option<&Handoff> {
        self.handoff.as_ref().filter(|handoff| handoff.state.is_open())
    }

    /// The visitor message nobody has dealt with; 0 for none.
    pub fn unanswered_sequence(&self) -> i64 {
        if self.last_visitor_sequence > self.answered_sequence { self.last_visitor_sequence } else { 0 }
    }

    /// Whether the assignee's load counts it.
    pub fn is_held(&self) -> bool {
        self.status == Status::Open && self.assignee.is_some()
    }

    /// What must hold after every command.
    ///
    /// # Errors
    /// The sentence that is not true.
    pub fn check(&self) -> Result<(), &'static str> {
        let waiting = self.control == Control::Waiting;
        if waiting != self.open_handoff().is_some() {
            return Err("control is WAITING exactly while a handoff is open");
        }
        if self.control == Control::Human && self.assignee.is_none() {
            return Err("under HUMAN somebody is responsible");
        }
        if self.control == Control::Ai && self.assignee.is_some() {
            return Err("under AI nobody is responsible");
        }
        if self.status == Status::Resolved && self.control != Control::Ai {
            return Err("a resolved conversation is the AI's");
        }
        if self.status == Status::Snoozed && self.control != Control::Human {
            return Err("only what a member has is snoozed");
        }
        if self.snoozed_until.is_some() && self.status != Status::Snoozed {
            return Err("what wakes is snoozed");
        }
        if !self.instruction.is_empty() && self.control != Control::Ai {
            return Err("an instruction is for the AI");
        }
        Ok(())
    }
}
