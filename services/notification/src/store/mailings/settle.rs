//! What an attempt made of a mailing, with its entry in the ledger: both or none.

use baton_kit::{
    data::{StoreError, Unit},
    life::ids::SharedIds,
};
use jiff::Timestamp;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, ExprTrait as _, QueryFilter as _, UpdateMany, sea_query::Expr,
};

use super::claim::{holds, is_open, lease_end};
use crate::{
    application::ports::{Attempt, Lease, Settlement},
    domain::{
        ids::LedgerId,
        kind::{Channel, Kind},
        ledger::{Decision, Entry, Reason},
        mailing::{Mailing, Outcome},
    },
    store::{
        codes,
        entity::mailing::{Column as C, Entity},
        rows::{insert_entries, micros},
    },
};

fn of(mailing: &Mailing) -> UpdateMany<Entity> {
    Entity::update_many().filter(C::Id.eq(mailing.id.uuid())).filter(is_open())
}

fn held(mailing: &Mailing, lease: Lease) -> UpdateMany<Entity> {
    of(mailing).filter(C::LeaseOwner.eq(lease.owner))
}

/// From now on it tells of what it tells of, whatever else is written: another attempt is the same mail.
pub(super) async fn begin(
    unit: &Unit,
    mailing: &Mailing,
    lease: Lease,
    attempt: Attempt,
) -> Result<bool, StoreError> {
    let mut begin = held(mailing, lease)
        // Passed, somebody else may have one of the same recipient and conversation by now.
        .filter(holds(unit.engine()))
        .col_expr(C::LeaseUntil, lease_end(unit.engine(), lease.lasts))
        .col_expr(C::State, Expr::value(codes::TRIED))
        .col_expr(C::Upto, Expr::value(Some(attempt.upto)))
        .col_expr(C::Attempts, Expr::col(C::Attempts).add(1));
    if mailing.kind == Kind::VisitorReply {
        // What joined after the mail was written would never be told.
        begin = begin.filter(C::Sequence.lte(attempt.seen_upto));
    }
    Ok(begin.exec(unit.tx()).await?.rows_affected > 0)
}

pub(super) async fn settle(
    unit: &Unit,
    mailing: &Mailing,
    lease: Lease,
    settlement: Settlement,
    ids: &SharedIds,
) -> Result<(), StoreError> {
    let at = settlement.at;
    let stored = match settlement.outcome {
        // Also when the lease was lost: it went out, and must not go out once more.
        Outcome::Sent => end(of(mailing), codes::SENT, at),
        Outcome::Failed(_) => end(held(mailing, lease), codes::FAILED, at),
        // What joined meanwhile was not looked at.
        Outcome::Merged(_) => end(unchanged(mailing, lease), codes::MERGED, at),
        Outcome::Dropped(_) => end(unchanged(mailing, lease), codes::DROPPED, at),
        Outcome::Waits { until, .. } => no_try(put_off(held(mailing, lease), until)),
        Outcome::TryAgain { at, .. } => put_off(held(mailing, lease), at),
    };
    if stored.exec(unit.tx()).await?.rows_affected == 0 {
        // Looked at again at once, if it is open still and nobody else has it.
        let free = held(mailing, lease).col_expr(C::LeaseUntil, Expr::value(0_i64));
        no_try(free).exec(unit.tx()).await?;
        return Ok(());
    }
    let Some((decision, reason)) = settlement.outcome.entry() else {
        return Ok(());
    };
    let entry = entry(mailing, (decision, reason), settlement, ids);
    insert_entries(unit, mailing.workspace, &[entry]).await
}

fn unchanged(mailing: &Mailing, lease: Lease) -> UpdateMany<Entity> {
    held(mailing, lease).filter(C::Sequence.eq(mailing.sequence))
}

pub(super) fn end(update: UpdateMany<Entity>, state: i32, at: Timestamp) -> UpdateMany<Entity> {
    update
        .col_expr(C::State, Expr::value(state))
        .col_expr(C::SettledAt, Expr::value(Some(micros(at))))
        .col_expr(C::LeaseUntil, Expr::value(0_i64))
}

fn put_off(update: UpdateMany<Entity>, until: Timestamp) -> UpdateMany<Entity> {
    update.col_expr(C::NextAt, Expr::value(micros(until))).col_expr(C::LeaseUntil, Expr::value(0_i64))
}

/// Nothing went wrong: it was looked at too early.
fn no_try(update: UpdateMany<Entity>) -> UpdateMany<Entity> {
    update.col_expr(C::Tries, Expr::col(C::Tries).sub(1))
}

fn entry(
    mailing: &Mailing,
    (decision, reason): (Decision, Reason),
    settlement: Settlement,
    ids: &SharedIds,
) -> Entry {
    Entry {
        id: LedgerId::from_uuid(ids.next()),
        kind: mailing.kind,
        channel: Channel::Email,
        recipient: mailing.recipient,
        conversation: mailing.conversation,
        decision,
        reason,
        attempt: settlement.attempt,
        at: settlement.at,
        mailing: Some(mailing.id),
    }
}
