//! Takes whoever is removed out of every team.

use baton_kit::{
    data::{StoreError, Unit},
    life::ids::SharedIds,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
};

use super::{facts, in_workspace, row, team, team_member, with_members};
use crate::{
    application::ports::MemberChange,
    domain::{member::Member, team::TeamEdit},
};

/// Afterwards the member is in no team, an archived one included, and a fact tells of each. The caller has the staff's turn.
pub(in crate::store) async fn every_team(
    unit: &Unit,
    member: &Member,
    change: &MemberChange,
    ids: &SharedIds,
) -> Result<(), StoreError> {
    let theirs = team_member::Entity::find()
        .select_only()
        .column(team_member::Column::TeamId)
        .filter(team_member::Column::WorkspaceId.eq(member.workspace.uuid()))
        .filter(team_member::Column::MemberId.eq(member.id.uuid()))
        .into_query();
    let rows = in_workspace(member.workspace)
        .filter(team::Column::Id.in_subquery(theirs))
        .order_by_asc(team::Column::Id)
        .lock_exclusive()
        .all(unit.tx())
        .await?;
    for before in with_members(unit.tx(), rows).await? {
        let Some(after) = before.edited(TeamEdit::Members(before.members.without(member.id))) else {
            continue;
        };
        team::Entity::update(row(&after)).exec(unit.tx()).await?;
        unit.publish(facts::team_changed(&after, change.by, ids.next(), change.at)).await?;
    }
    let places = team_member::Entity::delete_many()
        .filter(team_member::Column::WorkspaceId.eq(member.workspace.uuid()))
        .filter(team_member::Column::MemberId.eq(member.id.uuid()));
    Ok(places.exec(unit.tx()).await.map(drop)?)
}
