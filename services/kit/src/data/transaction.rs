//! Transactions: the only place that begins one, and the way of a write on PostgreSQL, where it is run
//! again as a whole when the database asks for that.
//!
//! Begun only in tasks that are not dropped when a caller goes. Must not know what the job does.

use std::{sync::Arc, time::Duration};

use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions,
    TransactionTrait as _,
};

use crate::kp;

use super::{Database, StoreError, Unit, attempt, job::Job};

/// Attempts at one write, the first included.
const ATTEMPTS: u32 = 3;
/// Pause before the second attempt; twice that before the third.
const PAUSE: Duration = Duration::from_millis(5);

/// What came of one attempt.
enum Attempt {
    /// The job's own outcome stands.
    Done,
    /// The job wanted its changes kept, or could not even begin.
    Failed(StoreError),
    /// Lost a race that may be won next time.
    Again(StoreError),
}

/// Runs the job and answers it.
pub(super) async fn run(database: &Database, mut job: Box<dyn Job>) {
    let mut attempt = 0;
    let end = loop {
        attempt += 1;
        match run_once(database, job.as_mut()).await {
            Attempt::Again(_) if attempt < ATTEMPTS => pause(PAUSE * attempt).await,
            Attempt::Done => break Ok(()),
            Attempt::Failed(error) | Attempt::Again(error) => break Err(error),
        }
    };
    job.answer(end);
}

/// In real time: a race in the database passes in its own time, also where the suite's clock stands still.
#[expect(clippy::disallowed_methods, reason = "the other writer is outside of this suite and its clock")]
async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}

async fn run_once(database: &Database, job: &mut dyn Job) -> Attempt {
    let tx = match begin(database.reader()).await {
        Ok(tx) => tx,
        Err(error) => return Attempt::Failed(error.into()),
    };
    let unit = Unit::new(tx, database.engine(), Arc::clone(database.clock()));
    let keep = job.run(&unit).await;
    let ended = unit.end();
    if !keep {
        // Whether it worked or not: nothing was committed, and the pool looks at what it gets back.
        let _ = ended.tx.rollback().await;
        let again = ended.marks.another_attempt_asked();
        return if again { Attempt::Again(lost_race()) } else { Attempt::Done };
    }
    let service = database.options().service;
    kp!("write.before_commit", service);
    // Noted as the work was: the deferred constraints of a COMMIT may lose a race as well.
    let committed = attempt::noting(Arc::clone(&ended.marks), async {
        ended.tx.commit().await.map_err(StoreError::from)
    });
    match committed.await {
        Ok(()) => {
            kp!("write.after_commit", service);
            if ended.published {
                database.tail().wake_relay();
            }
            Attempt::Done
        }
        Err(error) if ended.marks.another_attempt_asked() => Attempt::Again(error),
        Err(error) => Attempt::Failed(error),
    }
}

fn lost_race() -> StoreError {
    StoreError::Unavailable("lost a race against other writers, repeatedly".to_owned())
}

/// Begins a transaction. On SQLite an immediate one: the write lock is waited for here, where busy time
/// helps, and not given up half-way.
pub(super) async fn begin(connection: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    #[expect(clippy::disallowed_methods, reason = "the home of transactions")]
    connection.begin_with_options(options).await
}

/// Begins a savepoint in a transaction.
pub(super) async fn savepoint(outer: &DatabaseTransaction) -> Result<DatabaseTransaction, DbErr> {
    #[expect(clippy::disallowed_methods, reason = "the home of transactions")]
    outer.begin().await
}
