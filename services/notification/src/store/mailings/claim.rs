//! Taking mailings on: one after another, whichever process asks, so that no two of one recipient and conversation are under way.

use std::collections::BTreeSet;

use baton_kit::data::{StoreError, Unit};
use jiff::Timestamp;
use sea_orm::{
    ColumnTrait as _, Condition, DatabaseConnection, EntityTrait as _, ExprTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    application::ports::Lease,
    domain::mailing::Mailing,
    store::{
        codes,
        entity::{
            claim,
            mailing::{Column as C, Entity, Model},
        },
        rows::micros,
    },
};

/// How many due ones are looked at for each that is wanted: some wait for another one of their recipient.
const LOOKED_AT: usize = 4;

/// Recipient and conversation.
type Pair = (Uuid, Uuid);

pub(super) fn is_open() -> Condition {
    Condition::all().add(C::State.lte(codes::TRIED))
}

fn is_free_and_due(now: Timestamp) -> Condition {
    is_open().add(C::NextAt.lte(micros(now))).add(C::LeaseUntil.lte(micros(now)))
}

pub(super) async fn is_any_due(reader: &DatabaseConnection, now: Timestamp) -> Result<bool, StoreError> {
    let one: Option<Uuid> = Entity::find()
        .select_only()
        .column(C::Id)
        .filter(is_free_and_due(now))
        .into_tuple()
        .one(reader)
        .await?;
    Ok(one.is_some())
}

pub(super) async fn claim(unit: &Unit, lease: Lease, most: usize) -> Result<Vec<Mailing>, StoreError> {
    lock(unit).await?;
    let mut taken = under_way(unit, lease.now).await?;
    let due = Entity::find()
        .filter(is_free_and_due(lease.now))
        .order_by_asc(C::NextAt)
        .order_by_asc(C::Id)
        .limit(u64::try_from(most.saturating_mul(LOOKED_AT)).unwrap_or(u64::MAX))
        .all(unit.tx())
        .await?;
    let mine: Vec<Model> = due.into_iter().filter(|row| taken.insert(pair(row))).take(most).collect();
    if mine.is_empty() {
        return Ok(Vec::new());
    }
    Entity::update_many()
        .col_expr(C::LeaseOwner, Expr::value(Some(lease.owner)))
        .col_expr(C::LeaseUntil, Expr::value(micros(lease.until)))
        .filter(C::Id.is_in(mine.iter().map(|row| row.id)))
        .exec(unit.tx())
        .await?;
    Ok(mine.into_iter().filter_map(readable).collect())
}

/// One that cannot be read keeps no other waiting.
fn readable(row: Model) -> Option<Mailing> {
    let id = row.id;
    Mailing::try_from(row)
        .inspect_err(|error| tracing::error!(%error, mailing = %id, "a mailing cannot be read"))
        .ok()
}

fn pair(row: &Model) -> Pair {
    (row.recipient_id, row.conversation_id)
}

/// Held until the unit ends.
async fn lock(unit: &Unit) -> Result<(), StoreError> {
    claim::Entity::update_many()
        .col_expr(claim::Column::Rounds, Expr::col(claim::Column::Rounds).add(1))
        .filter(claim::Column::Id.eq(1))
        .exec(unit.tx())
        .await?;
    Ok(())
}

async fn under_way(unit: &Unit, now: Timestamp) -> Result<BTreeSet<Pair>, StoreError> {
    let pairs: Vec<Pair> = Entity::find()
        .select_only()
        .columns([C::RecipientId, C::ConversationId])
        .filter(is_open())
        .filter(C::LeaseUntil.gt(micros(now)))
        .into_tuple()
        .all(unit.tx())
        .await?;
    Ok(pairs.into_iter().collect())
}
