//! Applies a fact of conversation: order and repeats do not matter.

use baton_kit::data::{StoreError, Unit};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, EntityTrait as _, QueryFilter as _,
    sea_query::{Expr, OnConflict},
};

use crate::{
    domain::{
        ids::MemberId,
        queue::{Entry, EntryState, Seen},
    },
    store::{
        codes,
        entity::{queue_entry, seen_conversation},
        promises,
        rows::{entry_row, micros},
    },
};

/// Applies it if nothing newer was.
pub async fn apply(unit: &Unit, seen: &Seen) -> Result<(), StoreError> {
    if !is_newer(unit, seen).await? {
        return Ok(());
    }
    match &seen.entry {
        Some(entry) => {
            enter(unit, seen, entry).await?;
            promises::owe(unit, seen, entry).await
        }
        None => {
            queue_entry::Entity::delete_by_id((seen.workspace.uuid(), seen.conversation.uuid()))
                .exec(unit.tx())
                .await?;
            promises::forget(unit, seen).await
        }
    }
}

async fn enter(unit: &Unit, seen: &Seen, entry: &Entry) -> Result<(), StoreError> {
    use queue_entry::Column as C;
    // What is spent belongs to us, not to the fact.
    let ours = [
        C::HandoffId,
        C::AssignmentVersion,
        C::Priority,
        C::WaitingSince,
        C::TeamId,
        C::State,
        C::AssigneeId,
        C::Revision,
        C::Traceparent,
        C::SeenAt,
        C::AssignedAt,
    ];
    let replace = OnConflict::columns([C::WorkspaceId, C::ConversationId]).update_columns(ours).to_owned();
    let assigned_at = assigned_at(unit, seen, entry).await?;
    queue_entry::Entity::insert(entry_row(seen, entry, assigned_at))
        .on_conflict(replace)
        .exec_without_returning(unit.tx())
        .await?;
    Ok(())
}

/// Since when the assignment stands: a later fact that leaves it as it was, of a priority or a promise, does not begin it anew.
async fn assigned_at(unit: &Unit, seen: &Seen, entry: &Entry) -> Result<Option<i64>, StoreError> {
    if entry.state != EntryState::Assigned {
        return Ok(None);
    }
    let key = (seen.workspace.uuid(), seen.conversation.uuid());
    let known = queue_entry::Entity::find_by_id(key).one(unit.tx()).await?;
    let same = known.filter(|row| {
        row.assignment_version == entry.assignment_version
            && row.state == codes::from_entry_state(EntryState::Assigned)
    });
    Ok(same.and_then(|row| row.assigned_at).or(Some(micros(entry.seen_at))))
}

/// Notes the revision; true for one above everything applied before. Holds the conversation's row until the unit ends.
async fn is_newer(unit: &Unit, seen: &Seen) -> Result<bool, StoreError> {
    let raise = seen_conversation::Entity::update_many()
        .col_expr(seen_conversation::Column::Revision, Expr::value(seen.revision))
        .col_expr(seen_conversation::Column::HolderId, Expr::value(seen.holder.map(MemberId::uuid)))
        .filter(seen_conversation::Column::WorkspaceId.eq(seen.workspace.uuid()))
        .filter(seen_conversation::Column::ConversationId.eq(seen.conversation.uuid()))
        .filter(seen_conversation::Column::Revision.lt(seen.revision));
    if raise.clone().exec(unit.tx()).await?.rows_affected > 0 {
        return Ok(true);
    }
    let row = seen_conversation::ActiveModel {
        workspace_id: Set(seen.workspace.uuid()),
        conversation_id: Set(seen.conversation.uuid()),
        // Below every revision, so that the statement after it decides, also when another consumer inserted meanwhile.
        revision: Set(i64::MIN),
        holder_id: Set(None),
    };
    seen_conversation::Entity::insert(row).on_conflict_do_nothing().exec_without_returning(unit.tx()).await?;
    Ok(raise.exec(unit.tx()).await?.rows_affected > 0)
}
