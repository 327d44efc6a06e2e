//! The one writer of a SQLite file.

use std::{sync::Arc, time::Duration};

use baton_kit::data::StoreError;
use baton_kit_testing::database::{TestDatabase, url_of};
use sea_orm::{ConnectOptions, ConnectionTrait as _, DatabaseConnection};
use tokio::{sync::Notify, task::JoinHandle};

use crate::{support::*, tables::Tables};

/// What a job of the batch does.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Good,
    Failing,
    Panicking,
    /// Breaks a constraint that is looked at by the COMMIT.
    Unkeepable,
    /// Ends the whole transaction, as SQLite does by itself when the disk is full or fails.
    GivenUp,
}

/// Queues jobs 1, 2, 3 … behind one that is held, so that they are waiting together, and lets go.
async fn batch(db: &TestDatabase, kinds: &[Kind]) -> Vec<Result<(), StoreError>> {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (started, gate, database) = (begun.clone(), go_on.clone(), db.handle().clone());
    let holding = task(async move {
        database
            .write::<(), StoreError, _>(move |_| {
                let (started, gate) = (started.clone(), gate.clone());
                Box::pin(async move {
                    started.notify_one();
                    gate.notified().await;
                    Ok(())
                })
            })
            .await
    });
    within("the writer is held", begun.notified()).await;
    let waiting: Vec<_> = kinds.iter().zip(1..).map(|(kind, id)| queue(db, *kind, id)).collect();
    until("all are queued", || async { db.life().running().len() >= kinds.len() + 1 + tasks_beside() }).await;
    go_on.notify_one();
    holding.await.unwrap().unwrap();
    let mut outcomes = Vec::new();
    for outcome in waiting {
        outcomes.push(within("an answer", outcome).await.unwrap());
    }
    outcomes
}

/// Upkeep runs beside the writes.
fn tasks_beside() -> usize {
    1
}

fn queue(db: &TestDatabase, kind: Kind, id: i64) -> JoinHandle<Result<(), StoreError>> {
    let db = db.handle().clone();
    task(async move {
        db.write(move |unit| {
            Box::pin(async move {
                parcel(unit, id).await?;
                unit.publish(fact(id as u128, 1)).await?;
                match kind {
                    Kind::Good => Ok(()),
                    Kind::Failing => Err(StoreError::Broken("on purpose".into())),
                    Kind::Panicking => panic!("on purpose"),
                    Kind::Unkeepable => {
                        let label = "INSERT INTO label (id, parcel) VALUES ($1, 0)";
                        run(unit.tx(), label, vec![id.into()]).await.map(drop)
                    }
                    Kind::GivenUp => {
                        unit.tx().execute_unprepared("ROLLBACK").await?;
                        Ok(())
                    }
                }
            })
        })
        .await
    })
}

#[tokio::test]
async fn a_failing_job_of_a_batch_rolls_back_only_itself() {
    let db = TestDatabase::sqlite().await;
    db.migrate::<Tables>().await;
    let kinds: Vec<_> =
        (0..60).map(|n| [Kind::Good, Kind::Failing, Kind::Good, Kind::Panicking][n % 4]).collect();
    let outcomes = batch(&db, &kinds).await;
    for (kind, outcome) in kinds.iter().zip(&outcomes) {
        assert_eq!(*kind == Kind::Good, outcome.is_ok(), "{outcome:?}");
    }
    assert_eq!(parcels(&db).await, 30);
    let positions: Vec<_> = everything(&db).await.iter().map(|fact| fact.position).collect();
    assert_eq!(positions, (1..=30).collect::<Vec<_>>(), "rolled-back savepoints leave no hole");
    assert_eq!(db.facts().head(), 30);
}

#[tokio::test]
async fn a_failed_commit_is_unavailable_to_all_and_the_writer_goes_on() {
    let db = TestDatabase::sqlite().await;
    db.migrate::<Tables>().await;
    for bad in [Kind::Unkeepable, Kind::GivenUp] {
        for outcome in batch(&db, &[Kind::Good, bad, Kind::Good]).await {
            assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
        }
        assert_eq!((parcels(&db).await, db.facts().head()), (0, 0));
    }
    post(&db, 1, 1).await.unwrap();
    assert_eq!((parcels(&db).await, db.facts().head()), (1, 1));
    assert_eq!(everything(&db).await.len(), 1);
}

#[tokio::test]
async fn a_job_that_cannot_be_kept_alone_is_unavailable_too() {
    let db = TestDatabase::sqlite().await;
    db.migrate::<Tables>().await;
    for bad in [Kind::Unkeepable, Kind::GivenUp] {
        let outcome = within("an answer", queue(&db, bad, 1)).await.unwrap();
        assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
    }
    post(&db, 2, 1).await.unwrap();
    assert_eq!(parcels(&db).await, 1);
}

#[tokio::test]
async fn positions_are_never_given_twice_not_even_after_everything_was_deleted() {
    let db = TestDatabase::sqlite().await;
    db.migrate::<Tables>().await;
    for id in 1..=3 {
        post(&db, id, 1).await.unwrap();
    }
    assert_eq!(db.facts().prune("2030-01-01T00:00:00Z".parse().unwrap()).await, Ok(3));
    db.handle().clone().close().await;
    let (again, _life) = db.another::<Tables>().await;
    assert_eq!((again.facts().head(), again.facts().earliest().await), (3, Ok(4)));
    post(&again, 4, 1).await.unwrap();
    assert_eq!(everything_after(&again, 3).await, [4]);
}

async fn everything_after(db: &baton_kit::data::Database, position: i64) -> Vec<i64> {
    let facts = db.facts().after(position, 10, &Default::default()).await.unwrap();
    facts.iter().map(|fact| fact.position).collect()
}

/// Otherwise work that reads before it writes may be refused half-way, where waiting does not help.
#[tokio::test]
async fn the_write_lock_is_taken_at_the_beginning_also_after_a_failed_commit() {
    let db = TestDatabase::sqlite().await;
    db.migrate::<Tables>().await;
    let mut options = ConnectOptions::new(url_of(db.options()));
    options.map_sqlx_sqlite_opts(|sqlite| sqlite.busy_timeout(Duration::ZERO));
    let stranger = sea_orm::Database::connect(options).await.unwrap();
    for id in 1..=2 {
        let stranger = stranger.clone();
        let locked: Result<bool, StoreError> = db
            .write(move |_| {
                let stranger = stranger.clone();
                Box::pin(async move {
                    let insert = "INSERT INTO parcel (id, note) VALUES ($1, '')";
                    Ok(attempt(&stranger, insert, id).await.is_err())
                })
            })
            .await;
        assert_eq!(locked, Ok(true), "round {id}");
        within("an answer", queue(&db, Kind::GivenUp, 3)).await.unwrap().unwrap_err();
    }
}

/// Outside of the unit, whose own failed statements would count.
async fn attempt(db: &DatabaseConnection, sql: &'static str, id: i64) -> Result<u64, StoreError> {
    let db = db.clone();
    task(async move { run(&db, sql, vec![id.into()]).await }).await.unwrap()
}
