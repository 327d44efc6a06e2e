//! Turns in SQL, with leases. One unique column lets one turn of a conversation run at a time, with any number of replicas.
//!
//! Must not know what a turn does.

use async_trait::async_trait;
use baton_kit::{
    data::{Database, StoreError, Unit},
    life::{clock::SharedClock, ids::SharedIds},
};
use futures::FutureExt as _;
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::NotSet,
    ColumnTrait as _, EntityTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    QueryTrait as _, Set,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use super::{
    entities::turn::{ActiveModel, Column, Entity, Model},
    rows,
};
use crate::{
    application::ports::{Closing, Lease, NewTurn, TurnStore},
    domain::{
        ids::TurnId,
        turn::{Ending, Turn},
    },
};

/// Turns in SQL.
pub(crate) struct SqlTurnStore {
    /// The service's database.
    pub database: Database,
    /// Time.
    pub clock: SharedClock,
    /// Ids of turns.
    pub ids: SharedIds,
}

#[async_trait]
impl TurnStore for SqlTurnStore {
    async fn enqueue(&self, turns: &[NewTurn]) -> Result<u64, StoreError> {
        let rows: Vec<ActiveModel> = turns.iter().map(|turn| self.row(turn)).collect();
        self.database.write(move |unit| enqueue(unit, rows.clone()).boxed()).await
    }

    async fn claim(&self, lease: Lease) -> Result<Option<Turn>, StoreError> {
        // Looking costs a read; only a turn that is there costs a write.
        if !is_any_due(&self.database, lease.from).await? {
            return Ok(None);
        }
        self.database.write(move |unit| claim(unit, lease).boxed()).await
    }

    async fn renew(&self, turn: TurnId, lease: Lease) -> Result<bool, StoreError> {
        self.database.write(move |unit| renew(unit, turn, lease).boxed()).await
    }

    async fn close(&self, turn: &Turn, lease: Lease, closing: Closing) -> Result<(), StoreError> {
        let turn = turn.clone();
        self.database.write(move |unit| close(unit, turn.clone(), lease, closing).boxed()).await
    }

    async fn postpone(&self, turn: &Turn, lease: Lease, until: Timestamp) -> Result<(), StoreError> {
        let id = turn.id;
        self.database.write(move |unit| postpone(unit, id, lease, until).boxed()).await
    }

    async fn forget(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.database.write(move |unit| forget(unit, before).boxed()).await
    }
}

impl SqlTurnStore {
    fn row(&self, turn: &NewTurn) -> ActiveModel {
        let now = self.clock.now();
        let due_at = now.saturating_add(turn.wait).unwrap_or(Timestamp::MAX).as_microsecond();
        ActiveModel {
            id: Set(self.ids.next()),
            workspace_id: Set(turn.place.workspace.uuid()),
            conversation_id: Set(turn.place.conversation.uuid()),
            epoch: Set(turn.epoch),
            visitor_sequence: Set(turn.visitor_sequence),
            ending: NotSet,
            attempts: Set(0),
            due_at: Set(due_at),
            busy_conversation_id: NotSet,
            lease_token: NotSet,
            lease_until: NotSet,
            traceparent: Set(turn.traceparent.clone()),
            created_at: Set(now.as_microsecond()),
        }
    }
}

async fn enqueue(unit: &Unit, rows: Vec<ActiveModel>) -> Result<u64, StoreError> {
    let duty = [Column::ConversationId, Column::Epoch, Column::VisitorSequence];
    let insert = Entity::insert_many(rows).on_conflict(OnConflict::columns(duty).do_nothing().to_owned());
    Ok(insert.exec_without_returning(unit.tx()).await?)
}

async fn is_any_due(database: &Database, now: Timestamp) -> Result<bool, StoreError> {
    let due = Entity::find().filter(Column::Ending.is_null()).filter(Column::DueAt.lte(now.as_microsecond()));
    Ok(due.order_by_asc(Column::DueAt).limit(1).one(database.reader()).await?.is_some())
}

