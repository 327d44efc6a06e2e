//! Teams in the database.

pub(super) mod leave;

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use baton_kit::{
    data::{Database, StoreError, Unit},
    life::ids::WorkspaceId,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use super::{
    entity::{member, team, team_member},
    facts, idempotent, turns,
    values::{broken, moment},
};
use crate::{
    application::ports::{
        After, ChangeTeamError, Made, MakeError, MakeTeamError, NewTeam, Page, Repeatable, TeamChange,
        TeamStore,
    },
    domain::{
        ids::{MemberId, TeamId},
        name::DisplayName,
        team::{Team, TeamEdit, TeamMembers},
    },
};

/// Implements the port over SQL.
#[derive(Debug, Clone)]
pub(crate) struct SqlTeamStore {
    database: Database,
}

impl SqlTeamStore {
    pub(crate) fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl TeamStore for SqlTeamStore {
    async fn create(&self, new: NewTeam, request: Repeatable) -> Result<Made<Team>, MakeTeamError> {
        self.database
            .write(move |unit| {
                let (new, request) = (new.clone(), request.clone());
                Box::pin(async move { create(unit, new, &request).await })
            })
            .await
    }

    async fn find(&self, workspace: WorkspaceId, id: TeamId) -> Result<Option<Team>, StoreError> {
        let reader = self.database.reader();
        one(reader, in_workspace(workspace).filter(team::Column::Id.eq(id.uuid()))).await
    }

    async fn list(
        &self,
        workspace: WorkspaceId,
        after: Option<After>,
        size: u32,
    ) -> Result<Page<Team>, StoreError> {
        let mut rows = in_workspace(workspace);
        if let Some(After { created_at, id }) = after {
            rows = rows.filter(behind(created_at.as_microsecond(), id));
        }
        let rows = rows
            .order_by_asc(team::Column::CreatedAt)
            .order_by_asc(team::Column::Id)
            .limit(u64::from(size) + 1)
            .all(self.database.reader())
            .await?;
        let teams = with_members(self.database.reader(), rows).await?;
        Ok(Page::of(teams, size, |last| After { created_at: last.created_at, id: last.id.uuid() }))
    }

    async fn change(&self, change: TeamChange) -> Result<Team, ChangeTeamError> {
        self.database
            .write(move |unit| {
                let change = change.clone();
                Box::pin(async move { self::change(unit, change).await })
            })
            .await
    }
}

fn in_workspace(workspace: WorkspaceId) -> sea_orm::Select<team::Entity> {
    team::Entity::find().filter(team::Column::WorkspaceId.eq(workspace.uuid()))
}

fn behind(created_at: i64, id: Uuid) -> Condition {
    let same_moment =
        Condition::all().add(team::Column::CreatedAt.eq(created_at)).add(team::Column::Id.gt(id));
    Condition::any().add(team::Column::CreatedAt.gt(created_at)).add(same_moment)
}

async fn one(
    from: &impl ConnectionTrait,
    rows: sea_orm::Select<team::Entity>,
) -> Result<Option<Team>, StoreError> {
    let row = rows.one(from).await?;
    Ok(with_members(from, row.into_iter().collect()).await?.pop())
}

/// Rows with who is in them, read in one step for all.
async fn with_members(from: &impl ConnectionTrait, rows: Vec<team::Model>) -> Result<Vec<Team>, StoreError> {
    let members = team_member::Entity::find()
        .filter(team_member::Column::TeamId.is_in(rows.iter().map(|row| row.id)))
        .filter(team_member::Column::WorkspaceId.is_in(rows.iter().map(|row| row.workspace_id)))
        .all(from)
        .await?;
    let mut by_team: HashMap<Uuid, Vec<MemberId>> = HashMap::new();
    for row in members {
        by_team.entry(row.team_id).or_default().push(MemberId::from_uuid(row.member_id));
    }
    rows.into_iter().map(|row| team_of(by_team.remove(&row.id).unwrap_or_default(), row)).collect()
}

async fn create(unit: &Unit, new: NewTeam, request: &Repeatable) -> Result<Made<Team>, MakeTeamError> {
    let (workspace, id) = (new.team.workspace, new.team.id.uuid());
    let before = async |id: Uuid| {
        let made = one(unit.tx(), in_workspace(workspace).filter(team::Column::Id.eq(id))).await?;
        Ok(made.ok_or_else(idempotent::gone)?)
    };
    idempotent::once(unit, request, id, before, insert(unit, new)).await
}

async fn insert(unit: &Unit, new: NewTeam) -> Result<Team, MakeTeamError> {
    let NewTeam { team, by, fact_id } = new;
    turns::of_staff(unit, team.workspace).await?;
    let unknown = unknown_members(unit, &team).await?;
    if !unknown.is_empty() {
        return Err(MakeTeamError::UnknownMembers(unknown));
    }
    let inserted = team::Entity::insert(row(&team)).exec_without_returning(unit.tx()).await;
    inserted.map_err(|error| if_taken(error, MakeError::Taken))?;
    insert_members(unit, &team).await?;
    unit.publish(facts::team_changed(&team, by, fact_id, team.created_at)).await?;
    Ok(team)
}

async fn change(unit: &Unit, change: TeamChange) -> Result<Team, ChangeTeamError> {
    let TeamChange { workspace, team, edit, etag, by, fact_id, at } = change;
    if matches!(edit, TeamEdit::Members(_)) {
        // Nobody is removed while they are put into a team.
        turns::of_staff(unit, workspace).await?;
    }
    // Locked: of two changes at once the second sees what the first made.
    let rows = in_workspace(workspace).filter(team::Column::Id.eq(team.uuid())).lock_exclusive();
    let before = one(unit.tx(), rows).await?.ok_or(ChangeTeamError::NotFound)?;
    let current = before.etag();
    if etag.is_some_and(|etag| etag != current) {
        return Err(ChangeTeamError::Stale { current });
    }
    let Some(after) = before.edited(edit) else { return Ok(before) };
    let updated = team::Entity::update(row(&after)).exec(unit.tx()).await;
    updated.map_err(|error| if_taken(error, ChangeTeamError::Taken))?;
    if after.members != before.members {
        replace_members(unit, &after).await?;
    }
    unit.publish(facts::team_changed(&after, by, fact_id, at)).await?;
    Ok(after)
}

async fn replace_members(unit: &Unit, team: &Team) -> Result<(), ChangeTeamError> {
    let unknown = unknown_members(unit, team).await?;
    if !unknown.is_empty() {
        return Err(ChangeTeamError::UnknownMembers(unknown));
    }
    let delete = team_member::Entity::delete_many()
        .filter(team_member::Column::WorkspaceId.eq(team.workspace.uuid()))
        .filter(team_member::Column::TeamId.eq(team.id.uuid()));
    delete.exec(unit.tx()).await.map_err(StoreError::from)?;
    Ok(insert_members(unit, team).await?)
}

/// Those of the team who are no active members of its workspace.
async fn unknown_members(unit: &Unit, team: &Team) -> Result<Vec<MemberId>, StoreError> {
    let known: Vec<Uuid> = member::Entity::find()
        .select_only()
        .column(member::Column::Id)
        .filter(member::Column::WorkspaceId.eq(team.workspace.uuid()))
        .filter(member::Column::Active.eq(true))
        .filter(member::Column::Id.is_in(team.members.iter().map(MemberId::uuid)))
        .into_tuple()
        .all(unit.tx())
        .await?;
    let known: BTreeSet<MemberId> = known.into_iter().map(MemberId::from_uuid).collect();
    Ok(team.members.beyond(&known))
}

async fn insert_members(unit: &Unit, team: &Team) -> Result<(), StoreError> {
    let row = |member: MemberId| team_member::ActiveModel {
        team_id: Set(team.id.uuid()),
        member_id: Set(member.uuid()),
        workspace_id: Set(team.workspace.uuid()),
    };
    let rows: Vec<_> = team.members.iter().map(row).collect();
    if rows.is_empty() {
        return Ok(());
    }
    team_member::Entity::insert_many(rows).exec_without_returning(unit.tx()).await?;
    Ok(())
}

fn if_taken<E: From<StoreError>>(error: sea_orm::DbErr, taken: E) -> E {
    match StoreError::from(error) {
        conflict if conflict.is_conflict_on("team") => taken,
        other => other.into(),
    }
}

fn row(team: &Team) -> team::ActiveModel {
    team::ActiveModel {
        id: Set(team.id.uuid()),
        workspace_id: Set(team.workspace.uuid()),
        name: Set(team.name.as_str().to_owned()),
        name_key: Set(team.name.key()),
        description: Set(team.description.clone()),
        color: Set(team.color.as_str().to_owned()),
        archived: Set(team.archived),
        created_at: Set(team.created_at.as_microsecond()),
        revision: Set(team.revision),
    }
}

fn team_of(members: Vec<MemberId>, row: team::Model) -> Result<Team, StoreError> {
    let place = format!("team {}", row.id);
    Ok(Team {
        id: TeamId::from_uuid(row.id),
        workspace: WorkspaceId::from_uuid(row.workspace_id),
        name: DisplayName::new(&row.name),
        description: row.description,
        color: row.color.parse().map_err(|error| broken(&place, error))?,
        members: TeamMembers::new(&members).map_err(|error| broken(&place, error))?,
        archived: row.archived,
        created_at: moment(&place, row.created_at)?,
        revision: row.revision,
    })
}
