//! Documents in SQL, and the revision of each workspace's knowledge.
//!
//! Must not know how documents are searched.

use async_trait::async_trait;
use baton_kit::{
    data::{Database, Recalled, StoreError, Unit},
    life::ids::WorkspaceId,
};
use futures::FutureExt as _;
use jiff::Timestamp;
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, ExprTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Set,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use super::{
    entities::{
        document::{Column, Entity},
        knowledge_revision,
    },
    rows,
};
use crate::{
    application::ports::{After, KnowledgeStore, Once, Stored},
    domain::{document::Document, ids::DocumentId},
};

/// How many bytes of what is remembered are the id.
const ID_BYTES: usize = 16;

/// Documents in SQL.
pub(crate) struct SqlKnowledgeStore {
    /// The service's database.
    pub database: Database,
}

#[async_trait]
impl KnowledgeStore for SqlKnowledgeStore {
    async fn create(&self, once: &Once, document: &Document) -> Result<Stored<Document>, StoreError> {
        let (once, document) = (once.clone(), document.clone());
        self.database.write(move |unit| create(unit, once.clone(), document.clone()).boxed()).await
    }

    async fn delete(&self, workspace: WorkspaceId, id: DocumentId) -> Result<bool, StoreError> {
        self.database.write(move |unit| delete(unit, workspace, id).boxed()).await
    }

    async fn list(
        &self,
        workspace: WorkspaceId,
        after: Option<After>,
        limit: u64,
    ) -> Result<Vec<Document>, StoreError> {
        let mut query = Entity::find().filter(Column::WorkspaceId.eq(workspace.uuid()));
        if let Some(After { created_at, id }) = after {
            let at = created_at.as_microsecond();
            let same = Condition::all().add(Column::CreatedAt.eq(at)).add(Column::Id.gt(id));
            query = query.filter(Condition::any().add(Column::CreatedAt.gt(at)).add(same));
        }
        let ordered = query.order_by_asc(Column::CreatedAt).order_by_asc(Column::Id).limit(limit);
        let rows = ordered.all(self.database.reader()).await?;
        rows.into_iter().map(rows::document_of).collect()
    }

    async fn revision(&self, workspace: WorkspaceId) -> Result<i64, StoreError> {
        let row =
            knowledge_revision::Entity::find_by_id(workspace.uuid()).one(self.database.reader()).await?;
        Ok(row.map_or(0, |row| row.revision))
    }
}

async fn create(unit: &Unit, once: Once, document: Document) -> Result<Stored<Document>, StoreError> {
    match unit.recall(&once.key, &once.fingerprint).await? {
        Recalled::New => {}
        Recalled::Other => return Ok(Stored::Reused),
        Recalled::Same(kept) => return first(unit, document, &kept).await.map(Stored::Kept),
    }
    Entity::insert(rows::document_row(&document)).exec_without_returning(unit.tx()).await?;
    raise_revision(unit, document.workspace).await?;
    unit.remember(&once.key, &once.fingerprint, &kept_of(&document)).await?;
    Ok(Stored::Kept(document))
}

/// What is remembered of an answer: with the content of the same request it is the whole document, also when that was deleted since.
fn kept_of(document: &Document) -> Vec<u8> {
    let at = document.created_at.as_microsecond().to_be_bytes();
    [document.id.uuid().as_bytes().as_slice(), &at].concat()
}

/// The document of the first of the same requests.
async fn first(unit: &Unit, asked: Document, kept: &[u8]) -> Result<Document, StoreError> {
    let broken = |what: &str| StoreError::Broken(format!("a remembered document: {what}"));
    let (id, at) = kept.split_at_checked(ID_BYTES).ok_or_else(|| broken("no id"))?;
    let id = Uuid::from_slice(id).map_err(|error| broken(&error.to_string()))?;
    if let Some(there) = find(unit.tx(), asked.workspace, id).await? {
        return Ok(there);
    }
    let at = at.try_into().map(i64::from_be_bytes).map_err(|_| broken("no time"))?;
    let created_at = Timestamp::from_microsecond(at).map_err(|error| broken(&error.to_string()))?;
    Ok(Document { id: DocumentId::from_uuid(id), created_at, ..asked })
}

async fn delete(unit: &Unit, workspace: WorkspaceId, id: DocumentId) -> Result<bool, StoreError> {
    let mine = Entity::delete_by_id(id.uuid()).filter(Column::WorkspaceId.eq(workspace.uuid()));
    let gone = mine.exec(unit.tx()).await?.rows_affected > 0;
    if gone {
        raise_revision(unit, workspace).await?;
    }
    Ok(gone)
}

async fn find<C: ConnectionTrait>(
    db: &C,
    workspace: WorkspaceId,
    id: Uuid,
) -> Result<Option<Document>, StoreError> {
    let mine = Entity::find_by_id(id).filter(Column::WorkspaceId.eq(workspace.uuid()));
    mine.one(db).await?.map(rows::document_of).transpose()
}

async fn raise_revision(unit: &Unit, workspace: WorkspaceId) -> Result<(), StoreError> {
    use knowledge_revision::{ActiveModel, Column, Entity};
    let first = ActiveModel { workspace_id: Set(workspace.uuid()), revision: Set(1) };
    let next = Expr::col((Entity, Column::Revision)).add(1);
    let raise = OnConflict::column(Column::WorkspaceId).value(Column::Revision, next).to_owned();
    Entity::insert(first).on_conflict(raise).exec_without_returning(unit.tx()).await?;
    Ok(())
}
