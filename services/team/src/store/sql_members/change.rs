//! Changes of a member, and everything that goes with a removal, in one transaction.

use baton_kit::{
    data::{StoreError, Unit},
    life::ids::{SharedIds, WorkspaceId},
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _, sea_query::Expr};
use uuid::Uuid;

use super::in_workspace;
use crate::{
    application::ports::{ChangeMemberError, Doer, MemberChange},
    domain::{
        member::{Granter, Member},
        role::Role,
    },
    store::{
        entity::{member, session},
        facts, sql_canned_responses,
        sql_teams::leave,
        turns,
    },
};

/// Changes a member as it is when its workspace's turn has come: of two owners who unmake each other, the second is none any more.
pub(super) async fn change(
    unit: &Unit,
    change: MemberChange,
    ids: &SharedIds,
) -> Result<Member, ChangeMemberError> {
    turns::of_staff(unit, change.workspace).await?;
    let before = find(unit, change.workspace, change.member.uuid()).await?;
    let before = before.ok_or(ChangeMemberError::NotFound)?;
    let by = granter(unit, &change).await?;
    let another_owner = another_owner(unit, &before).await?;
    let Some(after) = before.edited(&change.edit, &by, another_owner)? else { return Ok(before) };
    keep(unit, &after).await?;
    unit.publish(facts::member_changed(&after, change.by, ids.next(), change.at)).await?;
    if before.active && !after.active {
        end_sessions(unit, &after).await?;
        leave::every_team(unit, &after, &change, ids).await?;
        sql_canned_responses::delete_personal(unit, after.workspace, after.id).await?;
    }
    Ok(after)
}

async fn find(unit: &Unit, workspace: WorkspaceId, id: Uuid) -> Result<Option<Member>, StoreError> {
    let row = in_workspace(workspace).filter(member::Column::Id.eq(id)).one(unit.tx()).await?;
    row.map(TryInto::try_into).transpose()
}

/// Roles are read anew: a token's scopes do not tell an owner from an admin.
async fn granter(unit: &Unit, change: &MemberChange) -> Result<Granter, StoreError> {
    let asker = match change.by {
        Doer::Member(id) => find(unit, change.workspace, id).await?,
        Doer::ApiKey(_) | Doer::System => None,
    };
    Ok(Granter { scopes: change.held.clone(), owner: asker.is_some_and(|asker| asker.is_owner()) })
}

/// Whether the workspace has an owner besides this member. A member's roles are kept the mightiest first.
async fn another_owner(unit: &Unit, member: &Member) -> Result<bool, StoreError> {
    let owners = in_workspace(member.workspace)
        .select_only()
        .column(member::Column::Id)
        .filter(member::Column::Active.eq(true))
        .filter(member::Column::Roles.starts_with(Role::Owner.as_str()))
        .filter(member::Column::Id.ne(member.id.uuid()));
    Ok(owners.into_tuple::<Uuid>().one(unit.tx()).await?.is_some())
}

async fn keep(unit: &Unit, member: &Member) -> Result<(), StoreError> {
    let mut update = member::Entity::update_many()
        .col_expr(member::Column::Roles, Expr::value(member.roles.to_text()))
        .col_expr(member::Column::Active, Expr::value(member.active))
        .col_expr(member::Column::Revision, Expr::value(member.revision));
    if !member.active {
        // It opens nothing any more, so nobody should be able to guess it either.
        update = update.col_expr(member::Column::PasswordHash, Expr::value(""));
    }
    let this = update
        .filter(member::Column::WorkspaceId.eq(member.workspace.uuid()))
        .filter(member::Column::Id.eq(member.id.uuid()));
    Ok(this.exec(unit.tx()).await.map(drop)?)
}

async fn end_sessions(unit: &Unit, member: &Member) -> Result<(), StoreError> {
    let theirs = session::Entity::delete_many()
        .filter(session::Column::WorkspaceId.eq(member.workspace.uuid()))
        .filter(session::Column::MemberId.eq(member.id.uuid()));
    Ok(theirs.exec(unit.tx()).await.map(drop)?)
}
