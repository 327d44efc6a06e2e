//! Members, teams and how far members have read, as facts show them, in SQL.

use std::collections::{BTreeMap, BTreeSet};

use baton_kit::{
    data::{StoreError, Unit},
    life::ids::WorkspaceId,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    entity::{member, read_mark, team},
    rows::day,
};
use crate::{
    application::ports::{MemberSeen, Place, TeamSeen},
    domain::ids::{MemberId, TeamId},
};

/// Applies a fact about a member if nothing newer was.
pub async fn member(unit: &Unit, seen: &MemberSeen) -> Result<(), StoreError> {
    let newer = member::Entity::update_many()
        .col_expr(member::Column::Revision, Expr::value(seen.revision))
        .col_expr(member::Column::Eligible, Expr::value(seen.eligible))
        .filter(member::Column::WorkspaceId.eq(seen.workspace.uuid()))
        .filter(member::Column::MemberId.eq(seen.member.uuid()))
        .filter(member::Column::Revision.lt(seen.revision));
    if newer.clone().exec(unit.tx()).await?.rows_affected > 0 {
        return Ok(());
    }
    let row = member::ActiveModel {
        workspace_id: Set(seen.workspace.uuid()),
        member_id: Set(seen.member.uuid()),
        revision: Set(seen.revision),
        eligible: Set(seen.eligible),
    };
    member::Entity::insert(row).on_conflict_do_nothing().exec_without_returning(unit.tx()).await?;
    // Another consumer may have inserted an older one meanwhile.
    newer.exec(unit.tx()).await?;
    Ok(())
}

/// Applies a fact about a team if nothing newer was.
pub async fn team(unit: &Unit, seen: &TeamSeen) -> Result<(), StoreError> {
    let members: Vec<Uuid> = seen.members.iter().map(|member| member.uuid()).collect();
    let members = serde_json::to_string(&members).map_err(|error| broken(&error))?;
    let newer = team::Entity::update_many()
        .col_expr(team::Column::Revision, Expr::value(seen.revision))
        .col_expr(team::Column::Name, Expr::value(seen.name.as_str()))
        .col_expr(team::Column::Members, Expr::value(members.as_str()))
        .filter(team::Column::WorkspaceId.eq(seen.workspace.uuid()))
        .filter(team::Column::TeamId.eq(seen.team.uuid()))
        .filter(team::Column::Revision.lt(seen.revision));
    if newer.clone().exec(unit.tx()).await?.rows_affected > 0 {
        return Ok(());
    }
    let row = team::ActiveModel {
        workspace_id: Set(seen.workspace.uuid()),
        team_id: Set(seen.team.uuid()),
        revision: Set(seen.revision),
        name: Set(seen.name.clone()),
        members: Set(members),
    };
    team::Entity::insert(row).on_conflict_do_nothing().exec_without_returning(unit.tx()).await?;
    newer.exec(unit.tx()).await?;
    Ok(())
}

/// The members who are there and may reply.
pub async fn eligible(unit: &Unit, workspace: WorkspaceId) -> Result<BTreeSet<MemberId>, StoreError> {
    let ids: Vec<Uuid> = member::Entity::find()
        .select_only()
        .column(member::Column::MemberId)
        .filter(member::Column::WorkspaceId.eq(workspace.uuid()))
        .filter(member::Column::Eligible.eq(true))
        .into_tuple()
        .all(unit.tx())
        .await?;
    Ok(ids.into_iter().map(MemberId::from_uuid).collect())
}

/// The members of a team; none of one that is not heard of.
pub async fn of_team(
    unit: &Unit,
    workspace: WorkspaceId,
    team: TeamId,
) -> Result<BTreeSet<MemberId>, StoreError> {
    let row = team::Entity::find_by_id((workspace.uuid(), team.uuid())).one(unit.tx()).await?;
    let Some(row) = row else {
        return Ok(BTreeSet::new());
    };
    let members: Vec<Uuid> = serde_json::from_str(&row.members).map_err(|error| broken(&error))?;
    Ok(members.into_iter().map(MemberId::from_uuid).collect())
}

/// Notes how far a member has read; never goes back.
pub async fn read(unit: &Unit, place: &Place, member: MemberId, sequence: i64) -> Result<(), StoreError> {
    let sql = "INSERT INTO read_mark (workspace_id, conversation_id, member_id, sequence, touched_at) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (workspace_id, conversation_id, member_id) \
               DO UPDATE SET sequence = excluded.sequence, touched_at = excluded.touched_at \
               WHERE read_mark.sequence < excluded.sequence";
    let key = [place.workspace.uuid().into(), place.conversation.uuid().into(), member.uuid().into()];
    let read = [sequence.into(), day(place.heard_at).into()];
    unit.execute(sql, key.into_iter().chain(read)).await.map(drop)
}

/// How far members have read a conversation.
pub async fn marks(unit: &Unit, place: &Place) -> Result<BTreeMap<MemberId, i64>, StoreError> {
    let rows = read_mark::Entity::find()
        .filter(read_mark::Column::WorkspaceId.eq(place.workspace.uuid()))
        .filter(read_mark::Column::ConversationId.eq(place.conversation.uuid()))
        .all(unit.tx())
        .await?;
    Ok(rows.into_iter().map(|row| (MemberId::from_uuid(row.member_id), row.sequence)).collect())
}

fn broken(cause: &dyn std::fmt::Display) -> StoreError {
    StoreError::Broken(format!("team.members: {cause}"))
}
