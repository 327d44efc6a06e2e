//! Applies a fact of conversation: order and repeats do not matter.

use baton_kit::data::{StoreError, Unit};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::OnConflict,
};

use crate::{
    domain::queue::Seen,
    store::{
        entity::{queue_entry, seen_conversation},
        rows::entry_row,
    },
};

/// Applies it if nothing newer was.
pub async fn apply(unit: &Unit, seen: &Seen) -> Result<(), StoreError> {
    if !is_newer(unit, seen).await? {
        return Ok(());
    }
    match &seen.entry {
        Some(entry) => {
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
            ];
            let replace =
                OnConflict::columns([C::WorkspaceId, C::ConversationId]).update_columns(ours).to_owned();
            queue_entry::Entity::insert(entry_row(seen, entry))
                .on_conflict(replace)
                .exec_without_returning(unit.tx())
                .await?;
        }
        None => {
            queue_entry::Entity::delete_by_id((seen.workspace.uuid(), seen.conversation.uuid()))
                .exec(unit.tx())
                .await?;
        }
    }
    Ok(())
}

/// Notes the revision; true for one above everything applied before. Holds the conversation's row until the unit ends.
async fn is_newer(unit: &Unit, seen: &Seen) -> Result<bool, StoreError> {
    let raise = seen_conversation::Entity::update_many()
        .col_expr(seen_conversation::Column::Revision, Expr::value(seen.revision))
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
    };
    seen_conversation::Entity::insert(row).on_conflict_do_nothing().exec_without_returning(unit.tx()).await?;
    Ok(raise.exec(unit.tx()).await?.rows_affected > 0)
}
