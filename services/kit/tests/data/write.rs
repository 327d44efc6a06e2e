//! Units of work on both engines.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use baton_kit::data::StoreError;
use baton_kit_testing::database::{TestDatabase, on_both_engines};
use tokio::sync::{Barrier, Notify};

use crate::{support::*, tables::Tables};

#[tokio::test]
async fn what_is_written_is_kept_and_what_failed_is_not() {
    on_both_engines(Tables, |db| async move {
        post(&db, 1, 1).await.unwrap();
        let refused: Result<(), StoreError> = db
            .write(|unit| {
                Box::pin(async move {
                    parcel(unit, 2).await?;
                    unit.publish(fact(2, 1)).await?;
                    Err(StoreError::Broken("on purpose".into()))
                })
            })
            .await;
        assert_eq!(refused, Err(StoreError::Broken("on purpose".into())));
        assert_eq!(parcels(&db).await, 1);
        post(&db, 3, 1).await.unwrap();
        until("both facts are numbered", || async { db.facts().head() == 2 }).await;
        let ids: Vec<_> = everything(&db).await.iter().map(|fact| fact.event_id.as_u128()).collect();
        assert_eq!(ids, [1, 3]);
    })
    .await;
}

#[tokio::test]
async fn a_unique_violation_is_a_conflict_with_a_name() {
    on_both_engines(Tables, |db| async move {
        post(&db, 1, 1).await.unwrap();
        let conflict = post(&db, 1, 1).await.unwrap_err();
        assert!(matches!(conflict, StoreError::Conflict { constraint: Some(_) }), "{conflict:?}");
        assert!(conflict.is_conflict_on("parcel") && !conflict.is_conflict_on("par"), "{conflict:?}");
    })
    .await;
}

