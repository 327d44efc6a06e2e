//! Whose turn it is: changes that look at more than the row they change, one after the other.

use baton_kit::{
    data::{StoreError, Unit},
    life::ids::WorkspaceId,
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _, sea_query::LockType};
use uuid::Uuid;

use super::entity::{member, workspace};
use crate::domain::ids::MemberId;

/// Waits for the turn to change who is on the staff of a workspace, as what, or in which team; it ends with the transaction. Taken
/// before any other lock but that of a request. Sign-ins, which only point to the workspace, go on meanwhile.
pub(super) async fn of_staff(unit: &Unit, workspace: WorkspaceId) -> Result<(), StoreError> {
    let row = workspace::Entity::find()
        .select_only()
        .column(workspace::Column::Id)
        .filter(workspace::Column::Id.eq(workspace.uuid()))
        .lock(LockType::NoKeyUpdate);
    Ok(row.into_tuple::<Uuid>().one(unit.tx()).await.map(drop)?)
}

/// Whether this member is on the staff, and then until the transaction ends: a removal at the same time waits for what is kept
/// meanwhile and takes it along, or comes first and is seen here.
pub(super) async fn stays_on_the_staff(
    unit: &Unit,
    workspace: WorkspaceId,
    member: MemberId,
) -> Result<bool, StoreError> {
    let row = member::Entity::find()
        .select_only()
        .column(member::Column::Id)
        .filter(member::Column::WorkspaceId.eq(workspace.uuid()))
        .filter(member::Column::Id.eq(member.uuid()))
        .filter(member::Column::Active.eq(true))
        .lock_shared();
    Ok(row.into_tuple::<Uuid>().one(unit.tx()).await?.is_some())
}
