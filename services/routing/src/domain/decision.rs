//! A decision of routing: what was decided on what, and what came of it. A record, and what makes giving exactly once.
//!
//! Must not know how it is stored or carried out.

use baton_kit::life::ids::WorkspaceId;
use jiff::Timestamp;

use super::ids::{ConversationId, DecisionId, HandoffId, MemberId};

/// What a decision does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Asks a member to take a handoff.
    Assign,
    /// Takes an untaken assignment back.
    Release,
}

/// Why a candidate was passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterReason {
    /// Not online.
    NotOnline,
    /// Holds as many conversations as their limit.
    AtLimit,
    /// Was asked for this handoff before and did not take it.
    AlreadyAsked,
    /// May not reply.
    NotAllowed,
    /// Not in the conversation's team.
    OtherTeam,
    /// No longer on the staff.
    Removed,
}

/// One member looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The member.
    pub member: MemberId,
    /// What they held, decisions under way included.
    pub held: i32,
    /// Their limit.
    pub limit: i32,
    /// Why passed over; `None` for a true candidate.
    pub filtered: Option<FilterReason>,
}

/// Why conversation refused a decision, for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The conversation changed meanwhile, or is gone; the newer fact will tell.
    Stale,
    /// The member's limit is reached.
    CapacityExceeded,
    /// The member is not active or may not reply, as conversation sees it.
    MemberNotEligible,
    /// The call itself was wrong: a fault of ours.
    Malformed,
}

/// What came of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Not known yet.
    Pending,
    /// The member was asked; the version after it.
    Assigned(i64),
    /// The assignment was taken back; the version after it.
    Released(i64),
    /// Refused for good.
    Refused(Refused),
    /// There was nobody to ask.
    Nobody,
}

impl Outcome {
    /// Whether the version decided on is used up, so that only a newer fact leads to another decision.
    pub fn spends_version(self) -> bool {
        match self {
            Self::Assigned(_) | Self::Released(_) => true,
            Self::Refused(Refused::Stale | Refused::Malformed) => true,
            Self::Refused(Refused::CapacityExceeded | Refused::MemberNotEligible) => false,
            Self::Pending | Self::Nobody => false,
        }
    }
}

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Also the request id of the call.
    pub id: DecisionId,
    /// The tenant.
    pub workspace: WorkspaceId,
    /// What was decided on.
    pub conversation: ConversationId,
    /// The handoff that was open.
    pub handoff: HandoffId,
    /// What it does.
    pub kind: Kind,
    /// Who is asked, or was; `None` if there was nobody, and where a person's own assignment is taken back: its member is not to blame.
    pub member: Option<MemberId>,
    /// The version decided on.
    pub assignment_version: i64,
    /// The member's limit as decided on: a repeated call must say the same.
    pub limit: i32,
    /// Everyone looked at.
    pub candidates: Vec<Candidate>,
    /// What came of it.
    pub outcome: Outcome,
    /// When it was taken.
    pub created_at: Timestamp,
    /// The trace it belongs to.
    pub traceparent: Option<String>,
}

/// How a decision ended.
#[derive(Debug, Clone)]
pub struct Settlement {
    /// The decision as it was taken.
    pub decision: Decision,
    /// What came of it.
    pub outcome: Outcome,
    /// When that was known.
    pub at: Timestamp,
    /// When an assignment counts as missed.
    pub accept_due: Option<Timestamp>,
}
