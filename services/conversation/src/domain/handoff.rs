//! One passage from AI to people.

use jiff::Timestamp;

use super::ids::HandoffId;

/// Where a handoff stands. The numbers are those of the contract and of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum HandoffState {
    /// Open: a person is looked for.
    Requested = 1,
    /// Open: a member is asked.
    Assigned = 2,
    /// Closed: a member took it.
    Taken = 3,
    /// Closed: given back to the assistant.
    HandedBack = 4,
    /// Closed: the visitor took the wish back.
    Withdrawn = 5,
    /// Closed with the conversation.
    Resolved = 6,
}

impl HandoffState {
    /// Whether a person is still waited for.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Requested | Self::Assigned)
    }
}

impl TryFrom<i32> for HandoffState {
    type Error = i32;
    fn try_from(number: i32) -> Result<Self, i32> {
        Ok(match number {
            1 => Self::Requested,
            2 => Self::Assigned,
            3 => Self::Taken,
            4 => Self::HandedBack,
            5 => Self::Withdrawn,
            6 => Self::Resolved,
            other => return Err(other),
        })
    }
}

/// Why a person is needed. The numbers are those of the contract and of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum HandoffReason {
    /// The visitor asked for one.
    VisitorRequest = 1,
    /// The assistant decided by its instructions.
    AiDecision = 2,
    /// A phrase of the assistant's rules was said.
    Phrase = 3,
    /// No answer was found as often as the rules allow.
    NoAnswer = 4,
    /// The visitor repeated themselves as often as the rules allow.
    Repetition = 5,
    /// The visitor is angry or upset.
    NegativeMood = 6,
    /// The assistant failed or was silent.
    AiUnavailable = 7,
    /// A member queued it for a team.
    MemberRequest = 8,
    /// A program asked for it.
    ApiRequest = 9,
    /// The member who had it gave it back, left, or did not answer.
    Returned = 10,
    /// The visitor left a message for people.
    MessageLeft = 11,
}

impl TryFrom<i32> for HandoffReason {
    type Error = i32;
    fn try_from(number: i32) -> Result<Self, i32> {
        Ok(match number {
            1 => Self::VisitorRequest,
            2 => Self::AiDecision,
            3 => Self::Phrase,
            4 => Self::NoAnswer,
            5 => Self::Repetition,
            6 => Self::NegativeMood,
            7 => Self::AiUnavailable,
            8 => Self::MemberRequest,
            9 => Self::ApiRequest,
            10 => Self::Returned,
            11 => Self::MessageLeft,
            other => return Err(other),
        })
    }
}

/// Why a handoff continues what a member had. The numbers are those of the contract and of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum ReturnCause {
    /// A member put it back into the queue.
    GivenBack = 1,
    /// The member was removed, or may no longer reply.
    MemberLeft = 2,
    /// The member did not answer the visitor in time.
    NoReply = 3,
}

impl TryFrom<i32> for ReturnCause {
    type Error = i32;
    fn try_from(number: i32) -> Result<Self, i32> {
        Ok(match number {
            1 => Self::GivenBack,
            2 => Self::MemberLeft,
            3 => Self::NoReply,
            other => return Err(other),
        })
    }
}

/// Who asked the member that an ASSIGNED handoff waits for. The numbers are those of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum AssignedBy {
    /// Routing: a change of team takes it back.
    Routing = 1,
    /// A person: it stands until a person says otherwise.
    Person = 2,
}

impl TryFrom<i32> for AssignedBy {
    type Error = i32;
    fn try_from(number: i32) -> Result<Self, i32> {
        match number {
            1 => Ok(Self::Routing),
            2 => Ok(Self::Person),
            other => Err(other),
        }
    }
}

/// What the visitor is told about when somebody answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// When somebody will have answered; `None` if only the text says it.
    pub by: Option<Timestamp>,
    /// What the visitor reads.
    pub text: String,
    /// Nobody works at the moment.
    pub outside_hours: bool,
}

/// One passage from AI to people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handoff {
    /// Its id.
    pub id: HandoffId,
    /// Where it stands.
    pub state: HandoffState,
    /// Why it was made.
    pub reason: HandoffReason,
    /// The handoff it continues.
    pub previous: Option<HandoffId>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// Since when the visitor waits: that of the first of a chain.
    pub waiting_since: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Why it continues what a member had.
    pub return_cause: Option<ReturnCause>,
    /// The last message of the thread when it was made: a member message above it is an answer.
    pub made_at_sequence: i64,
    /// Who asked the member, while one is asked.
    pub assigned_by: Option<AssignedBy>,
    /// What the visitor is told.
    pub promise: Option<Promise>,
    /// When the answer was promised by e-mail.
    pub fallback_promised_at: Option<Timestamp>,
    /// When it was found that nobody had taken it and nobody could be told.
    pub alarmed_at: Option<Timestamp>,
}
