//! Whose turn it is: changes that look at more than the row they change, one after the other.

use baton_kit::{
    data::{StoreError, Unit},
    life::ids::WorkspaceId,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _, Select, sea_query::LockType,
};
use uuid::Uuid;

use super::entity::{member, team, workspace};
use crate::domain::ids::{MemberId, TeamId};

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

/// Waits for the turn to add to what is a team's; it ends with the transaction. False where there is no such team.
pub(super) async fn of_team(unit: &Unit, workspace: WorkspaceId, team: TeamId) -> Result<bool, StoreError> {
    let row = team::Entity::find()
        .select_only()
        .column(team::Column::Id)
        .filter(team::Column::WorkspaceId.eq(workspace.uuid()))
        .filter(team::Column::Id.eq(team.uuid()))
        .lock(LockType::NoKeyUpdate);
    Ok(row.into_tuple::<Uuid>().one(unit.tx()).await?.is_some())
}

/// Waits for the turn to add to what is a member's alone; it ends with the transaction. False where nobody of this id is on the staff: a
/// removal at the same time waits for what is kept meanwhile and takes it along, or comes first and is seen here.
pub(super) async fn of_member(
    unit: &Unit,
    workspace: WorkspaceId,
    member: MemberId,
) -> Result<bool, StoreError> {
    let row = on_the_staff(workspace, member).lock(LockType::NoKeyUpdate);
    Ok(row.into_tuple::<Uuid>().one(unit.tx()).await?.is_some())
}

/// Whether this member is on the staff, and then until the transaction ends: a removal at the same time waits for what is kept
/// meanwhile and takes it along, or comes first and is seen here.
pub(super) async fn stays_on_the_staff(
    unit: &Unit,
    workspace: WorkspaceId,
    member: MemberId,
) -> Result<bool, StoreError> {
    let row = on_the_staff(workspace, member).lock_shared();
    Ok(row.into_tuple::<Uuid>().one(unit.tx()).await?.is_some())
}

fn on_the_staff(workspace: WorkspaceId, member: MemberId) -> Select<member::Entity> {
    member::Entity::find()
        .select_only()
        .column(member::Column::Id)
        .filter(member::Column::WorkspaceId.eq(workspace.uuid()))
        .filter(member::Column::Id.eq(member.uuid()))
        .filter(member::Column::Active.eq(true))
}
