//! Teams as team's facts show them, in SQL.

use std::collections::BTreeSet;

use baton_kit::{
    data::{StoreError, Unit},
    life::ids::WorkspaceId,
};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use uuid::Uuid;

use super::entity::team;
use crate::{
    application::ports::TeamSeen,
    domain::{
        decide::Waiting,
        ids::{MemberId, TeamId},
        team::{Team, Teams},
    },
};

/// Applies a fact if nothing newer was.
pub async fn apply(unit: &Unit, seen: &TeamSeen) -> Result<(), StoreError> {
    let members: Vec<Uuid> = seen.team.members.iter().map(|member| member.uuid()).collect();
    let members = serde_json::to_string(&members).map_err(|error| broken(&error))?;
    let newer = team::Entity::update_many()
        .col_expr(team::Column::Revision, Expr::value(seen.revision))
        .col_expr(team::Column::Archived, Expr::value(seen.team.archived))
        .col_expr(team::Column::Members, Expr::value(members.as_str()))
        .filter(team::Column::WorkspaceId.eq(seen.workspace.uuid()))
        .filter(team::Column::TeamId.eq(seen.id.uuid()))
        .filter(team::Column::Revision.lt(seen.revision));
    if newer.clone().exec(unit.tx()).await?.rows_affected > 0 {
        return Ok(());
    }
    let row = team::ActiveModel {
        workspace_id: Set(seen.workspace.uuid()),
        team_id: Set(seen.id.uuid()),
        revision: Set(seen.revision),
        archived: Set(seen.team.archived),
        members: Set(members),
    };
    team::Entity::insert(row).on_conflict_do_nothing().exec_without_returning(unit.tx()).await?;
    // Another consumer may have inserted an older one meanwhile.
    newer.exec(unit.tx()).await?;
    Ok(())
}

/// The teams of what waits.
pub async fn of_entries(
    unit: &Unit,
    workspace: WorkspaceId,
    waiting: &[Waiting],
) -> Result<Teams, StoreError> {
    let ids: BTreeSet<Uuid> =
        waiting.iter().filter_map(|waiting| waiting.entry.team.map(TeamId::uuid)).collect();
    if ids.is_empty() {
        return Ok(Teams::new());
    }
    let rows = team::Entity::find()
        .filter(team::Column::WorkspaceId.eq(workspace.uuid()))
        .filter(team::Column::TeamId.is_in(ids))
        .all(unit.tx())
        .await?;
    rows.into_iter().map(known).collect()
}

fn known(row: team::Model) -> Result<(TeamId, Team), StoreError> {
    let members: Vec<Uuid> = serde_json::from_str(&row.members).map_err(|error| broken(&error))?;
    let members = members.into_iter().map(MemberId::from_uuid).collect();
    Ok((TeamId::from_uuid(row.team_id), Team { archived: row.archived, members }))
}

fn broken(cause: &dyn std::fmt::Display) -> StoreError {
    StoreError::Broken(format!("team.members: {cause}"))
}
