//! How it looks at a workspace's desk now.

use std::collections::BTreeMap;

use baton_kit::{
    data::{Database, StoreError},
    life::ids::WorkspaceId,
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QuerySelect as _};
use uuid::Uuid;

use crate::{
    application::ports::Counts,
    domain::availability::AvailabilityState,
    store::{
        codes,
        entity::{availability, member, queue_entry, seen_conversation},
    },
};

/// Counts, without a lock.
pub async fn counts(database: &Database, workspace: WorkspaceId) -> Result<Counts, StoreError> {
    let waiting = queue_entry::Entity::find()
        .filter(queue_entry::Column::WorkspaceId.eq(workspace.uuid()))
        .count(database.reader())
        .await?;
    let (online, held) = (online(database, workspace).await?, held(database, workspace).await?);
    let is_free = |row: &&availability::Model| {
        held.get(&row.member_id).copied().unwrap_or_default() < i64::from(row.capacity)
    };
    let available = online.iter().filter(is_free).count();
    Ok(Counts { available, waiting: usize::try_from(waiting).unwrap_or(usize::MAX) })
}

/// Who says that they are online and may reply.
async fn online(database: &Database, workspace: WorkspaceId) -> Result<Vec<availability::Model>, StoreError> {
    let online = availability::Entity::find()
        .filter(availability::Column::WorkspaceId.eq(workspace.uuid()))
        .filter(availability::Column::State.eq(codes::from_state(AvailabilityState::Online)))
        .all(database.reader())
        .await?;
    let able: Vec<Uuid> = member::Entity::find()
        .select_only()
        .column(member::Column::MemberId)
        .filter(member::Column::WorkspaceId.eq(workspace.uuid()))
        .filter(member::Column::Active.eq(true))
        .filter(member::Column::MayReply.eq(true))
        .into_tuple()
        .all(database.reader())
        .await?;
    let able: std::collections::BTreeSet<Uuid> = able.into_iter().collect();
    Ok(online.into_iter().filter(|row| able.contains(&row.member_id)).collect())
}

/// What each member holds, as facts have told.
async fn held(database: &Database, workspace: WorkspaceId) -> Result<BTreeMap<Uuid, i64>, StoreError> {
    let held: Vec<(Uuid, i64)> = seen_conversation::Entity::find()
        .select_only()
        .column(seen_conversation::Column::HolderId)
        .column_as(seen_conversation::Column::ConversationId.count(), "held")
        .filter(seen_conversation::Column::WorkspaceId.eq(workspace.uuid()))
        .filter(seen_conversation::Column::HolderId.is_not_null())
        .group_by(seen_conversation::Column::HolderId)
        .into_tuple()
        .all(database.reader())
        .await?;
    Ok(held.into_iter().collect())
}
