//! Wire to domain and back. Faults of a request are collected, all of them.

use baton_kit::{
    data::Fact,
    door::{fields::Fields, page, principal::Caller, refusal::Refusal},
    life::ids::WorkspaceId,
};
use baton_proto::{common::v1::ErrorReason, conversation::v1 as conversation, routing::v1 as wire};
use jiff::Timestamp;
use uuid::Uuid;

pub mod hours;

use crate::{
    application::{explain_routing::Explanation, set_availability},
    domain::{
        availability::{Availability, AvailabilityState},
        decision::{Candidate, Decision, FilterReason, Outcome},
        ids::{ConversationId, HandoffId, MemberId},
        queue::{Entry, EntryState, Priority, Seen},
    },
};

const LIMITS: std::ops::RangeInclusive<i64> = 1..=100;
const PAGE: u32 = 100;
const LARGEST_PAGE: u32 = 500;

/// What a member says of themselves.
pub fn set_availability(
    caller: &Caller,
    request: &wire::SetAvailabilityRequest,
) -> Result<set_availability::Command, Refusal> {
    let mut fields = Fields::new();
    let state = fields.choice("state", request.state);
    let limit = match request.limit {
        0 => Some(None),
        given => fields.within("limit", given.into(), LIMITS).map(|_| Some(given)),
    };
    let (state, limit) = fields.all((state, limit))?;
    let member = MemberId::from_uuid(caller.subject);
    Ok(set_availability::Command { workspace: caller.workspace()?, member, state: said(state)?, limit })
}

fn said(state: wire::AvailabilityState) -> Result<AvailabilityState, Refusal> {
    use wire::AvailabilityState as S;
    match state {
        S::Online => Ok(AvailabilityState::Online),
        S::Busy => Ok(AvailabilityState::Busy),
        S::Away => Ok(AvailabilityState::Away),
        S::Offline => Ok(AvailabilityState::Offline),
        // `Fields::choice` refuses it before.
        S::Unspecified => Err(Refusal::new(ErrorReason::InvalidFields, "the state is not specified")),
    }
}

/// What is asked for when availabilities are listed: after whom, how many.
pub fn list_availability(
    workspace: WorkspaceId,
    request: &wire::ListAvailabilityRequest,
) -> Result<(Option<MemberId>, u32), Refusal> {
    let mut fields = Fields::new();
    let size = fields.page_size("page_size", request.page_size, PAGE, LARGEST_PAGE);
    let (size,) = fields.all((size,))?;
    if request.page_token.is_empty() {
        return Ok((None, size));
    }
    let bytes = page::open(&page_binding(workspace), &request.page_token)?;
    let refused = |_| Refusal::new(ErrorReason::InvalidToken, "the token was not made for this request");
    let after = Uuid::from_slice(&bytes).map_err(refused)?;
    Ok((Some(MemberId::from_uuid(after)), size))
}

/// A page of availabilities.
pub fn availability_page(
    workspace: WorkspaceId,
    page: &[Availability],
    next: Option<MemberId>,
) -> wire::ListAvailabilityResponse {
    let token = |member: MemberId| page::seal(&page_binding(workspace), member.uuid().as_bytes());
    wire::ListAvailabilityResponse {
        availabilities: page.iter().map(availability).collect(),
        next_page_token: next.map(token).unwrap_or_default(),
    }
}

fn page_binding(workspace: WorkspaceId) -> String {
    format!("ListAvailability:{workspace}")
}

/// An availability.
pub fn availability(said: &Availability) -> wire::MemberAvailability {
    let state = match said.state {
        AvailabilityState::Online => wire::AvailabilityState::Online,
        AvailabilityState::Busy => wire::AvailabilityState::Busy,
        AvailabilityState::Away => wire::AvailabilityState::Away,
        AvailabilityState::Offline => wire::AvailabilityState::Offline,
    };
    wire::MemberAvailability { member_id: said.member.to_string(), state: state.into(), limit: said.limit }
}

/// Which conversation is to be explained.
pub fn explain_routing(request: &wire::ExplainRoutingRequest) -> Result<ConversationId, Refusal> {
    let mut fields = Fields::new();
    let conversation = fields.parsed("conversation_id", &request.conversation_id);
    Ok(fields.all((conversation,))?.0)
}

/// An explanation.
pub fn explanation(known: &Explanation) -> wire::ExplainRoutingResponse {
    wire::ExplainRoutingResponse {
        waiting: known.waiting,
        position: i32::try_from(known.position).unwrap_or(i32::MAX),
        decisions: known.decisions.iter().map(decision).collect(),
    }
}

