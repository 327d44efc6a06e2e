//! Facts that a consumer gave up: listed, and sent again on demand.
//!
//! Must not know why a handler failed beyond the name it gave the failure.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait as _, QueryResult};
use uuid::Uuid;

use super::{FactLog, StoreError};

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
    /// When the fact was written; `None` when the log no longer holds it: then it cannot be sent again.
    pub written: Option<Timestamp>,
}

/// Where a list goes on: behind this position and consumer.
pub type DeadLetterPlace = (i64, String);

const LIST: &str = "SELECT f.consumer, f.position, f.subject_id, f.attempts, f.last_error, o.created_at \
     FROM delivery_failure f LEFT JOIN outbox o ON o.position = f.position \
     WHERE f.dead = $1 AND (f.position > $2 OR (f.position = $2 AND f.consumer > $3)) \
     ORDER BY f.position, f.consumer LIMIT $4";

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
        let values = [true.into(), position.into(), consumer.into(), i64::from(limit).into()];
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
