//! Assignments made by people that nobody took.
//!
//! Routing knows its own by the version each of them made; every other assignment is a person's.

use baton_kit::data::{Database, StoreError, Unit};
use jiff::Timestamp;
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, sea_query::Expr,
};

use super::read::BATCH;
use crate::{
    application::ports::{Lease, LeftLying},
    domain::{
        decision::{Decision, Kind},
        ids::{ConversationId, HandoffId},
        queue::EntryState,
    },
    store::{
        codes,
        entity::{decision, queue_entry},
        rows::{decision_row, micros},
    },
};

/// What was given before an instant and not taken; routing's own among it, which [`begin_release`] passes over.
pub async fn left_lying(database: &Database, given_before: Timestamp) -> Result<Vec<LeftLying>, StoreError> {
    let rows = queue_entry::Entity::find()
        .filter(queue_entry::Column::AssignedAt.lte(micros(given_before)))
        .filter(stands())
        .order_by_asc(queue_entry::Column::AssignedAt)
        .limit(BATCH)
        .all(database.reader())
        .await?;
    Ok(rows.into_iter().map(lying).collect())
}

/// Assigned, and not taken back on this version before.
fn stands() -> Condition {
    let unspent =
        Expr::col(queue_entry::Column::AssignmentVersion).gt(Expr::col(queue_entry::Column::SpentVersion));
    Condition::all()
        .add(queue_entry::Column::State.eq(codes::from_entry_state(EntryState::Assigned)))
        .add(unspent)
}

fn lying(row: queue_entry::Model) -> LeftLying {
    LeftLying {
        workspace: baton_kit::life::ids::WorkspaceId::from_uuid(row.workspace_id),
        conversation: ConversationId::from_uuid(row.conversation_id),
        handoff: HandoffId::from_uuid(row.handoff_id),
        version: row.assignment_version,
        traceparent: row.traceparent,
    }
}

/// Stores the release, if the assignment stands and a person made it. Under the workspace's lock.
pub async fn begin_release(
    unit: &Unit,
    lying: &LeftLying,
    release: &Decision,
    lease: Lease,
) -> Result<bool, StoreError> {
    let entry = queue_entry::Entity::find_by_id((lying.workspace.uuid(), lying.conversation.uuid()))
        .filter(stands())
        .filter(queue_entry::Column::AssignmentVersion.eq(lying.version))
        .one(unit.tx())
        .await?;
    if entry.is_none() || is_decided(unit, lying).await? {
        return Ok(false);
    }
    decision::Entity::insert(decision_row(release, lease)?).exec_without_returning(unit.tx()).await?;
    Ok(true)
}

/// Whether a decision of routing made this version, or one is under way that may have.
async fn is_decided(unit: &Unit, lying: &LeftLying) -> Result<bool, StoreError> {
    let own = Condition::all()
        .add(decision::Column::Kind.eq(codes::from_kind(Kind::Assign)))
        .add(decision::Column::MadeVersion.eq(lying.version));
    let decided = decision::Entity::find()
        .filter(decision::Column::WorkspaceId.eq(lying.workspace.uuid()))
        .filter(decision::Column::ConversationId.eq(lying.conversation.uuid()))
        .filter(Condition::any().add(own).add(decision::Column::Outcome.eq(codes::PENDING)))
        .one(unit.tx())
        .await?;
    Ok(decided.is_some())
}
