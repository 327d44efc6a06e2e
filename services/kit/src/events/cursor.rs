//! How far a consumer has come, kept beside the log, and the lease that lets one process at a time move
//! it.
//!
//! Lease times are the database's; every write names the lease's token, so that a process that was
//! paused past its lease moves nothing. Must not know how facts are handled.

use std::time::Duration;

use sea_orm::ConnectionTrait as _;
use uuid::Uuid;

use super::failures::Change;
use crate::data::{Database, Engine, StoreError, Unit};

/// How long a lease holds without being renewed. On PostgreSQL others stand by; a SQLite file has one
/// process, which should not write when there is nothing to do.
pub(super) fn lease(engine: Engine) -> Duration {
    match engine {
        Engine::Sqlite => Duration::from_secs(60),
        Engine::Postgres => Duration::from_secs(6),
    }
}

/// Why a cursor was not written.
#[derive(Debug, thiserror::Error)]
pub(super) enum CursorError {
    #[error("another process consumes now")]
    LeaseLost,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A consumer's cursor while this process holds its lease.
#[derive(Debug, Clone)]
pub(super) struct Cursor {
    source: Database,
    name: &'static str,
    token: i64,
    /// The last position that is done with.
    pub position: i64,
    /// The log's generation to which the position belongs.
    pub generation: Uuid,
}

impl Cursor {
    /// Takes the lease, if nobody has it or it is to be seized. A consumer without a cursor begins
    /// before the first fact.
    pub async fn acquire(
        source: &Database,
        name: &'static str,
        seize: bool,
    ) -> Result<Option<Self>, StoreError> {
        if !seize && is_taken(source, name).await? {
            return Ok(None);
        }
        let taken = source.write(move |unit| Box::pin(take(unit, name, seize))).await?;
        let cursor = |(token, position, generation)| Self {
            source: source.clone(),
            name,
            token,
            position,
            generation,
        };
        Ok(taken.map(cursor))
    }

    /// Writes the cursor, and with it what became of a fact; renews the lease.
    pub async fn write(&self, change: Option<Change>) -> Result<(), CursorError> {
        self.update(lease_end(self.source.engine()), change).await
    }

    /// Writes the cursor and gives the lease back.
    pub async fn release(&self) -> Result<(), CursorError> {
        self.update("0".to_owned(), None).await
    }

    async fn update(&self, until: String, change: Option<Change>) -> Result<(), CursorError> {
        let sql = format!(
            "UPDATE consumer SET position = $1, generation = $2, lease_until = {until} \
             WHERE name = $3 AND lease_token = $4"
        );
        let Self { name, token, position, generation, .. } = *self;
        self.source
            .write(move |unit| {
                let (sql, change) = (sql.clone(), change.clone());
                Box::pin(async move {
                    let values = [position.into(), generation.into(), name.into(), token.into()];
                    if unit.execute(&sql, values).await?.rows_affected() == 0 {
                        return Err(CursorError::LeaseLost);
                    }
                    match change {
                        Some(change) => Ok(change.write(unit, name).await?),
                        None => Ok(()),
                    }
                })
            })
            .await
    }
}

/// Asked by reading, so that those who stand by do not write.
async fn is_taken(source: &Database, name: &str) -> Result<bool, StoreError> {
    let now = source.engine().now_sql();
    let sql = format!("SELECT 1 FROM consumer WHERE name = $1 AND lease_until >= {now}");
    let statement = source.engine().statement(&sql, [name.into()]);
    Ok(source.reader().query_one_raw(statement).await?.is_some())
}

async fn take(unit: &Unit, name: &'static str, seize: bool) -> Result<Option<(i64, i64, Uuid)>, StoreError> {
    let create = "INSERT INTO consumer (name, generation, position, lease_token, lease_until) \
         SELECT $1, generation, 0, 0, 0 FROM schema_info WHERE id = 1 ON CONFLICT (name) DO NOTHING";
    unit.execute(create, [name.into()]).await?;
    let (now, end) = (unit.engine().now_sql(), lease_end(unit.engine()));
    let take = format!(
        "UPDATE consumer SET lease_token = lease_token + 1, lease_until = {end} \
         WHERE name = $1 AND (lease_until < {now} OR $2) RETURNING lease_token, position, generation"
    );
    let Some(row) = unit.query_one(&take, [name.into(), seize.into()]).await? else {
        return Ok(None);
    };
    Ok(Some((row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?)))
}

fn lease_end(engine: Engine) -> String {
    format!("{} + {}", engine.now_sql(), lease(engine).as_micros())
}
