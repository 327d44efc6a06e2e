//! What a round of decisions reads and writes, both under the workspace's lock.

use std::collections::{BTreeMap, BTreeSet};

use baton_kit::{
    data::{StoreError, Unit},
    life::ids::WorkspaceId,
};
use jiff::Timestamp;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    Select, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    application::ports::{Lease, Snapshot},
    domain::{
        availability::AvailabilityState,
        decide::{BARRED_FOR, Colleague, Waiting},
        decision::{Decision, Kind, Outcome, Refused},
        ids::{HandoffId, MemberId},
        queue::{Entry, EntryState},
    },
    store::{
        codes,
        entity::{availability, decision, member, queue_entry},
        rows::{candidates, candidates_text, decision_row, micros, moment},
        teams,
    },
};

/// Entries read a priority and team: the longest waiting come first inside one, so more than a round can give are never needed unless
/// nobody may take the first ones. A team where nobody is there holds up no other.
const HEADS: u64 = 200;

/// Reads what a round is decided on.
pub async fn snapshot(unit: &Unit, workspace: WorkspaceId, now: Timestamp) -> Result<Snapshot, StoreError> {
    let open = open_decisions(unit, workspace).await?;
    let undecided: BTreeSet<Uuid> = open.iter().map(|row| row.conversation_id).collect();
    let entries = heads(unit, workspace).await?;
    let entries =
        entries.into_iter().filter(|entry| !undecided.contains(&entry.conversation.uuid())).collect();
    let mut snapshot = with_history(unit, workspace, entries, now).await?;
    snapshot.colleagues = colleagues(unit, workspace).await?;
    snapshot.teams = teams::of_entries(unit, workspace, &snapshot.waiting).await?;
    for row in open {
        let kind = codes::kind(row.kind)?;
        snapshot.open.extend(row.member_id.map(|member| (MemberId::from_uuid(member), kind)));
    }
    Ok(snapshot)
}

async fn open_decisions(unit: &Unit, workspace: WorkspaceId) -> Result<Vec<decision::Model>, StoreError> {
    let open = decision::Entity::find()
        .filter(decision::Column::WorkspaceId.eq(workspace.uuid()))
        .filter(decision::Column::Outcome.eq(codes::PENDING));
    Ok(open.all(unit.tx()).await?)
}

/// The longest waiting of each priority and team that a decision may be taken on.
async fn heads(unit: &Unit, workspace: WorkspaceId) -> Result<Vec<Entry>, StoreError> {
    let lines: Vec<(i32, Option<Uuid>)> = decidable(workspace)
        .select_only()
        .columns([queue_entry::Column::Priority, queue_entry::Column::TeamId])
        .distinct()
        .into_tuple()
        .all(unit.tx())
        .await?;
    let mut entries = Vec::new();
    for (priority, team) in lines {
        let of_team = match team {
            Some(team) => queue_entry::Column::TeamId.eq(team),
            None => queue_entry::Column::TeamId.is_null(),
        };
        let rows = decidable(workspace)
            .filter(queue_entry::Column::Priority.eq(priority))
            .filter(of_team)
            .order_by_asc(queue_entry::Column::WaitingSince)
            .order_by_asc(queue_entry::Column::ConversationId)
            .limit(HEADS)
            .all(unit.tx())
            .await?;
        for row in rows {
            entries.push(Entry::try_from(row)?);
        }
    }
    Ok(entries)
}

fn decidable(workspace: WorkspaceId) -> Select<queue_entry::Entity> {
    queue_entry::Entity::find()
        .filter(queue_entry::Column::WorkspaceId.eq(workspace.uuid()))
        .filter(queue_entry::Column::State.eq(codes::from_entry_state(EntryState::Requested)))
        .filter(
            Expr::col(queue_entry::Column::AssignmentVersion)
                .gt(Expr::col(queue_entry::Column::SpentVersion)),
        )
}

/// Adds who was asked or refused for each handoff before.
async fn with_history(
    unit: &Unit,
    workspace: WorkspaceId,
    entries: Vec<Entry>,
    now: Timestamp,
) -> Result<Snapshot, StoreError> {
    let handoffs: Vec<Uuid> = entries.iter().map(|entry| entry.handoff.uuid()).collect();
    let mut by_handoff: BTreeMap<HandoffId, Vec<Decision>> = BTreeMap::new();
    let mut snapshot = Snapshot::default();
    let rows = decision::Entity::find()
        .filter(decision::Column::WorkspaceId.eq(workspace.uuid()))
        .filter(decision::Column::HandoffId.is_in(handoffs))
        .filter(decision::Column::Kind.eq(codes::from_kind(Kind::Assign)))
        .filter(decision::Column::Outcome.ne(codes::PENDING))
        .all(unit.tx())
        .await?;
    for row in rows {
        let handoff = HandoffId::from_uuid(row.handoff_id);
        if row.outcome == codes::NOBODY {
            snapshot.nobody.insert(handoff, candidates(&row.candidates)?);
        } else {
            // What matters from here on is when it was known.
            let known_at = row.settled_at.map(moment).transpose()?;
            let decision = Decision::try_from(row)?;
            let created_at = known_at.unwrap_or(decision.created_at);
            by_handoff.entry(handoff).or_default().push(Decision { created_at, ..decision });
        }
    }
    snapshot.waiting = entries
        .into_iter()
        .map(|entry| waiting(by_handoff.get(&entry.handoff).map_or(&[], Vec::as_slice), entry, now))
        .collect();
    Ok(snapshot)
}