async fn claim(unit: &Unit, lease: Lease) -> Result<Option<Turn>, StoreError> {
    free_run_out(unit, lease.from).await?;
    let Some(found) = longest_due(unit, lease.from).await? else {
        return Ok(None);
    };
    let taken = Entity::update_many()
        .col_expr(Column::BusyConversationId, Expr::value(Some(found.conversation_id)))
        .col_expr(Column::LeaseToken, Expr::value(Some(lease.token)))
        .col_expr(Column::LeaseUntil, Expr::value(Some(end_of(lease))))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .filter(Column::Id.eq(found.id))
        .filter(Column::Ending.is_null())
        .filter(Column::LeaseToken.is_null())
        .exec(unit.tx())
        .await?;
    if taken.rows_affected == 0 {
        return Ok(None);
    }
    let attempts = found.attempts.saturating_add(1);
    rows::turn_of(Model { attempts, ..found }).map(Some)
}

/// Gives back what its worker gave no sign of life for.
async fn free_run_out(unit: &Unit, now: Timestamp) -> Result<(), StoreError> {
    let run_out = free().filter(Column::LeaseUntil.lt(now.as_microsecond()));
    run_out.exec(unit.tx()).await?;
    Ok(())
}

async fn longest_due(unit: &Unit, now: Timestamp) -> Result<Option<Model>, StoreError> {
    let busy = Entity::find()
        .select_only()
        .column(Column::BusyConversationId)
        .filter(Column::BusyConversationId.is_not_null());
    let due = Entity::find()
        .filter(Column::Ending.is_null())
        .filter(Column::DueAt.lte(now.as_microsecond()))
        .filter(Column::ConversationId.not_in_subquery(busy.into_query()));
    Ok(due.order_by_asc(Column::DueAt).order_by_asc(Column::Id).one(unit.tx()).await?)
}

async fn renew(unit: &Unit, turn: TurnId, lease: Lease) -> Result<bool, StoreError> {
    let renewed = Entity::update_many()
        .col_expr(Column::LeaseUntil, Expr::value(Some(end_of(lease))))
        .filter(Column::Id.eq(turn.uuid()))
        .filter(Column::LeaseToken.eq(lease.token))
        .exec(unit.tx())
        .await?;
    Ok(renewed.rows_affected > 0)
}

async fn close(unit: &Unit, turn: Turn, lease: Lease, closing: Closing) -> Result<(), StoreError> {
    let put = free()
        .col_expr(Column::Ending, Expr::value(Some(rows::ending_number(closing.ending))))
        .filter(Column::Id.eq(turn.id.uuid()))
        .filter(Column::LeaseToken.eq(lease.token));
    put.exec(unit.tx()).await?;
    // One answer may deal with messages that began turns of their own.
    let dealt_with = Entity::update_many()
        .col_expr(Column::Ending, Expr::value(Some(rows::ending_number(Ending::Superseded))))
        .filter(Column::WorkspaceId.eq(turn.place.workspace.uuid()))
        .filter(Column::ConversationId.eq(turn.place.conversation.uuid()))
        .filter(Column::Epoch.eq(turn.epoch))
        .filter(Column::VisitorSequence.lte(closing.dealt_with))
        .filter(Column::VisitorSequence.gt(0))
        .filter(Column::Ending.is_null())
        .filter(Column::LeaseToken.is_null());
    dealt_with.exec(unit.tx()).await?;
    Ok(())
}

async fn postpone(unit: &Unit, id: TurnId, lease: Lease, until: Timestamp) -> Result<(), StoreError> {
    let put = free()
        .col_expr(Column::DueAt, Expr::value(until.as_microsecond()))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::LeaseToken.eq(lease.token));
    put.exec(unit.tx()).await?;
    Ok(())
}

async fn forget(unit: &Unit, before: Timestamp) -> Result<u64, StoreError> {
    let old = Entity::delete_many()
        .filter(Column::Ending.is_not_null())
        .filter(Column::CreatedAt.lt(before.as_microsecond()));
    Ok(old.exec(unit.tx()).await?.rows_affected)
}

/// An update that ends a lease.
fn free() -> sea_orm::UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::BusyConversationId, Expr::value(None::<Uuid>))
        .col_expr(Column::LeaseToken, Expr::value(None::<Uuid>))
        .col_expr(Column::LeaseUntil, Expr::value(None::<i64>))
}

fn end_of(lease: Lease) -> i64 {
    lease.from.saturating_add(lease.length).unwrap_or(Timestamp::MAX).as_microsecond()
}

#[cfg(test)]
mod tests;
