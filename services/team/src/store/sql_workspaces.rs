//! Workspaces in the database.

use async_trait::async_trait;
use baton_kit::{
    data::{Database, StoreError, Unit},
    life::ids::WorkspaceId,
};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use uuid::Uuid;

use super::{
    entity::{member, workspace},
    idempotent, sql_canned_responses, sql_members,
    values::{broken, moment},
};
use crate::{
    application::ports::{Made, MakeError, NewWorkspace, Repeatable, WorkspaceStore},
    domain::{
        ids::MemberId,
        name::DisplayName,
        workspace::{Slug, Workspace},
    },
};

/// Implements the port over SQL.
#[derive(Debug, Clone)]
pub(crate) struct SqlWorkspaceStore {
    database: Database,
}

impl SqlWorkspaceStore {
    pub(crate) fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl WorkspaceStore for SqlWorkspaceStore {
    async fn create(
        &self,
        new: NewWorkspace,
        request: Repeatable,
    ) -> Result<Made<(Workspace, MemberId)>, MakeError> {
        self.database
            .write(move |unit| {
                let (new, request) = (new.clone(), request.clone());
                Box::pin(async move { create(unit, new, &request).await })
            })
            .await
    }

    async fn find(&self, id: WorkspaceId) -> Result<Option<Workspace>, StoreError> {
        let row = workspace::Entity::find_by_id(id.uuid()).one(self.database.reader()).await?;
        row.map(TryInto::try_into).transpose()
    }

    async fn find_by_slug(&self, slug: &Slug) -> Result<Option<Workspace>, StoreError> {
        let rows = workspace::Entity::find().filter(workspace::Column::Slug.eq(slug.as_str()));
        rows.one(self.database.reader()).await?.map(TryInto::try_into).transpose()
    }
}

async fn create(
    unit: &Unit,
    NewWorkspace { workspace, owner, replies }: NewWorkspace,
    request: &Repeatable,
) -> Result<Made<(Workspace, MemberId)>, MakeError> {
    let id = owner.member.id;
    let make = async {
        insert(unit, &workspace).await?;
        sql_members::insert(unit, owner).await?;
        for reply in &replies {
            sql_canned_responses::keep(unit, reply).await?;
        }
        Ok((workspace, id))
    };
    idempotent::once(unit, request, id.uuid(), async |owner| made_before(unit, owner).await, make).await
}

async fn made_before(unit: &Unit, owner: Uuid) -> Result<(Workspace, MemberId), MakeError> {
    let workspace = member::Entity::find_by_id(owner)
        .select_only()
        .column(member::Column::WorkspaceId)
        .into_tuple::<Uuid>()
        .one(unit.tx())
        .await
        .map_err(StoreError::from)?
        .ok_or_else(idempotent::gone)?;
    let row = workspace::Entity::find_by_id(workspace).one(unit.tx()).await.map_err(StoreError::from)?;
    Ok((row.ok_or_else(idempotent::gone)?.try_into()?, MemberId::from_uuid(owner)))
}

async fn insert(unit: &Unit, workspace: &Workspace) -> Result<(), MakeError> {
    let row = workspace::ActiveModel {
        id: Set(workspace.id.uuid()),
        slug: Set(workspace.slug.to_string()),
        display_name: Set(workspace.display_name.as_str().to_owned()),
        created_at: Set(workspace.created_at.as_microsecond()),
    };
    let inserted = workspace::Entity::insert(row).exec_without_returning(unit.tx()).await;
    inserted.map(drop).map_err(|error| match StoreError::from(error) {
        taken if taken.is_conflict_on("workspace") => MakeError::Taken,
        other => other.into(),
    })
}

impl TryFrom<workspace::Model> for Workspace {
    type Error = StoreError;

    fn try_from(row: workspace::Model) -> Result<Self, StoreError> {
        let place = format!("workspace {}", row.id);
        Ok(Self {
            id: WorkspaceId::from_uuid(row.id),
            slug: row.slug.parse().map_err(|error| broken(&place, error))?,
            display_name: DisplayName::new(&row.display_name),
            created_at: moment(&place, row.created_at)?,
        })
    }
}
