//! Notices, in SQL.

use std::sync::Arc;

use async_trait::async_trait;
use baton_kit::{
    data::{Database, StoreError},
    life::ids::WorkspaceId,
};
use jiff::Timestamp;
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    Select, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    entity::notice::{Column as C, Entity},
    rows::micros,
};
use crate::{
    application::ports::{Notices, NoticesWanted},
    domain::{
        ids::{MemberId, NoticeId},
        notice::Notice,
    },
};

/// Implements [`Notices`].
pub struct SqlNotices {
    database: Database,
}

impl SqlNotices {
    /// Over notification's database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

fn of(workspace: WorkspaceId, member: MemberId) -> Select<Entity> {
    Entity::find().filter(C::WorkspaceId.eq(workspace.uuid())).filter(C::MemberId.eq(member.uuid()))
}

#[async_trait]
impl Notices for SqlNotices {
    async fn list(
        &self,
        workspace: WorkspaceId,
        member: MemberId,
        wanted: NoticesWanted,
    ) -> Result<Vec<Notice>, StoreError> {
        let mut select = of(workspace, member);
        if wanted.unread_only {
            select = select.filter(C::ReadAt.is_null());
        }
        if let Some(before) = wanted.before {
            let at = micros(before.at);
            let same = Condition::all().add(C::CreatedAt.eq(at)).add(C::Id.lt(before.id));
            select = select.filter(Condition::any().add(C::CreatedAt.lt(at)).add(same));
        }
        let select = select.order_by_desc(C::CreatedAt).order_by_desc(C::Id).limit(u64::from(wanted.most));
        let rows = select.all(self.database.reader()).await?;
        rows.into_iter().map(Notice::try_from).collect()
    }

    async fn unread(&self, workspace: WorkspaceId, member: MemberId) -> Result<i32, StoreError> {
        let sql = "SELECT COUNT(*) FROM (SELECT 1 FROM notice WHERE workspace_id = $1 AND member_id = $2 AND read_at IS NULL \
                   LIMIT 100) AS unread";
        let counted =
            super::count(&self.database, sql, [workspace.uuid().into(), member.uuid().into()]).await?;
        Ok(i32::try_from(counted).unwrap_or(i32::MAX))
    }

    async fn mark_read(
        &self,
        workspace: WorkspaceId,
        member: MemberId,
        ids: Vec<NoticeId>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let ids: Arc<[Uuid]> = ids.into_iter().map(NoticeId::uuid).collect();
        self.database
            .write(move |unit| {
                let ids = Arc::clone(&ids);
                Box::pin(async move {
                    let mut update = Entity::update_many()
                        .col_expr(C::ReadAt, Expr::value(Some(micros(at))))
                        .filter(C::WorkspaceId.eq(workspace.uuid()))
                        .filter(C::MemberId.eq(member.uuid()))
                        .filter(C::ReadAt.is_null());
                    if !ids.is_empty() {
                        update = update.filter(C::Id.is_in(ids.iter().copied()));
                    }
                    update.exec(unit.tx()).await?;
                    Ok(())
                })
            })
            .await
    }

    async fn forget(&self, before: Timestamp) -> Result<u64, StoreError> {
        let sql = "DELETE FROM notice WHERE id IN (SELECT id FROM notice WHERE created_at < $1 LIMIT 1000)";
        super::forget(&self.database, sql, before).await
    }
}
