//! Taking mailings on: one after another, whichever process asks, so that no two of one recipient and conversation are under way.
//!
//! What is due is said by the service's clock, until when a lease holds by the database's.

use std::{collections::BTreeSet, time::Duration};

use baton_kit::data::{Engine, StoreError, Unit};
use jiff::Timestamp;
use sea_orm::{
    ColumnTrait as _, Condition, DatabaseConnection, EntityTrait as _, ExprTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Select, sea_query::Expr,
};
use uuid::Uuid;

use super::settle::end;
use crate::{
    application::ports::Lease,
    domain::{
        mailing::{Mailing, Terms, later},
        pace,
    },
    store::{
        codes,
        entity::{
            claim,
            mailing::{Column as C, Entity, Model},
        },
        rows::{micros, moment},
    },
};

/// How many due ones are looked at for each that is wanted: some wait for another one of their recipient.
const LOOKED_AT: usize = 4;

/// Recipient and conversation.
type Pair = (Uuid, Uuid);

/// Of what is due, what is to be taken on, and how.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    pub lease: Lease,
    pub now: Timestamp,
    pub most: usize,
    pub terms: Terms,
}

/// Written out and not bound, as in the indexes: so a plan that is made for any value knows that they will do.
pub(super) fn is_open() -> Condition {
    Condition::all().add(Expr::cust(format!("state <= {}", codes::TRIED)))
}

/// Whose lease holds now. That it is above nothing follows from that, but must be said as the index says it.
fn is_under_way(engine: Engine) -> Condition {
    is_open().add(Expr::cust("lease_until > 0")).add(holds(engine))
}

/// Whether a lease holds now.
pub(super) fn holds(engine: Engine) -> Expr {
    Expr::cust(format!("lease_until > {}", engine.now_sql()))
}

/// When a lease that is taken now ends.
pub(super) fn lease_end(engine: Engine, lasts: Duration) -> Expr {
    Expr::cust(format!("{} + {}", engine.now_sql(), lasts.as_micros()))
}

/// By the index over what is open, from its beginning: few stand there that are not free.
pub(in crate::store) fn due(engine: Engine, now: Timestamp) -> Select<Entity> {
    let free = Expr::cust(format!("lease_until <= {}", engine.now_sql()));
    Entity::find().filter(is_open().add(C::NextAt.lte(micros(now))).add(free)).order_by_asc(C::NextAt)
}

pub(super) async fn is_any_due(
    reader: &DatabaseConnection,
    engine: Engine,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let one: Option<Uuid> = due(engine, now).select_only().column(C::Id).into_tuple().one(reader).await?;
    Ok(one.is_some())
}

pub(super) async fn claim(unit: &Unit, wanted: Wanted) -> Result<Vec<Mailing>, StoreError> {
    lock(unit).await?;
    let Wanted { lease, now, most, .. } = wanted;
    let mut taken = under_way(unit).await?;
    let looked_at = u64::try_from(most.saturating_mul(LOOKED_AT)).unwrap_or(u64::MAX);
    let rows = due(unit.engine(), now).order_by_asc(C::Id).limit(looked_at).all(unit.tx()).await?;
    let mut mine = Vec::new();
    for row in rows {
        let (told, of) = (Told { id: row.id, since: row.since, tries: row.tries }, pair(&row));
        match Mailing::try_from(row) {
            Ok(mailing) if mine.len() < most && taken.insert(of) => mine.push(mailing),
            Ok(_) => {}
            Err(error) => put_by(unit, told, wanted, &error).await?,
        }
    }
    take(unit, lease, &mine).await?;
    Ok(mine)
}

/// What can be said of a row that cannot be read.
#[derive(Clone, Copy)]
struct Told {
    id: Uuid,
    since: i64,
    tries: i32,
}

/// One that cannot be read keeps no other waiting: a newer version may have written it and may read it later, until its time is over.
async fn put_by(unit: &Unit, told: Told, wanted: Wanted, error: &StoreError) -> Result<(), StoreError> {
    tracing::error!(%error, mailing = %told.id, "a mailing cannot be read");
    let of = Entity::update_many().filter(C::Id.eq(told.id));
    let over = moment(told.since).map_or(true, |since| wanted.terms.is_too_late(since, wanted.now));
    let update = if over {
        end(of, codes::FAILED, wanted.now)
    } else {
        let tries = told.tries.saturating_add(1);
        let next = later(wanted.now, pace::pause(tries, u8::MAX));
        of.col_expr(C::Tries, Expr::value(tries)).col_expr(C::NextAt, Expr::value(micros(next)))
    };
    update.exec(unit.tx()).await?;
    Ok(())
}

/// Counted as a try until it is settled otherwise, so that one whose owner dies each time is not taken on for ever.
async fn take(unit: &Unit, lease: Lease, mine: &[Mailing]) -> Result<(), StoreError> {
    if mine.is_empty() {
        return Ok(());
    }
    Entity::update_many()
        .col_expr(C::LeaseOwner, Expr::value(Some(lease.owner)))
        .col_expr(C::LeaseUntil, lease_end(unit.engine(), lease.lasts))
        .col_expr(C::Tries, Expr::col(C::Tries).add(1))
        .filter(C::Id.is_in(mine.iter().map(|mailing| mailing.id.uuid())))
        .exec(unit.tx())
        .await?;
    Ok(())
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

/// The query for recipients and conversations that somebody is at.
pub(in crate::store) fn leased(engine: Engine) -> Select<Entity> {
    Entity::find().select_only().columns([C::RecipientId, C::ConversationId]).filter(is_under_way(engine))
}

async fn under_way(unit: &Unit) -> Result<BTreeSet<Pair>, StoreError> {
    let pairs: Vec<Pair> = leased(unit.engine()).into_tuple().all(unit.tx()).await?;
    Ok(pairs.into_iter().collect())
}
