//! Rows to domain and back. A row that cannot be what it says is an error with its address, never a panic.

use baton_kit::{data::StoreError, life::ids::WorkspaceId};
use jiff::Timestamp;
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use super::{
    codes,
    entity::{availability, decision, queue_entry},
};
use crate::{
    application::ports::Lease,
    domain::{
        availability::Availability,
        decision::{Candidate, Decision},
        ids::{ConversationId, DecisionId, HandoffId, MemberId, TeamId},
        queue::{Entry, Place, Seen},
    },
};

/// A time in a table.
pub fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// A time from a table.
pub fn moment(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros).map_err(|_| StoreError::Broken(format!("{micros} is no time")))
}

impl TryFrom<availability::Model> for Availability {
    type Error = StoreError;

    fn try_from(row: availability::Model) -> Result<Self, StoreError> {
        Ok(Self {
            member: MemberId::from_uuid(row.member_id),
            state: codes::state(row.state)?,
            limit: row.capacity,
            revision: row.revision,
            online_since: row.online_since.map(moment).transpose()?,
        })
    }
}

impl TryFrom<queue_entry::Model> for Entry {
    type Error = StoreError;

    fn try_from(row: queue_entry::Model) -> Result<Self, StoreError> {
        Ok(Self {
            conversation: ConversationId::from_uuid(row.conversation_id),
            handoff: HandoffId::from_uuid(row.handoff_id),
            assignment_version: row.assignment_version,
            priority: codes::priority(row.priority)?,
            waiting_since: moment(row.waiting_since)?,
            team: row.team_id.map(TeamId::from_uuid),
            state: codes::entry_state(row.state)?,
            assignee: row.assignee_id.map(MemberId::from_uuid),
            seen_at: moment(row.seen_at)?,
            traceparent: row.traceparent,
        })
    }
}

/// An entry's turn, from the three columns that decide it.
pub fn place((conversation, priority, since): (Uuid, i32, i64)) -> Result<Place, StoreError> {
    let conversation = ConversationId::from_uuid(conversation);
    Ok(Place { conversation, priority: codes::priority(priority)?, waiting_since: moment(since)? })
}

/// The row of an entry that a fact shows; what is spent stays as it is.
pub fn entry_row(seen: &Seen, entry: &Entry, assigned_at: Option<i64>) -> queue_entry::ActiveModel {
    queue_entry::ActiveModel {
        workspace_id: Set(seen.workspace.uuid()),
        conversation_id: Set(seen.conversation.uuid()),
        handoff_id: Set(entry.handoff.uuid()),
        assignment_version: Set(entry.assignment_version),
        spent_version: Set(0),
        priority: Set(codes::from_priority(entry.priority)),
        waiting_since: Set(micros(entry.waiting_since)),
        team_id: Set(entry.team.map(TeamId::uuid)),
        state: Set(codes::from_entry_state(entry.state)),
        assignee_id: Set(entry.assignee.map(MemberId::uuid)),
        revision: Set(seen.revision),
        traceparent: Set(entry.traceparent.clone()),
        seen_at: Set(micros(entry.seen_at)),
        assigned_at: Set(assigned_at),
    }
}

impl TryFrom<decision::Model> for Decision {
    type Error = StoreError;

    fn try_from(row: decision::Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: DecisionId::from_uuid(row.id),
            workspace: WorkspaceId::from_uuid(row.workspace_id),
            conversation: ConversationId::from_uuid(row.conversation_id),
            handoff: HandoffId::from_uuid(row.handoff_id),
            kind: codes::kind(row.kind)?,
            member: row.member_id.map(MemberId::from_uuid),
            assignment_version: row.assignment_version,
            limit: row.capacity,
            candidates: candidates(&row.candidates)?,
            outcome: codes::outcome(row.outcome, row.refusal, row.made_version)?,
            created_at: moment(row.created_at)?,
            traceparent: row.traceparent,
        })
    }
}

/// The row of a new decision, leased by whoever took it.
pub fn decision_row(decision: &Decision, lease: Lease) -> Result<decision::ActiveModel, StoreError> {
    let (outcome, refusal, made_version) = codes::from_outcome(decision.outcome);
    Ok(decision::ActiveModel {
        id: Set(decision.id.uuid()),
        workspace_id: Set(decision.workspace.uuid()),
        conversation_id: Set(decision.conversation.uuid()),
        handoff_id: Set(decision.handoff.uuid()),
        kind: Set(codes::from_kind(decision.kind)),
        member_id: Set(decision.member.map(MemberId::uuid)),
        assignment_version: Set(decision.assignment_version),
        capacity: Set(decision.limit),
        candidates: Set(candidates_text(&decision.candidates)?),
        outcome: Set(outcome),
        refusal: Set(refusal),
        made_version: Set(made_version),
        created_at: Set(micros(decision.created_at)),
        settled_at: Set(None),
        accept_due: Set(None),
        lease_owner: Set(lease.owner),
        lease_until: Set(micros(lease.until)),
        traceparent: Set(decision.traceparent.clone()),
    })
}

/// A candidate as a record keeps it: member, held, limit, filter.
type StoredCandidate = (Uuid, i32, i32, i32);

/// The text of candidates in a record.
pub fn candidates_text(candidates: &[Candidate]) -> Result<String, StoreError> {
    let stored = |c: &Candidate| -> StoredCandidate {
        (c.member.uuid(), c.held, c.limit, codes::from_filter(c.filtered))
    };
    let stored: Vec<StoredCandidate> = candidates.iter().map(stored).collect();
    serde_json::to_string(&stored)
        .map_err(|error| StoreError::Broken(format!("decision.candidates: {error}")))
}

/// The candidates of a record.
pub fn candidates(text: &str) -> Result<Vec<Candidate>, StoreError> {
    let stored: Vec<StoredCandidate> = serde_json::from_str(text)
        .map_err(|error| StoreError::Broken(format!("decision.candidates: {error}")))?;
    let candidate = |(member, held, limit, filter): StoredCandidate| {
        Ok(Candidate { member: MemberId::from_uuid(member), held, limit, filtered: codes::filter(filter)? })
    };
    stored.into_iter().map(candidate).collect()
}
