//! API keys in the database.

use async_trait::async_trait;
use baton_kit::{
    data::{Database, StoreError, Unit},
    life::ids::WorkspaceId,
};
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    entity::api_key,
    facts,
    values::{hash_bytes, moment, scopes_from_text, scopes_to_text},
};
use crate::{
    application::ports::{After, ApiKeyStore, Doer, KeyRevocation, Page},
    domain::{api_key::ApiKey, ids::ApiKeyId, name::DisplayName, secret::SecretHash},
};

/// Implements the port over SQL.
#[derive(Debug, Clone)]
pub(crate) struct SqlApiKeyStore {
    database: Database,
}

impl SqlApiKeyStore {
    pub(crate) fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl ApiKeyStore for SqlApiKeyStore {
    async fn create(&self, key: ApiKey, hash: SecretHash, by: Doer) -> Result<(), StoreError> {
        self.database
            .write(move |unit| {
                let insert = api_key::Entity::insert(row(&key, hash, by));
                Box::pin(async move { Ok(insert.exec_without_returning(unit.tx()).await.map(drop)?) })
            })
            .await
    }

    async fn find(&self, hash: SecretHash) -> Result<Option<ApiKey>, StoreError> {
        let rows = api_key::Entity::find().filter(api_key::Column::SecretHash.eq(hash_bytes(hash)));
        rows.one(self.database.reader()).await?.map(TryInto::try_into).transpose()
    }

    async fn list(
        &self,
        workspace: WorkspaceId,
        after: Option<After>,
        size: u32,
    ) -> Result<Page<ApiKey>, StoreError> {
        let mut rows = in_workspace(workspace);
        if let Some(After { created_at, id }) = after {
            rows = rows.filter(behind(created_at.as_microsecond(), id));
        }
        let rows = rows
            .order_by_asc(api_key::Column::CreatedAt)
            .order_by_asc(api_key::Column::Id)
            .limit(u64::from(size) + 1)
            .all(self.database.reader())
            .await?;
        let keys = rows.into_iter().map(TryInto::try_into).collect::<Result<Vec<ApiKey>, _>>()?;
        Ok(Page::of(keys, size, |last| After { created_at: last.created_at, id: last.id.uuid() }))
    }

    async fn revoke(&self, revocation: KeyRevocation) -> Result<Option<ApiKey>, StoreError> {
        self.database.write(move |unit| Box::pin(async move { revoke(unit, revocation).await })).await
    }
}

/// Told once, however often it is revoked.
async fn revoke(unit: &Unit, revocation: KeyRevocation) -> Result<Option<ApiKey>, StoreError> {
    let KeyRevocation { workspace, key, at, .. } = revocation;
    let update = api_key::Entity::update_many()
        .col_expr(api_key::Column::RevokedAt, Expr::value(at.as_microsecond()))
        .filter(api_key::Column::WorkspaceId.eq(workspace.uuid()))
        .filter(api_key::Column::Id.eq(key.uuid()))
        .filter(api_key::Column::RevokedAt.is_null());
    if update.exec(unit.tx()).await?.rows_affected > 0 {
        unit.publish(facts::api_key_revoked(revocation)).await?;
    }
    let row = in_workspace(workspace).filter(api_key::Column::Id.eq(key.uuid())).one(unit.tx()).await?;
    row.map(TryInto::try_into).transpose()
}

fn in_workspace(workspace: WorkspaceId) -> sea_orm::Select<api_key::Entity> {
    api_key::Entity::find().filter(api_key::Column::WorkspaceId.eq(workspace.uuid()))
}

fn behind(created_at: i64, id: Uuid) -> Condition {
    let same_moment =
        Condition::all().add(api_key::Column::CreatedAt.eq(created_at)).add(api_key::Column::Id.gt(id));
    Condition::any().add(api_key::Column::CreatedAt.gt(created_at)).add(same_moment)
}

fn row(key: &ApiKey, hash: SecretHash, by: Doer) -> api_key::ActiveModel {
    let (maker_kind, maker_id) = facts::actor(by);
    api_key::ActiveModel {
        id: Set(key.id.uuid()),
        workspace_id: Set(key.workspace.uuid()),
        secret_hash: Set(hash_bytes(hash)),
        display_name: Set(key.display_name.as_str().to_owned()),
        scopes: Set(scopes_to_text(&key.scopes)),
        maker_kind: Set(maker_kind.into()),
        maker_id: Set(maker_id),
        created_at: Set(key.created_at.as_microsecond()),
        expires_at: Set(key.expires_at.map(Timestamp::as_microsecond)),
        revoked_at: Set(key.revoked_at.map(Timestamp::as_microsecond)),
    }
}

impl TryFrom<api_key::Model> for ApiKey {
    type Error = StoreError;

    fn try_from(row: api_key::Model) -> Result<Self, StoreError> {
        let place = format!("api_key {}", row.id);
        let optional = |at: Option<i64>| at.map(|at| moment(&place, at)).transpose();
        Ok(Self {
            id: ApiKeyId::from_uuid(row.id),
            workspace: WorkspaceId::from_uuid(row.workspace_id),
            display_name: DisplayName::new(&row.display_name),
            scopes: scopes_from_text(&row.scopes),
            created_at: moment(&place, row.created_at)?,
            expires_at: optional(row.expires_at)?,
            revoked_at: optional(row.revoked_at)?,
        })
    }
}
