//! Canned responses in the database.

mod row;

use async_trait::async_trait;
use baton_kit::{
    data::{Database, StoreError, Unit},
    life::ids::WorkspaceId,
};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, QueryTrait as _, sea_query::SelectStatement,
};
use uuid::Uuid;

use super::{
    entity::{
        canned_response::{Column, Entity},
        team_member,
    },
    idempotent, turns,
};
use crate::{
    application::ports::{
        AfterShortcut, CannedChange, CannedDeletion, CannedFilter, CannedResponseStore, CannedScope,
        ChangeCannedError, DeleteCannedError, Made, MakeCannedError, MakeError, Page, Repeatable, Viewer,
    },
    domain::{
        canned::{Asker, CannedResponse, MOST_OF_A_PLACE, Reach},
        ids::{CannedResponseId, MemberId},
    },
};

/// Implements the port over SQL.
#[derive(Debug, Clone)]
pub(crate) struct SqlCannedResponseStore {
    database: Database,
}

impl SqlCannedResponseStore {
    pub(crate) fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl CannedResponseStore for SqlCannedResponseStore {
    async fn create(
        &self,
        response: CannedResponse,
        request: Repeatable,
    ) -> Result<Made<CannedResponse>, MakeCannedError> {
        self.database
            .write(move |unit| {
                let (response, request) = (response.clone(), request.clone());
                Box::pin(async move { create(unit, response, &request).await })
            })
            .await
    }

    async fn find(&self, viewer: Viewer, id: CannedResponseId) -> Result<Option<CannedResponse>, StoreError> {
        let row = visible(viewer).filter(Column::Id.eq(id.uuid())).one(self.database.reader()).await?;
        row.map(TryInto::try_into).transpose()
    }

    async fn list(
        &self,
        viewer: Viewer,
        filter: CannedFilter,
        after: Option<AfterShortcut>,
        size: u32,
    ) -> Result<Page<CannedResponse, AfterShortcut>, StoreError> {
        let wanted = wanted(&filter).add_option(after.map(behind));
        let asked = |seen: Condition| {
            in_workspace(viewer.workspace)
                .filter(seen)
                .filter(wanted.clone())
                .order_by_asc(Column::Shortcut)
                .order_by_asc(Column::Id)
                .limit(u64::from(size) + 1)
        };
        // Each by its own index, so that nobody walks over what is others' alone.
        let mut rows = asked(staffs(viewer)).all(self.database.reader()).await?;
        if let Some(own) = own(viewer.asker) {
            rows.extend(asked(own).all(self.database.reader()).await?);
        }
        rows.sort_by(|a, b| (&a.shortcut, a.id).cmp(&(&b.shortcut, b.id)));
        let responses =
            rows.into_iter().map(TryInto::try_into).collect::<Result<Vec<CannedResponse>, _>>()?;
        Ok(Page::of(responses, size, |last| AfterShortcut {
            shortcut: last.shortcut.clone(),
            id: last.id.uuid(),
        }))
    }

    async fn change(&self, change: CannedChange) -> Result<CannedResponse, ChangeCannedError> {
        self.database
            .write(move |unit| {
                let change = change.clone();
                Box::pin(async move { self::change(unit, change).await })
            })
            .await
    }

    async fn delete(&self, deletion: CannedDeletion) -> Result<(), DeleteCannedError> {
        self.database
            .write(move |unit| {
                let deletion = deletion.clone();
                Box::pin(async move { delete(unit, deletion).await })
            })
            .await
    }
}

/// Keeps a new one, whoever it is for and however many there are.
pub(super) async fn keep(unit: &Unit, response: &CannedResponse) -> Result<(), StoreError> {
    Ok(Entity::insert(row::row(response)).exec_without_returning(unit.tx()).await.map(drop)?)
}

/// Afterwards nothing is left that was this member's alone.
pub(super) async fn delete_personal(
    unit: &Unit,
    workspace: WorkspaceId,
    owner: MemberId,
) -> Result<(), StoreError> {
    let theirs = Entity::delete_many().filter(Column::WorkspaceId.eq(workspace.uuid())).filter(owned(owner));
    Ok(theirs.exec(unit.tx()).await.map(drop)?)
}

fn in_workspace(workspace: WorkspaceId) -> sea_orm::Select<Entity> {
    Entity::find().filter(Column::WorkspaceId.eq(workspace.uuid()))
}

/// What the viewer sees, for reading and for changing: what is the staff's as far as it is for the viewer, and the viewer's own.
fn visible(viewer: Viewer) -> sea_orm::Select<Entity> {
    let seen = Condition::any().add(staffs(viewer)).add_option(own(viewer.asker));
    in_workspace(viewer.workspace).filter(seen)
}

/// What is everybody's or a team's, as far as the viewer may use it.
fn staffs(Viewer { workspace, asker }: Viewer) -> Condition {
    let mut seen = Condition::any().add(Column::TeamId.is_null());
    if asker.of_every_team() {
        seen = seen.add(Column::TeamId.is_not_null());
    }
    if let Some(member) = asker.member {
        seen = seen.add(Column::TeamId.in_subquery(teams_of(workspace, member)));
    }
    Condition::all().add(Column::OwnerId.is_null()).add(seen)
}

fn own(asker: Asker) -> Option<Condition> {
    asker.member.map(owned)
}

fn owned(owner: MemberId) -> Condition {
    // The place says the same, and leads the index of shortcuts.
    Condition::all().add(Column::OwnerId.eq(owner.uuid())).add(Column::Place.eq(owner.uuid()))
}

fn everybodys() -> Condition {
    Condition::all().add(Column::TeamId.is_null()).add(Column::OwnerId.is_null())
}

/// Archived ones too.
fn teams_of(workspace: WorkspaceId, member: MemberId) -> SelectStatement {
    let places = team_member::Entity::find()
        .select_only()
        .column(team_member::Column::TeamId)
        .filter(team_member::Column::WorkspaceId.eq(workspace.uuid()))
        .filter(team_member::Column::MemberId.eq(member.uuid()));
    places.into_query()
}

fn wanted(filter: &CannedFilter) -> Condition {
    let scope = filter.scope.map(|scope| match scope {
        CannedScope::Workspace => everybodys(),
        CannedScope::Team => Condition::all().add(Column::TeamId.is_not_null()),
        CannedScope::Personal => Condition::all().add(Column::OwnerId.is_not_null()),
    });
    let beginning = filter.prefix.as_ref().map(|prefix| {
        // `{` comes next after `z`, the last character of a shortcut.
        let beyond = format!("{prefix}{{");
        Condition::all().add(Column::Shortcut.gte(prefix.as_str())).add(Column::Shortcut.lt(beyond))
    });
    Condition::all()
        .add_option(scope)
        .add_option(filter.team.map(|team| Column::TeamId.eq(team.uuid())))
        .add_option(beginning)
}

fn behind(AfterShortcut { shortcut, id }: AfterShortcut) -> Condition {
    let same = Condition::all().add(Column::Shortcut.eq(shortcut.as_str())).add(Column::Id.gt(id));
    Condition::any().add(Column::Shortcut.gt(shortcut.as_str())).add(same)
}

async fn create(
    unit: &Unit,
    response: CannedResponse,
    request: &Repeatable,
) -> Result<Made<CannedResponse>, MakeCannedError> {
    let workspace = response.workspace;
    let before = async |id: Uuid| {
        let row = in_workspace(workspace).filter(Column::Id.eq(id)).one(unit.tx()).await;
        let row = row.map_err(StoreError::from)?.ok_or(MakeCannedError::Deleted)?;
        Ok(row.try_into()?)
    };
    idempotent::once(unit, request, response.id.uuid(), before, insert(unit, response)).await
}

async fn insert(unit: &Unit, response: CannedResponse) -> Result<CannedResponse, MakeCannedError> {
    turn(unit, &response).await?;
    if number(unit, &response).await? >= MOST_OF_A_PLACE {
        return Err(MakeCannedError::Full { limit: MOST_OF_A_PLACE });
    }
    let kept = keep(unit, &response).await;
    kept.map_err(|error| if_taken(error, MakeCannedError::Make(MakeError::Taken)))?;
    Ok(response)
}

/// One after the other in each place, so that what is counted is all there is.
async fn turn(unit: &Unit, response: &CannedResponse) -> Result<(), MakeCannedError> {
    let workspace = response.workspace;
    match response.reach {
        Reach::Workspace => turns::of_staff(unit, workspace).await?,
        Reach::Team(team) if turns::of_team(unit, workspace, team).await? => {}
        Reach::Team(_) => return Err(MakeCannedError::UnknownTeam),
        Reach::Personal(owner) if turns::of_member(unit, workspace, owner).await? => {}
        Reach::Personal(_) => return Err(MakeCannedError::OwnerRemoved),
    }
    Ok(())
}

/// How many there are where this one is to be.
async fn number(unit: &Unit, response: &CannedResponse) -> Result<u64, StoreError> {
    let there = in_workspace(response.workspace)
        .select_only()
        .column(Column::Id)
        .filter(Column::Place.eq(row::place(response.reach)));
    Ok(there.count(unit.tx()).await?)
}

async fn change(unit: &Unit, change: CannedChange) -> Result<CannedResponse, ChangeCannedError> {
    let CannedChange { viewer, id, edit, etag } = change;
    let before = locked(unit, viewer, id).await?.ok_or(ChangeCannedError::NotFound)?;
    if !viewer.asker.may_change(before.reach) {
        return Err(ChangeCannedError::Denied);
    }
    let current = before.etag();
    if etag != current {
        return Err(ChangeCannedError::Stale { current });
    }
    let Some(after) = before.edited(edit) else { return Ok(before) };
    let updated = Entity::update(row::row(&after)).exec(unit.tx()).await;
    updated.map_err(|error| if_taken(error.into(), ChangeCannedError::Taken))?;
    Ok(after)
}

async fn delete(unit: &Unit, deletion: CannedDeletion) -> Result<(), DeleteCannedError> {
    let CannedDeletion { viewer, id, etag } = deletion;
    let Some(response) = locked(unit, viewer, id).await? else { return Ok(()) };
    if !viewer.asker.may_change(response.reach) {
        return Err(DeleteCannedError::Denied);
    }
    let current = response.etag();
    if etag.is_some_and(|seen| seen != current) {
        return Err(DeleteCannedError::Stale { current });
    }
    let this = Entity::delete_many()
        .filter(Column::WorkspaceId.eq(viewer.workspace.uuid()))
        .filter(Column::Id.eq(id.uuid()));
    this.exec(unit.tx()).await.map_err(StoreError::from)?;
    Ok(())
}

/// Of two changes at once the second sees what the first made.
async fn locked(
    unit: &Unit,
    viewer: Viewer,
    id: CannedResponseId,
) -> Result<Option<CannedResponse>, StoreError> {
    let row = visible(viewer).filter(Column::Id.eq(id.uuid())).lock_exclusive().one(unit.tx()).await?;
    row.map(TryInto::try_into).transpose()
}

fn if_taken<E: From<StoreError>>(error: StoreError, taken: E) -> E {
    match error {
        conflict if conflict.is_conflict_on("canned_response") => taken,
        other => other.into(),
    }
}
