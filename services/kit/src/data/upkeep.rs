//! What runs beside the requests once the schema is there: the feed's start and hourly deletion.
//!
//! Must not know who reads the feed.

use std::time::Duration;

use jiff::SignedDuration;
use sea_orm::ConnectionTrait as _;

use super::{Database, Engine, StoreError, listen, relay};

/// How long facts are kept.
const FACTS: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How long answers to requests are kept; 24 hours are promised.
const ANSWERS: SignedDuration = SignedDuration::from_hours(48);
/// How often what is older is deleted.
const EACH: Duration = Duration::from_secs(3600);

/// Makes the log readable from its last fact on and starts what keeps it going; once for each
/// database, however often it is called.
pub(super) async fn start_feed(database: &Database) -> Result<(), StoreError> {
    if !database.tail().claim_start() {
        return Ok(());
    }
    let started = start(database).await;
    if started.is_err() {
        database.tail().give_up_start();
    }
    started
}

async fn start(database: &Database) -> Result<(), StoreError> {
    // Not the greatest position kept: everything may have been pruned.
    let last = match database.engine() {
        Engine::Sqlite => "SELECT seq FROM sqlite_sequence WHERE name = 'outbox'",
        Engine::Postgres => "SELECT next - 1 FROM relay WHERE id = 1",
    };
    let row = database.reader().query_one_raw(database.engine().statement(last, [])).await?;
    let last = row.map(|row| row.try_get_by_index::<i64>(0)).transpose()?;
    database.tail().start_at(last.unwrap_or(0));
    if database.engine() == Engine::Postgres {
        let relay = relay::Relay::open(database).await?;
        database.life().spawn("fact relay", relay.run());
        database.life().spawn("fact hints", listen::run(database.clone()));
    }
    database.life().spawn("database upkeep", delete_hourly(database.clone()));
    Ok(())
}

async fn delete_hourly(database: Database) {
    let soft = database.life().soft();
    while soft.run_until_cancelled(database.clock().sleep(EACH)).await.is_some() {
        let pruned = soft.run_until_cancelled(delete_old(&database)).await;
        if let Some(Err(error)) = pruned {
            tracing::warn!(service = database.options().service, %error, "old facts or answers were not deleted");
        }
    }
}

async fn delete_old(database: &Database) -> Result<(), StoreError> {
    let now = database.clock().now();
    if let Ok(oldest) = now.checked_sub(FACTS) {
        let facts = database.facts().prune(oldest).await?;
        tracing::debug!(service = database.options().service, facts, "old facts were deleted");
    }
    let Ok(oldest) = now.checked_sub(ANSWERS) else {
        return Ok(());
    };
    forget_answers(database, oldest.as_microsecond()).await
}

/// In steps, so that nobody waits long behind one.
async fn forget_answers(database: &Database, oldest: i64) -> Result<(), StoreError> {
    const STEP: u64 = 1000;
    let sql = "DELETE FROM idempotency WHERE (workspace_id, principal, method, request_id) IN (\
         SELECT workspace_id, principal, method, request_id FROM idempotency WHERE created_at < $1 LIMIT 1000)";
    loop {
        let deleted: Result<u64, StoreError> = database
            .write(move |unit| {
                Box::pin(async move { Ok(unit.execute(sql, [oldest.into()]).await?.rows_affected()) })
            })
            .await;
        if deleted? < STEP {
            return Ok(());
        }
    }
}
