//! The ledger, in SQL.

use async_trait::async_trait;
use baton_kit::{
    data::{Database, StoreError},
    life::ids::WorkspaceId,
};
use jiff::Timestamp;
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use super::{
    codes,
    entity::ledger::{Column as C, Entity},
    rows::micros,
};
use crate::{
    application::ports::{EntriesWanted, Ledger},
    domain::ledger::Entry,
};

/// Implements [`Ledger`].
pub struct SqlLedger {
    database: Database,
}

impl SqlLedger {
    /// Over notification's database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl Ledger for SqlLedger {
    async fn list(&self, workspace: WorkspaceId, wanted: EntriesWanted) -> Result<Vec<Entry>, StoreError> {
        let mut select = Entity::find().filter(C::WorkspaceId.eq(workspace.uuid()));
        if let Some(conversation) = wanted.conversation {
            select = select.filter(C::ConversationId.eq(conversation.uuid()));
        }
        if let Some(member) = wanted.member {
            select =
                select.filter(C::RecipientId.eq(member.uuid())).filter(C::RecipientKind.eq(codes::MEMBER));
        }
        if let Some(before) = wanted.before {
            let at = micros(before.at);
            let same = Condition::all().add(C::CreatedAt.eq(at)).add(C::Id.lt(before.id));
            select = select.filter(Condition::any().add(C::CreatedAt.lt(at)).add(same));
        }
        let select = select.order_by_desc(C::CreatedAt).order_by_desc(C::Id).limit(u64::from(wanted.most));
        let rows = select.all(self.database.reader()).await?;
        rows.into_iter().map(Entry::try_from).collect()
    }

    async fn forget(&self, before: Timestamp) -> Result<u64, StoreError> {
        let sql = "DELETE FROM ledger WHERE id IN (SELECT id FROM ledger WHERE created_at < $1 LIMIT 1000)";
        super::forget(&self.database, sql, before).await
    }
}
