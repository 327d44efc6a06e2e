//! Callers that go away in the middle of a write.

use std::time::Duration;

use baton_kit::data::DatabaseOptions;
use baton_kit_testing::{
    database::{TestDatabase, url_of},
    proxy::FaultProxy,
};
use sea_orm::{ConnectionTrait as _, sqlx::postgres::PgConnectOptions};

use crate::{support::*, tables::Tables};

const STEP: Duration = Duration::from_micros(500);
const STEPS: u32 = 80;

/// sqlx 0.9.0 leaves a connection in a transaction nobody knows of when `begin` is cancelled; what the
/// next caller writes over it is acknowledged and never committed.
#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "cancels in the middle, in real time")]
async fn g_d9_cancelled_writes_poison_nothing() {
    let Some(db) = TestDatabase::postgres().await else {
        return;
    };
    db.migrate::<Tables>().await;
    let direct: PgConnectOptions = url_of(db.options()).parse().unwrap();
    let server = format!("127.0.0.1:{}", direct.get_port());
    let proxy = FaultProxy::start(server.parse().unwrap()).await.unwrap();
    proxy.delay(Duration::from_millis(5), Duration::from_millis(5));
    let url = url_of(db.options()).replace(&server, &proxy.address().to_string());
    let options = DatabaseOptions { url: url.into(), pool_size: 1, ..db.options().clone() };
    let (slow, life) = db.another_at::<Tables>(&options).await;
    post(&db, -1, 1).await.unwrap();
    let (mut lost, mut cancelled) = (Vec::new(), 0);
    for step in 0..STEPS {
        let doomed = i64::from(step) * 2;
        cancelled += i32::from(tokio::time::timeout(STEP * step, post(&slow, doomed, 1)).await.is_err());
        // Over the same connection: a statement that commits by itself, as it would on a clean one, and
        // an ordinary write.
        let canary = format!("INSERT INTO label (id, parcel) SELECT {step}, -1");
        within("a bare statement is served", slow.reader().execute_unprepared(&canary)).await.unwrap();
        let label = format!("SELECT COUNT(*) FROM label WHERE id = {step}");
        if number(db.reader(), &label).await == 0 {
            lost.push(label);
        }
        within("another caller is served", post(&slow, doomed + 1, 1)).await.unwrap();
        let parcel = format!("SELECT COUNT(*) FROM parcel WHERE id = {}", doomed + 1);
        if number(db.reader(), &parcel).await == 0 {
            lost.push(parcel);
        }
        let stuck = "SELECT COUNT(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' \
             AND datname = current_database() AND clock_timestamp() - xact_start > interval '1 second'";
        assert_eq!(number(db.reader(), stuck).await, 0, "a transaction was left open at step {step}");
    }
    assert!(cancelled > 20, "only {cancelled} writes were cancelled: nothing was tried");
    assert_eq!(lost, Vec::<String>::new(), "acknowledged and not there");
    assert!(life.drain(DEADLINE).await.is_clean());
    let facts = number(db.reader(), "SELECT COUNT(*) FROM outbox").await;
    assert_eq!(facts, parcels(&db).await, "a cancelled write is there whole or not at all");
}

/// What a lost connection takes with it is unknown to the caller, and the next write is served.
#[tokio::test]
async fn a_cut_line_is_unavailable_and_heals() {
    let Some(db) = TestDatabase::postgres().await else {
        return;
    };
    db.migrate::<Tables>().await;
    let direct: PgConnectOptions = url_of(db.options()).parse().unwrap();
    let server = format!("127.0.0.1:{}", direct.get_port());
    let proxy = FaultProxy::start(server.parse().unwrap()).await.unwrap();
    let url = url_of(db.options()).replace(&server, &proxy.address().to_string());
    let options = DatabaseOptions { url: url.into(), ..db.options().clone() };
    let (far, life) = db.another_at::<Tables>(&options).await;
    let mut acknowledged = Vec::new();
    for id in 0..60 {
        if id % 10 == 5 {
            proxy.cut();
        }
        match within("an answer", post(&far, id, 1)).await {
            Ok(()) => acknowledged.push(id),
            Err(error) => assert!(matches!(error, baton_kit::data::StoreError::Unavailable(_)), "{error:?}"),
        }
    }
    assert!(acknowledged.len() >= 40, "{acknowledged:?}");
    for id in acknowledged {
        assert_eq!(number(db.reader(), &format!("SELECT COUNT(*) FROM parcel WHERE id = {id}")).await, 1);
    }
    until("the far process knows all", || async { far.facts().head() == parcels(&db).await }).await;
    life.soft().cancel();
}
