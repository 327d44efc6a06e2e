//! Numbering on PostgreSQL.

use baton_kit::data::StoreError;
use baton_kit_testing::{
    clock::FakeClock,
    database::{TestDatabase, url_of},
};
use sea_orm::sqlx::postgres::PgListener;

use crate::{support::*, tables::Tables};

const INSERT: &str = "INSERT INTO test.outbox (event_id, kind, workspace_id, subject_id, revision, fence, actor_kind, \
     body, created_at) VALUES ($1, 1, $1, $1, 1, 1, 1, '', 0)";

fn id(n: u128) -> sea_orm::Value {
    uuid::Uuid::from_u128(n).into()
}

async fn event_ids(db: &TestDatabase) -> Vec<u128> {
    everything(db).await.iter().map(|fact| fact.event_id.as_u128()).collect()
}

/// T1 inserts first and is held; T2 inserts later and commits first; the relay runs in between. A
/// reader by insert order would have passed T1 by.
#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "holds a transaction open on purpose")]
async fn g_d5_a_fact_committed_late_is_numbered_after_those_committed_before_it() {
    use sea_orm::TransactionTrait as _;
    let Some(db) = TestDatabase::postgres().await else {
        return;
    };
    db.migrate::<Tables>().await;
    let bare = bare(&db).await;
    let held = bare.begin().await.unwrap();
    run(&held, INSERT, vec![id(1)]).await.unwrap();
    post(&db, 2, 1).await.unwrap();
    until("the relay numbers T2", || async { db.facts().head() == 1 }).await;
    let mut follower = db.facts().follow(0);
    assert_eq!(within("T2", follower.next()).await.unwrap()[0].event_id.as_u128(), 2);
    held.commit().await.unwrap();
    // Nobody was told of this commit: the sweep finds it.
    assert_eq!(within("T1", follower.next()).await.unwrap()[0].event_id.as_u128(), 1);
    let rolled_back = bare.begin().await.unwrap();
    run(&rolled_back, INSERT, vec![id(3)]).await.unwrap();
    rolled_back.rollback().await.unwrap();
    post(&db, 4, 1).await.unwrap();
    until("the relay numbers T4", || async { db.facts().head() == 3 }).await;
    assert_eq!(event_ids(&db).await, [2, 1, 4]);
}

/// Two processes, interleaved writers, one in five rolled back: every committed fact once, no other.
#[tokio::test]
async fn g_d5_every_committed_fact_is_published_and_no_rolled_back_one() {
    let Some(db) = TestDatabase::postgres().await else {
        return;
    };
    db.migrate::<Tables>().await;
    let (other, _life) = db.another::<Tables>().await;
    let writers: Vec<_> = (0..8_i64)
        .map(|writer| {
            let db = if writer % 2 == 0 { db.handle().clone() } else { other.clone() };
            task(async move {
                for n in 0..50 {
                    let id = writer * 50 + n;
                    let outcome: Result<(), StoreError> = db
                        .write(move |unit| {
                            Box::pin(async move {
                                unit.publish(fact(id as u128, writer as u128)).await?;
                                tokio::task::yield_now().await;
                                let refused = StoreError::Broken("on purpose".into());
                                if n % 5 == 0 { Err(refused) } else { Ok(()) }
                            })
                        })
                        .await;
                    assert_eq!(outcome.is_err(), n % 5 == 0);
                }
            })
        })
        .collect();
    for writer in writers {
        within("the writers end", writer).await.unwrap();
    }
    until("both processes know", || async { (db.facts().head(), other.facts().head()) == (320, 320) }).await;
    let mut ids = event_ids(&db).await;
    // One subject is written by one writer, so its facts keep their order.
    for writer in 0..8 {
        let own: Vec<_> = ids.iter().filter(|id| *id / 50 == writer).collect();
        assert!(own.is_sorted(), "{own:?}");
    }
    ids.sort_unstable();
    assert_eq!(ids, (0..400).filter(|id| id % 5 != 0).collect::<Vec<_>>());
}

