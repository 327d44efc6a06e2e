//! Hints between the processes on one PostgreSQL: "numbered up to N", "there is something to number".
//!
//! Only hints: the relay's sweep finds what a lost one would have said. Must not know what the facts
//! say.

use std::time::Duration;

use sea_orm::{ConnectionTrait as _, DatabaseConnection, sqlx::postgres::PgListener};

use super::{Database, Engine, StoreError, connect};

/// Pause before a lost connection is tried again.
const PAUSE: Duration = Duration::from_secs(1);
/// What is sent to the leader; everything else is a position.
const WAKE: &str = "wake";

/// Tells every process that facts are numbered up to `head`. One statement of its own, after the
/// commit: a notifying commit takes a lock that all of them share.
pub(super) async fn announce(
    database: &Database,
    connection: &DatabaseConnection,
    head: i64,
) -> Result<(), StoreError> {
    notify(database, connection, head.to_string()).await
}

/// Tells the leader, wherever it is, that there is something to number.
pub(super) async fn wake_leader(
    database: &Database,
    connection: &DatabaseConnection,
) -> Result<(), StoreError> {
    notify(database, connection, WAKE.to_owned()).await
}

async fn notify(
    database: &Database,
    connection: &DatabaseConnection,
    hint: String,
) -> Result<(), StoreError> {
    let values = [channel(database).into(), hint.into()];
    connection.query_one_raw(Engine::Postgres.statement("SELECT pg_notify($1, $2)", values)).await?;
    Ok(())
}

/// Listens until the service drains.
pub(super) async fn run(database: Database) {
    let (soft, service) = (database.life().soft(), database.options().service);
    while let Some(outcome) = soft.run_until_cancelled(hear(&database)).await {
        if let Err(error) = outcome {
            tracing::info!(service, %error, "hints about new facts are not heard; the sweep stands in");
        }
        soft.run_until_cancelled(database.clock().sleep(PAUSE)).await;
    }
}

/// Hears hints until the connection is beyond repair.
async fn hear(database: &Database) -> Result<(), StoreError> {
    let own = connect::postgres_own(database.options()).await.map_err(StoreError::from)?;
    let mut listener = PgListener::connect_with(own.get_postgres_connection_pool()).await?;
    listener.listen(&channel(database)).await?;
    let tail = database.tail();
    loop {
        // Also for what was said before this listened.
        tail.catch_up(database.reader(), Engine::Postgres).await?;
        // Nothing heard means that the connection was lost and is there again.
        while let Some(hint) = listener.try_recv().await? {
            if hint.payload() == WAKE {
                tail.wake_relay();
            } else if hint.payload().parse().is_ok_and(|head: i64| head > tail.head()) {
                break;
            }
        }
    }
}

fn channel(database: &Database) -> String {
    format!("baton.{}", database.options().service)
}
