//! Facts that a consumer gave up: counted, listed, and sent again on demand.
//!
//! Must not know why a handler failed beyond the name it gave the failure.

use std::time::Duration;

use jiff::Timestamp;
use opentelemetry::KeyValue;
use sea_orm::{ConnectionTrait as _, QueryResult};
use uuid::Uuid;

use super::{FactLog, StoreError};
use crate::life::telemetry::Metrics;

/// How often they are counted.
const COUNT_EVERY: Duration = Duration::from_secs(10);

/// A fact that a consumer gave up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Whose.
    pub consumer: String,
    /// Which fact.
    pub position: i64,
    /// The fact's subject. Later facts of it are handled in the meantime.
    pub subject: Uuid,
    /// Attempts made.
    pub attempts: i32,
    /// The kind of the last failure.
    pub last_error: String,
    /// When the fact was written; `None` when the log no longer holds it: then it cannot be sent again, and goes with the next upkeep.
    pub written: Option<Timestamp>,
}

/// Where a list goes on: behind this position and consumer.
pub type DeadLetterPlace = (i64, String);

const LIST: &str = "SELECT f.consumer, f.position, f.subject_id, f.attempts, f.last_error, o.created_at \
     FROM delivery_failure f LEFT JOIN outbox o ON o.position = f.position \
     WHERE f.dead AND (f.position > $1 OR (f.position = $1 AND f.consumer > $2)) \
     ORDER BY f.position, f.consumer LIMIT $3";

/// Of every consumer, so that none given up is a number too.
const COUNT: &str = "SELECT name, \
     (SELECT COUNT(*) FROM delivery_failure f WHERE f.dead AND f.consumer = consumer.name) FROM consumer";

/// In steps, so that nobody waits long behind one.
const FORGET: &str = "DELETE FROM delivery_failure WHERE (consumer, position) IN (\
     SELECT consumer, position FROM delivery_failure WHERE dead AND position <= $1 LIMIT 1000)";
const FORGET_STEP: u64 = 1000;

/// Only what the log still holds: of anything else the attempt could only fail.
const REDRIVE: &str = "UPDATE delivery_failure SET dead = $3, attempts = 0, next_at = 0 \
     WHERE consumer = $1 AND position = $2 AND dead = $4 \
     AND EXISTS (SELECT 1 FROM outbox WHERE outbox.position = delivery_failure.position)";

impl FactLog {
    /// The oldest `limit` facts behind `after` that consumers of this log gave up, by position and consumer.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub async fn dead_letters(
        &self,
        after: Option<DeadLetterPlace>,
        limit: u32,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        let (position, consumer) = after.unwrap_or_default();
        let values = [position.into(), consumer.into(), i64::from(limit).into()];
        let statement = self.database().engine().statement(LIST, values);
        let rows = self.database().reader().query_all_raw(statement).await?;
        rows.iter().map(read).collect()
    }

    /// Gives a consumer its dead letter again, with all its attempts; whether there was one that the log still holds.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be written.
    pub async fn redrive(&self, consumer: &str, position: i64) -> Result<bool, StoreError> {
        let consumer = consumer.to_owned();
        self.database()
            .write(move |unit| {
                let values = [consumer.clone().into(), position.into(), false.into(), true.into()];
                Box::pin(async move { Ok(unit.execute(REDRIVE, values).await?.rows_affected() > 0) })
            })
            .await
    }
}

impl FactLog {
    /// Shows how many facts of this log each consumer gave up, as `baton_dead_letters{service,consumer}`, for as long as the service
    /// runs. Anything but 0 is an alarm. Processes on one database show the same numbers.
    pub fn show_dead_letters(&self, metrics: &Metrics) {
        let help =
            "Facts of a service that a consumer gave up and nobody gave again. Anything but 0 is an alarm.";
        let (gauge, log) = (metrics.gauge("baton_dead_letters", help), self.clone());
        let (soft, clock) = (self.database().life().soft(), self.database().clock().clone());
        let service = self.database().options().service;
        self.database().life().spawn("dead letters", async move {
            loop {
                match log.count_dead_letters().await {
                    Ok(counts) => counts.into_iter().for_each(|(consumer, count)| {
                        let labels = [KeyValue::new("service", service), KeyValue::new("consumer", consumer)];
                        #[expect(clippy::cast_precision_loss, reason = "a gauge of small numbers")]
                        gauge.record(count as f64, &labels);
                    }),
                    Err(error) => tracing::warn!(service, %error, "dead letters were not counted"),
                }
                if soft.run_until_cancelled(clock.sleep(COUNT_EVERY)).await.is_none() {
                    return;
                }
            }
        });
    }

    async fn count_dead_letters(&self) -> Result<Vec<(String, i64)>, StoreError> {
        let rows =
            self.database().reader().query_all_raw(self.database().engine().statement(COUNT, [])).await?;
        rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
    }

    /// Forgets the dead letters up to a position, whose facts are gone: nobody can send them again. How many.
    pub(super) async fn forget_dead_letters(&self, upto: i64) -> Result<u64, StoreError> {
        let mut forgotten = 0;
        loop {
            let step: Result<u64, StoreError> = self
                .database()
                .write(move |unit| {
                    Box::pin(async move { Ok(unit.execute(FORGET, [upto.into()]).await?.rows_affected()) })
                })
                .await;
            let step = step?;
            forgotten += step;
            if step < FORGET_STEP {
                return Ok(forgotten);
            }
        }
    }
}

fn read(row: &QueryResult) -> Result<DeadLetter, StoreError> {
    let written: Option<i64> = row.try_get_by_index(5)?;
    Ok(DeadLetter {
        consumer: row.try_get_by_index(0)?,
        position: row.try_get_by_index(1)?,
        subject: row.try_get_by_index(2)?,
        attempts: row.try_get_by_index(3)?,
        last_error: row.try_get_by_index(4)?,
        written: written.and_then(|at| Timestamp::from_microsecond(at).ok()),
    })
}