fn decision(decision: &Decision) -> wire::Decision {
    let outcome = match decision.outcome {
        Outcome::Pending => wire::DecisionOutcome::Pending,
        // Only assignments are told; the release of one shows in the next decision, as ALREADY_ASKED.
        Outcome::Assigned(_) | Outcome::Released(_) => wire::DecisionOutcome::Assigned,
        Outcome::Refused(_) => wire::DecisionOutcome::Refused,
        Outcome::Nobody => wire::DecisionOutcome::Nobody,
    };
    wire::Decision {
        id: decision.id.to_string(),
        create_time: Some(timestamp(decision.created_at)),
        candidates: decision.candidates.iter().map(candidate).collect(),
        member_id: decision.member.map(|member| member.to_string()).unwrap_or_default(),
        outcome: outcome.into(),
        assignment_version: decision.assignment_version,
    }
}

fn candidate(candidate: &Candidate) -> wire::Candidate {
    let filtered = match candidate.filtered {
        None => wire::FilterReason::Unspecified,
        Some(FilterReason::NotOnline) => wire::FilterReason::NotOnline,
        Some(FilterReason::AtLimit) => wire::FilterReason::AtLimit,
        Some(FilterReason::AlreadyAsked) => wire::FilterReason::AlreadyAsked,
        Some(FilterReason::NotAllowed) => wire::FilterReason::NotAllowed,
        Some(FilterReason::OtherTeam) => wire::FilterReason::OtherTeam,
        Some(FilterReason::Removed) => wire::FilterReason::Removed,
    };
    wire::Candidate {
        member_id: candidate.member.to_string(),
        held: candidate.held,
        limit: candidate.limit,
        filtered: filtered.into(),
    }
}

fn timestamp(at: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: at.as_second(), nanos: at.subsec_nanosecond() }
}

/// What a fact of conversation says about the queue.
///
/// # Errors
/// The field that cannot be read.
pub fn seen(fact: &Fact, state: &conversation::ConversationState) -> Result<Seen, String> {
    let conversation = ConversationId::from_uuid(fact.subject);
    let entry = match open_handoff(state) {
        Some((handoff, stands)) => Some(entry(fact, state, handoff, stands)?),
        None => None,
    };
    let asked = state.handoff.as_ref().and_then(|handoff| handoff.create_time.as_ref()).and_then(moment);
    Ok(Seen {
        workspace: fact.workspace,
        conversation,
        revision: fact.revision,
        holder: holder(state)?,
        entry,
        asked_at: asked.unwrap_or(fact.at),
    })
}

/// Who holds it: conversation counts what is open and assigned.
fn holder(state: &conversation::ConversationState) -> Result<Option<MemberId>, String> {
    match state.status() {
        conversation::ConversationStatus::Open => optional("assignee_id", &state.assignee_id),
        _ => Ok(None),
    }
}

/// The handoff that makes a conversation wait.
fn open_handoff(state: &conversation::ConversationState) -> Option<(&conversation::Handoff, EntryState)> {
    let handoff = state.handoff.as_ref().filter(|_| state.control() == conversation::Control::Waiting)?;
    match handoff.state() {
        conversation::HandoffState::Requested => Some((handoff, EntryState::Requested)),
        conversation::HandoffState::Assigned => Some((handoff, EntryState::Assigned)),
        _ => None,
    }
}

fn entry(
    fact: &Fact,
    state: &conversation::ConversationState,
    handoff: &conversation::Handoff,
    stands: EntryState,
) -> Result<Entry, String> {
    Ok(Entry {
        conversation: ConversationId::from_uuid(fact.subject),
        handoff: required::<HandoffId>("handoff.id", &handoff.id)?,
        assignment_version: state.assignment_version,
        priority: priority(state.priority()),
        waiting_since: state.waiting_since.as_ref().and_then(moment).unwrap_or(fact.at),
        team: optional("team_id", &state.team_id)?,
        state: stands,
        assignee: optional("assignee_id", &state.assignee_id)?,
        seen_at: fact.at,
        traceparent: fact.traceparent.clone(),
    })
}

fn priority(priority: conversation::Priority) -> Priority {
    match priority {
        conversation::Priority::Low => Priority::Low,
        conversation::Priority::Unspecified | conversation::Priority::Medium => Priority::Medium,
        conversation::Priority::High => Priority::High,
        conversation::Priority::Urgent => Priority::Urgent,
    }
}

fn moment(at: &prost_types::Timestamp) -> Option<Timestamp> {
    Timestamp::new(at.seconds, at.nanos).ok()
}

/// A required id of a fact.
pub fn required<T: std::str::FromStr<Err: std::fmt::Display>>(field: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|error| format!("{field}: {error}"))
}

fn optional<T: std::str::FromStr<Err: std::fmt::Display>>(
    field: &str,
    text: &str,
) -> Result<Option<T>, String> {
    if text.is_empty() { Ok(None) } else { required(field, text).map(Some) }
}
