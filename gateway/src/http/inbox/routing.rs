//! Why a conversation went where it went.

use baton_proto::routing::v1::{self as wire, ExplainRoutingRequest};

use super::super::{
    answers::{Answer, whole},
    clients::Desk,
    convert::{some, time, word},
    params::Id,
    words::{DecisionOutcome, FilterReason},
};

/// What routing did with a conversation.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct Explanation {
    /// True if it waits for a person now.
    waiting: bool,
    /// Its place among those waiting, 1 for the next; absent if it does not wait.
    position: Option<i32>,
    /// Newest first.
    decisions: Vec<Decision>,
}

/// One decision.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct Decision {
    /// `dec_…`.
    id: String,
    /// When, RFC 3339.
    create_time: Option<String>,
    /// Everyone looked at.
    candidates: Vec<Candidate>,
    /// The member chosen.
    member_id: Option<String>,
    /// What came of it.
    outcome: DecisionOutcome,
    /// The version of the conversation decided on.
    assignment_version: i64,
}

/// One member looked at.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct Candidate {
    /// `mem_…`.
    member_id: String,
    /// What they held.
    held: i32,
    /// Their limit.
    limit: i32,
    /// Why passed over.
    filtered: Option<FilterReason>,
}

/// Explains what routing did, and why the conversation still waits if it does.
#[utoipa::path(get, path = "/v1/inbox/conversations/{id}/routing", operation_id = "explainRouting", tag = "inbox",
    responses((status = 200, body = Explanation)))]
pub(super) async fn explain(Desk(desk): Desk, Id(conversation_id): Id) -> Answer<Explanation> {
    whole(desk.routing().explain_routing(ExplainRoutingRequest { conversation_id }).await?)
}

impl From<wire::ExplainRoutingResponse> for Explanation {
    fn from(answer: wire::ExplainRoutingResponse) -> Self {
        Self {
            waiting: answer.waiting,
            position: Some(answer.position).filter(|position| *position > 0),
            decisions: answer.decisions.into_iter().map(Decision::from).collect(),
        }
    }
}

impl From<wire::Decision> for Decision {
    fn from(decision: wire::Decision) -> Self {
        Self {
            id: decision.id,
            create_time: time(decision.create_time),
            candidates: decision.candidates.into_iter().map(Candidate::from).collect(),
            member_id: some(decision.member_id),
            outcome: decision.outcome.into(),
            assignment_version: decision.assignment_version,
        }
    }
}

impl From<wire::Candidate> for Candidate {
    fn from(candidate: wire::Candidate) -> Self {
        Self {
            member_id: candidate.member_id,
            held: candidate.held,
            limit: candidate.limit,
            filtered: word(candidate.filtered),
        }
    }
}
