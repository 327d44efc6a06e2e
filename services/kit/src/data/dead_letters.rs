//! Facts that a consumer gave up: listed, and sent again on demand.
//!
//! Must not know why a handler failed beyond the name it gave the failure.

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
}

impl FactLog {
    /// The oldest 1000 facts that consumers of this log gave up.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub async fn dead_letters(&self) -> Result<Vec<DeadLetter>, StoreError> {
        let sql = "SELECT consumer, position, subject_id, attempts, last_error FROM delivery_failure \
             WHERE dead = $1 ORDER BY position, consumer LIMIT 1000";
        let statement = self.database().engine().statement(sql, [true.into()]);
        let rows = self.database().reader().query_all_raw(statement).await?;
        rows.iter().map(read).collect()
    }

    /// Gives a consumer its dead letter again, with all its attempts; whether there was one.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be written.
    pub async fn redrive(&self, consumer: &str, position: i64) -> Result<bool, StoreError> {
        let consumer = consumer.to_owned();
        let sql = "UPDATE delivery_failure SET dead = $3, attempts = 0, next_at = 0 \
             WHERE consumer = $1 AND position = $2 AND dead = $4";
        self.database()
            .write(move |unit| {
                let values = [consumer.clone().into(), position.into(), false.into(), true.into()];
                Box::pin(async move { Ok(unit.execute(sql, values).await?.rows_affected() > 0) })
            })
            .await
    }
}

fn read(row: &QueryResult) -> Result<DeadLetter, StoreError> {
    Ok(DeadLetter {
        consumer: row.try_get_by_index(0)?,
        position: row.try_get_by_index(1)?,
        subject: row.try_get_by_index(2)?,
        attempts: row.try_get_by_index(3)?,
        last_error: row.try_get_by_index(4)?,
    })
}
