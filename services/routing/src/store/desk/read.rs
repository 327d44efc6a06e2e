//! Reads without a lock.

use baton_kit::{
    data::{Database, StoreError},
    life::ids::WorkspaceId,
};
use jiff::Timestamp;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    application::ports::Explained,
    domain::{
        decision::{Decision, Kind},
        ids::ConversationId,
        queue::{Entry, EntryState},
    },
    store::{
        codes,
        entity::{decision, queue_entry, seen_conversation},
        rows::{micros, place},
    },
};

/// Rows a sweep looks at.
pub const BATCH: u64 = 100;
/// Decisions told.
const NEWEST: u64 = 20;
/// Entries counted for a position.
const COUNTED: u64 = 10_000;

/// Whether there is anything to decide on.
pub async fn has_waiting(database: &Database, workspace: WorkspaceId) -> Result<bool, StoreError> {
    let one = decidable()
        .filter(queue_entry::Column::WorkspaceId.eq(workspace.uuid()))
        .one(database.reader())
        .await?;
    Ok(one.is_some())
}

/// Workspaces where there is something to decide on.
pub async fn waiting_workspaces(database: &Database) -> Result<Vec<WorkspaceId>, StoreError> {
    let ids = decidable().select_only().column(queue_entry::Column::WorkspaceId).distinct();
    let ids: Vec<Uuid> = ids.into_tuple().all(database.reader()).await?;
    Ok(ids.into_iter().map(WorkspaceId::from_uuid).collect())
}

fn decidable() -> sea_orm::Select<queue_entry::Entity> {
    queue_entry::Entity::find()
        .filter(queue_entry::Column::State.eq(codes::from_entry_state(EntryState::Requested)))
        .filter(
            Expr::col(queue_entry::Column::AssignmentVersion)
                .gt(Expr::col(queue_entry::Column::SpentVersion)),
        )
}

/// Open decisions that nobody holds the right to call about, oldest first.
pub async fn unclaimed(database: &Database, now: Timestamp) -> Result<Vec<Decision>, StoreError> {
    let rows = decision::Entity::find()
        .filter(decision::Column::Outcome.eq(codes::PENDING))
        .filter(decision::Column::LeaseUntil.lte(micros(now)))
        .order_by_asc(decision::Column::LeaseUntil)
        .limit(BATCH)
        .all(database.reader())
        .await?;
    rows.into_iter().map(Decision::try_from).collect()
}

/// What is known about a conversation.
pub async fn explain(
    database: &Database,
    workspace: WorkspaceId,
    conversation: ConversationId,
) -> Result<Option<Explained>, StoreError> {
    let (reader, key) = (database.reader(), (workspace.uuid(), conversation.uuid()));
    if seen_conversation::Entity::find_by_id(key).one(reader).await?.is_none() {
        return Ok(None);
    }
    let entry = queue_entry::Entity::find_by_id(key).one(reader).await?.map(Entry::try_from).transpose()?;
    let waiting = queue_entry::Entity::find()
        .select_only()
        .columns([
            queue_entry::Column::ConversationId,
            queue_entry::Column::Priority,
            queue_entry::Column::WaitingSince,
        ])
        .filter(queue_entry::Column::WorkspaceId.eq(workspace.uuid()))
        .order_by_asc(queue_entry::Column::WaitingSince)
        .limit(COUNTED)
        .into_tuple()
        .all(reader)
        .await?;
    let decisions = decision::Entity::find()
        .filter(decision::Column::WorkspaceId.eq(workspace.uuid()))
        .filter(decision::Column::ConversationId.eq(conversation.uuid()))
        .filter(decision::Column::Kind.eq(codes::from_kind(Kind::Assign)))
        .order_by_desc(decision::Column::CreatedAt)
        .order_by_desc(decision::Column::Id)
        .limit(NEWEST)
        .all(reader)
        .await?;
    Ok(Some(Explained {
        entry,
        waiting: waiting.into_iter().map(place).collect::<Result<_, _>>()?,
        decisions: decisions.into_iter().map(Decision::try_from).collect::<Result<_, _>>()?,
    }))
}