/// A leader whose lease was taken over numbers nothing with its old token, however much it would like
/// to.
#[tokio::test]
async fn g_d5_a_paused_leader_numbers_nothing() {
    let Some(db) = TestDatabase::postgres().await else {
        return;
    };
    db.migrate::<Tables>().await;
    post(&db, 1, 1).await.unwrap();
    until("it leads", || async { db.facts().head() == 1 }).await;
    let bare = bare(&db).await;
    // Somebody else took over while this process was paused, and does nothing yet.
    let steal = "UPDATE test.relay SET token = token + 1, lease_until = 'infinity'";
    run(&bare, steal, vec![]).await.unwrap();
    let mut hints = PgListener::connect(&url_of(db.options())).await.unwrap();
    hints.listen("baton.test").await.unwrap();
    for id in 2..20 {
        post(&db, id, 1).await.unwrap();
    }
    // It was fenced off, stands by, and asks the new leader to do what it may not do itself.
    let standing_by = async {
        while hints.recv().await.unwrap().payload() != "wake" {
            let next = number(db.reader(), "SELECT MAX(id) + 1 FROM parcel").await;
            post(&db, next, 1).await.unwrap();
        }
    };
    within("it stands by", standing_by).await;
    let posted = parcels(&db).await;
    let unnumbered = "SELECT COUNT(*) FROM test.outbox WHERE position IS NULL";
    assert_eq!(number(&bare, unnumbered).await, posted - 1);
    assert_eq!((db.facts().head(), number(&bare, "SELECT next FROM test.relay").await), (1, 2));
    // The lease runs out: this process leads again and goes on where the numbers stand.
    run(&bare, "UPDATE test.relay SET lease_until = '-infinity'", vec![]).await.unwrap();
    until("it leads again", || async { db.facts().head() == posted }).await;
    let positions: Vec<_> = everything(&db).await.iter().map(|fact| fact.position).collect();
    assert_eq!(positions, (1..=posted).collect::<Vec<_>>());
}

#[tokio::test]
async fn another_process_takes_over_when_the_leader_drains() {
    let Some(db) = TestDatabase::postgres().await else {
        return;
    };
    db.migrate::<Tables>().await;
    post(&db, 1, 1).await.unwrap();
    until("it leads", || async { db.facts().head() == 1 }).await;
    let (other, _life) = db.another::<Tables>().await;
    assert!(db.life().drain(DEADLINE).await.is_clean());
    post(&other, 2, 1).await.unwrap();
    until("the other one leads", || async { other.facts().head() == 2 }).await;
}

#[tokio::test]
async fn a_process_that_stands_by_hears_of_new_facts_and_wakes_the_leader() {
    let Some(db) = TestDatabase::postgres().await else {
        return;
    };
    db.migrate::<Tables>().await;
    let (other, _life) = db.another::<Tables>().await;
    let mut follower = other.facts().follow(0);
    for id in 1..=20 {
        post(if id % 2 == 0 { &db } else { &other }, id, 1).await.unwrap();
        let seen = within("the fact", follower.next()).await.unwrap();
        assert_eq!(seen.iter().map(|fact| fact.position).collect::<Vec<_>>(), [id]);
    }
}

/// The clock stands still, so that no sweep ever comes: every hint must arrive by itself.
#[tokio::test]
async fn hints_alone_carry_a_fact_to_every_process() {
    let Some(db) = TestDatabase::postgres_with(FakeClock::new().shared()).await else {
        return;
    };
    db.migrate::<Tables>().await;
    post(&db, 1, 1).await.unwrap();
    until("it leads", || async { db.facts().head() == 1 }).await;
    let (other, _life) = db.another::<Tables>().await;
    let listeners = "SELECT COUNT(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' \
         AND datname = current_database()";
    until("both listen", || async { number(db.reader(), listeners).await == 2 }).await;
    for id in 2..=10 {
        post(if id % 2 == 0 { &db } else { &other }, id, 1).await.unwrap();
        until("both know", || async { (db.facts().head(), other.facts().head()) == (id, id) }).await;
    }
}