fn waiting(history: &[Decision], entry: Entry, now: Timestamp) -> Waiting {
    let asked = |decision: &Decision| matches!(decision.outcome, Outcome::Assigned(_));
    let barred = |decision: &Decision| {
        let refused = decision.outcome == Outcome::Refused(Refused::MemberNotEligible);
        refused && now.duration_since(decision.created_at) < BARRED_FOR
    };
    let asked = history.iter().filter(|decision| asked(decision));
    let asked =
        asked.filter_map(|decision| decision.member.map(|member| (member, decision.created_at))).collect();
    let barred =
        history.iter().filter(|decision| barred(decision)).filter_map(|decision| decision.member).collect();
    Waiting { entry, asked, barred }
}

/// Every active member that may reply, and whoever else says that they are online.
async fn colleagues(unit: &Unit, workspace: WorkspaceId) -> Result<Vec<Colleague>, StoreError> {
    let members = member::Entity::find()
        .filter(member::Column::WorkspaceId.eq(workspace.uuid()))
        .all(unit.tx())
        .await?;
    let said = availability::Entity::find()
        .filter(availability::Column::WorkspaceId.eq(workspace.uuid()))
        .all(unit.tx())
        .await?;
    let members: BTreeMap<Uuid, member::Model> =
        members.into_iter().map(|row| (row.member_id, row)).collect();
    let mut said: BTreeMap<Uuid, availability::Model> =
        said.into_iter().map(|row| (row.member_id, row)).collect();
    let mut colleagues = Vec::new();
    for (member, row) in members.iter().filter(|(_, row)| row.active && row.may_reply) {
        colleagues.push(colleague(*member, Some(row), said.remove(member))?);
    }
    let online = codes::from_state(AvailabilityState::Online);
    for (member, row) in said.into_iter().filter(|(_, row)| row.state == online) {
        colleagues.push(colleague(member, members.get(&member), Some(row))?);
    }
    Ok(colleagues)
}

fn colleague(
    member: Uuid,
    known: Option<&member::Model>,
    said: Option<availability::Model>,
) -> Result<Colleague, StoreError> {
    let silent = (AvailabilityState::Offline, 0, None, None);
    let (state, limit, online_since, last_given) = said.map_or(Ok::<_, StoreError>(silent), |row| {
        let times = (row.online_since.map(moment).transpose()?, row.last_given_at.map(moment).transpose()?);
        Ok((codes::state(row.state)?, row.capacity, times.0, times.1))
    })?;
    Ok(Colleague {
        member: MemberId::from_uuid(member),
        // Whoever team has not told of yet may be on the staff.
        active: known.is_none_or(|row| row.active),
        may_reply: known.is_some_and(|row| row.active && row.may_reply),
        state,
        limit,
        held: 0,
        online_since,
        last_given,
    })
}

/// Stores the decisions of a round; those to carry out come back.
pub async fn store(
    unit: &Unit,
    workspace: WorkspaceId,
    planned: Vec<Decision>,
    lease: Lease,
) -> Result<Vec<Decision>, StoreError> {
    let (open, nobody): (Vec<_>, Vec<_>) =
        planned.into_iter().partition(|decision| decision.outcome == Outcome::Pending);
    for decision in nobody {
        note_nobody(unit, &decision, lease).await?;
    }
    let rows = open.iter().map(|decision| decision_row(decision, lease)).collect::<Result<Vec<_>, _>>()?;
    if !rows.is_empty() {
        decision::Entity::insert_many(rows).exec_without_returning(unit.tx()).await?;
    }
    // In the order of ids, as every writer of several of these rows.
    let given: BTreeSet<Uuid> =
        open.iter().filter_map(|decision| decision.member.map(MemberId::uuid)).collect();
    for member in given {
        availability::Entity::update_many()
            .col_expr(availability::Column::LastGivenAt, Expr::value(micros(lease.now)))
            .filter(availability::Column::WorkspaceId.eq(workspace.uuid()))
            .filter(availability::Column::MemberId.eq(member))
            .exec(unit.tx())
            .await?;
    }
    Ok(open)
}

/// One record a handoff says that there is nobody, the latest; a waiting queue would otherwise fill the table by waiting.
async fn note_nobody(unit: &Unit, decision: &Decision, lease: Lease) -> Result<(), StoreError> {
    let renewed = decision::Entity::update_many()
        .col_expr(decision::Column::Candidates, Expr::value(candidates_text(&decision.candidates)?))
        .col_expr(decision::Column::AssignmentVersion, Expr::value(decision.assignment_version))
        .col_expr(decision::Column::CreatedAt, Expr::value(micros(decision.created_at)))
        .filter(decision::Column::WorkspaceId.eq(decision.workspace.uuid()))
        .filter(decision::Column::HandoffId.eq(decision.handoff.uuid()))
        .filter(decision::Column::Outcome.eq(codes::NOBODY))
        .exec(unit.tx())
        .await?;
    if renewed.rows_affected == 0 {
        decision::Entity::insert(decision_row(decision, lease)?).exec_without_returning(unit.tx()).await?;
    }
    Ok(())
}