/// PostgreSQL answers the COMMIT of a failed transaction with a silent ROLLBACK.
#[tokio::test]
async fn a_swallowed_failure_is_never_called_a_success() {
    on_both_engines(Tables, |db| async move {
        post(&db, 1, 1).await.unwrap();
        let outcome: Result<(), StoreError> = db
            .write(|unit| {
                Box::pin(async move {
                    parcel(unit, 2).await?;
                    let _ = parcel(unit, 1).await;
                    Ok(())
                })
            })
            .await;
        assert!(matches!(outcome, Err(StoreError::Broken(_))), "{outcome:?}");
        assert_eq!(parcels(&db).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_panic_harms_nobody_else() {
    on_both_engines(Tables, |db| async move {
        let outcome: Result<(), StoreError> = db
            .write(|unit| {
                Box::pin(async move {
                    parcel(unit, 1).await?;
                    panic!("on purpose")
                })
            })
            .await;
        assert!(matches!(outcome, Err(StoreError::Broken(_))), "{outcome:?}");
        post(&db, 2, 1).await.unwrap();
        assert_eq!(parcels(&db).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_write_whose_caller_has_gone_is_done_all_the_same() {
    on_both_engines(Tables, |db| async move {
        let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (started, gate, database) = (begun.clone(), go_on.clone(), db.handle().clone());
        let caller = task(async move {
            database
                .write::<(), StoreError, _>(move |unit| {
                    let (started, gate) = (started.clone(), gate.clone());
                    Box::pin(async move {
                        started.notify_one();
                        gate.notified().await;
                        parcel(unit, 1).await
                    })
                })
                .await
        });
        within("the write begins", begun.notified()).await;
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
        go_on.notify_one();
        until("it lands", || async { parcels(&db).await == 1 }).await;
    })
    .await;
}

#[tokio::test]
async fn draining_waits_for_writes_and_lets_others_write_meanwhile() {
    on_both_engines(Tables, |db| async move {
        let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (started, gate, database) = (begun.clone(), go_on.clone(), db.handle().clone());
        let writing = task(async move {
            database
                .write::<(), StoreError, _>(move |unit| {
                    let (started, gate) = (started.clone(), gate.clone());
                    Box::pin(async move {
                        started.notify_one();
                        gate.notified().await;
                        parcel(unit, 1).await
                    })
                })
                .await
        });
        within("the write begins", begun.notified()).await;
        let life = db.life().clone();
        let draining = task(async move { life.drain(DEADLINE).await });
        within("draining begins", db.life().soft().cancelled()).await;
        assert!(!draining.is_finished());
        go_on.notify_one();
        writing.await.unwrap().unwrap();
        assert!(within("draining ends", draining).await.unwrap().is_clean());
        post(&db, 2, 1).await.expect("writes are served until the hard end");
        assert_eq!(parcels(&db).await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_closed_database_is_unavailable() {
    on_both_engines(Tables, |db| async move {
        post(&db, 1, 1).await.unwrap();
        within("it closes", db.handle().clone().close()).await;
        let late = within("an answer", post(&db, 2, 1)).await;
        assert!(matches!(late, Err(StoreError::Unavailable(_))), "{late:?}");
        let (again, _life) = db.another::<Tables>().await;
        assert_eq!(parcels(&again).await, 1);
    })
    .await;
}

/// Two transactions take two rows in opposite orders. One of them is chosen as victim and must be run
/// again as a whole.
#[tokio::test]
async fn the_victim_of_a_deadlock_is_run_again() {
    let Some(db) = TestDatabase::postgres().await else {
        return;
    };
    db.migrate::<Tables>().await;
    post(&db, 1, 1).await.unwrap();
    post(&db, 2, 1).await.unwrap();
    let (both_hold_one, attempts) = (Arc::new(Barrier::new(2)), Arc::new(AtomicU32::new(0)));
    let writers = [[1_i64, 2], [2, 1]].map(|order| {
        let (db, barrier, attempts) = (db.handle().clone(), both_hold_one.clone(), attempts.clone());
        task(async move {
            db.write::<(), StoreError, _>(move |unit| {
                let (barrier, attempts) = (barrier.clone(), attempts.clone());
                Box::pin(async move {
                    let add = "UPDATE parcel SET note = note || 'x' WHERE id = $1";
                    run(unit.tx(), add, vec![order[0].into()]).await?;
                    if attempts.fetch_add(1, Ordering::SeqCst) < 2 {
                        barrier.wait().await;
                    }
                    run(unit.tx(), add, vec![order[1].into()]).await.map(drop)
                })
            })
            .await
        })
    });
    for writer in writers {
        within("both writers end", writer).await.unwrap().unwrap();
    }
    assert!(attempts.load(Ordering::SeqCst) >= 3);
    assert_eq!(number(db.reader(), "SELECT COUNT(*) FROM parcel WHERE note = 'xx'").await, 2);
}

#[tokio::test]
async fn connections_have_short_limits_and_sqlite_readers_cannot_write() {
    on_both_engines(Tables, |db| async move {
        if db.engine() == baton_kit::data::Engine::Sqlite {
            let refused = run(db.reader(), "INSERT INTO parcel (id, note) VALUES (1, '')", vec![]).await;
            assert!(refused.is_err());
            return;
        }
        let limits = "SELECT COUNT(*) FROM pg_settings WHERE (name, setting) IN (('lock_timeout', '2000'), \
             ('statement_timeout', '5000'), ('idle_in_transaction_session_timeout', '10000'))";
        assert_eq!(number(db.reader(), limits).await, 3);
    })
    .await;
}

/// SQLite waits 5 s for another process's lock, PostgreSQL 2 s for another transaction's.
#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "holds a transaction open on purpose")]
async fn a_lock_that_is_not_given_is_unavailable() {
    use sea_orm::TransactionTrait as _;
    on_both_engines(Tables, |db| async move {
        post(&db, 1, 1).await.unwrap();
        let bare = bare(&db).await;
        let held = bare.begin().await.unwrap();
        let table = if db.engine() == baton_kit::data::Engine::Postgres { "test.parcel" } else { "parcel" };
        let touch = format!("UPDATE {table} SET note = 'held' WHERE id = 1");
        run(&held, &touch, vec![]).await.unwrap();
        let refused: Result<u64, StoreError> = within(
            "an answer",
            db.write(|unit| {
                Box::pin(async move {
                    run(unit.tx(), "UPDATE parcel SET note = 'mine' WHERE id = 1", vec![]).await
                })
            }),
        )
        .await;
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
        held.rollback().await.unwrap();
        post(&db, 2, 1).await.expect("it heals");
    })
    .await;
}
