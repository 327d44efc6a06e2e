//! Promises that are owed, in SQL. A row comes with the fact that a handoff is open and goes with the fact that it is not.

use std::sync::Arc;

use async_trait::async_trait;
use baton_kit::{
    data::{Database, StoreError, Unit},
    life::ids::WorkspaceId,
};
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, EntityTrait as _, ExprTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, UpdateMany, sea_query::Expr,
};

use super::{
    entity::promise::{self, Column as C, Entity},
    rows::{micros, moment},
};
use crate::{
    application::ports::{Lease, Promises, Told},
    domain::{
        ids::{ConversationId, HandoffId},
        promise::Owed,
        queue::{Entry, Seen},
    },
};

/// Implements [`Promises`].
pub struct SqlPromises {
    database: Database,
}

impl SqlPromises {
    /// Over routing's database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl Promises for SqlPromises {
    async fn owed(&self, now: Timestamp, most: u64) -> Result<Vec<Owed>, StoreError> {
        let rows = Entity::find()
            .filter(is_owed())
            .filter(C::NextTryAt.lte(micros(now)))
            .filter(C::LeaseUntil.lte(micros(now)))
            .order_by_asc(C::NextTryAt)
            .limit(most)
            .all(self.database.reader())
            .await?;
        rows.into_iter().map(Owed::try_from).collect()
    }

    async fn claim(&self, owed: &Owed, lease: Lease) -> Result<bool, StoreError> {
        let owed = Arc::new(owed.clone());
        self.database
            .write(move |unit| {
                let owed = Arc::clone(&owed);
                Box::pin(async move { claim(unit, &owed, lease).await })
            })
            .await
    }

    async fn settle(&self, owed: &Owed, told: Told) -> Result<(), StoreError> {
        let both = Arc::new((owed.clone(), told));
        self.database
            .write(move |unit| {
                let both = Arc::clone(&both);
                Box::pin(async move { settle(unit, &both.0, &both.1).await })
            })
            .await
    }
}

fn is_owed() -> sea_orm::sea_query::SimpleExpr {
    Expr::col(C::ToldVersion).lt(Expr::col(C::Version))
}

fn of(owed: &Owed) -> UpdateMany<Entity> {
    Entity::update_many()
        .filter(C::WorkspaceId.eq(owed.workspace.uuid()))
        .filter(C::ConversationId.eq(owed.conversation.uuid()))
}

async fn claim(unit: &Unit, owed: &Owed, lease: Lease) -> Result<bool, StoreError> {
    let free_or_own =
        Condition::any().add(C::LeaseOwner.eq(lease.owner)).add(C::LeaseUntil.lte(micros(lease.now)));
    let claimed = of(owed)
        .col_expr(C::LeaseOwner, Expr::value(lease.owner))
        .col_expr(C::LeaseUntil, Expr::value(micros(lease.until)))
        .filter(C::HandoffId.eq(owed.handoff.uuid()))
        .filter(C::Version.eq(owed.version))
        .filter(is_owed())
        .filter(free_or_own)
        .exec(unit.tx())
        .await?;
    Ok(claimed.rows_affected > 0)
}

async fn settle(unit: &Unit, owed: &Owed, told: &Told) -> Result<(), StoreError> {
    let of_version = of(owed)
        .filter(C::HandoffId.eq(owed.handoff.uuid()))
        .filter(C::Version.eq(owed.version))
        .col_expr(C::LeaseUntil, Expr::value(0_i64));
    let settled = match told {
        Told::Definite => of_version.col_expr(C::ToldVersion, Expr::value(owed.version)),
        Told::Unknown(next_try) => of_version
            .col_expr(C::NextTryAt, Expr::value(micros(*next_try)))
            .col_expr(C::Tries, Expr::col(C::Tries).add(1)),
    };
    if settled.exec(unit.tx()).await?.rows_affected == 0 {
        // It was made anew meanwhile, and perhaps told so before this one: the last one told counts, so it is told once more.
        of(owed)
            .col_expr(C::ToldVersion, Expr::value(0_i64))
            .col_expr(C::LeaseUntil, Expr::value(0_i64))
            .exec(unit.tx())
            .await?;
    }
    Ok(())
}

/// A handoff is open: its visitor is owed a promise, once a handoff.
pub async fn owe(unit: &Unit, seen: &Seen, entry: &Entry) -> Result<(), StoreError> {
    let key = (seen.workspace.uuid(), seen.conversation.uuid());
    let Some(row) = Entity::find_by_id(key).lock_exclusive().one(unit.tx()).await? else {
        Entity::insert(first(seen, entry)).exec_without_returning(unit.tx()).await?;
        return Ok(());
    };
    if row.handoff_id == entry.handoff.uuid() {
        return Ok(());
    }
    Entity::update_many()
        .filter(C::WorkspaceId.eq(row.workspace_id))
        .filter(C::ConversationId.eq(row.conversation_id))
        .col_expr(C::HandoffId, Expr::value(entry.handoff.uuid()))
        .col_expr(C::AskedAt, Expr::value(micros(seen.asked_at)))
        .col_expr(C::Version, Expr::value(row.version + 1))
        .col_expr(C::NextTryAt, Expr::value(0_i64))
        .col_expr(C::Tries, Expr::value(0))
        .exec(unit.tx())
        .await?;
    Ok(())
}

fn first(seen: &Seen, entry: &Entry) -> promise::ActiveModel {
    promise::ActiveModel {
        workspace_id: Set(seen.workspace.uuid()),
        conversation_id: Set(seen.conversation.uuid()),
        handoff_id: Set(entry.handoff.uuid()),
        asked_at: Set(micros(seen.asked_at)),
        version: Set(1),
        told_version: Set(0),
        next_try_at: Set(0),
        tries: Set(0),
        lease_owner: Set(None),
        lease_until: Set(0),
    }
}

/// The handoff is closed: nothing is owed.
pub async fn forget(unit: &Unit, seen: &Seen) -> Result<(), StoreError> {
    Entity::delete_by_id((seen.workspace.uuid(), seen.conversation.uuid())).exec(unit.tx()).await?;
    Ok(())
}

/// Whatever was promised in a workspace is to be made anew.
pub async fn make_anew(unit: &Unit, workspace: WorkspaceId) -> Result<(), StoreError> {
    Entity::update_many()
        .filter(C::WorkspaceId.eq(workspace.uuid()))
        .col_expr(C::Version, Expr::col(C::Version).add(1))
        .col_expr(C::NextTryAt, Expr::value(0_i64))
        .col_expr(C::Tries, Expr::value(0))
        .exec(unit.tx())
        .await?;
    Ok(())
}

impl TryFrom<promise::Model> for Owed {
    type Error = StoreError;

    fn try_from(row: promise::Model) -> Result<Self, StoreError> {
        Ok(Self {
            workspace: WorkspaceId::from_uuid(row.workspace_id),
            conversation: ConversationId::from_uuid(row.conversation_id),
            handoff: HandoffId::from_uuid(row.handoff_id),
            asked_at: moment(row.asked_at)?,
            version: row.version,
            tries: u32::try_from(row.tries).unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests;
