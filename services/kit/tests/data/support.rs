//! What these tests share.

use std::{future::Future, time::Duration};

use baton_kit::{
    data::{Database, Fact, FactFilter, NewFact, StoreError, Unit},
    life::ids::WorkspaceId,
};
use baton_kit_testing::database::{TestDatabase, url_of};
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, Statement, Value};
use uuid::Uuid;

pub const DEADLINE: Duration = Duration::from_secs(20);

pub fn workspace() -> WorkspaceId {
    WorkspaceId::from_uuid(Uuid::from_u128(1))
}

/// A fact about subject `subject` whose id is `id`.
pub fn fact(id: u128, subject: u128) -> NewFact {
    NewFact {
        event_id: Uuid::from_u128(id),
        kind: 7,
        workspace: workspace(),
        subject: Uuid::from_u128(subject),
        item: None,
        sequence: Some(3),
        revision: 4,
        fence: 5,
        actor_kind: 1,
        actor: Some(Uuid::from_u128(9)),
        body: vec![1, 2],
        at: "2025-01-02T03:04:05.123456Z".parse().unwrap(),
    }
}

pub async fn run<C: ConnectionTrait>(db: &C, sql: &str, values: Vec<Value>) -> Result<u64, StoreError> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(db.execute_raw(statement).await?.rows_affected())
}

pub async fn number<C: ConnectionTrait>(db: &C, sql: &str) -> i64 {
    let statement = Statement::from_string(db.get_database_backend(), sql);
    db.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

pub async fn parcel(unit: &Unit, id: i64) -> Result<(), StoreError> {
    run(unit.tx(), "INSERT INTO parcel (id, note) VALUES ($1, '')", vec![id.into()]).await.map(drop)
}

pub async fn parcels(db: &Database) -> i64 {
    number(db.reader(), "SELECT COUNT(*) FROM parcel").await
}

/// Writes a parcel and its fact.
pub async fn post(db: &Database, id: i64, subject: u128) -> Result<(), StoreError> {
    db.write(move |unit| {
        Box::pin(async move {
            parcel(unit, id).await?;
            unit.publish(fact(id as u128, subject)).await
        })
    })
    .await
}

/// Everything in the log, from the table.
pub async fn everything(db: &Database) -> Vec<Fact> {
    let mut all: Vec<Fact> = Vec::new();
    loop {
        let after = all.last().map_or(0, |fact| fact.position);
        let page = db.facts().after(after, 500, &FactFilter::default()).await.unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page.iter().map(|fact| Fact::clone(fact)));
    }
}

#[expect(clippy::disallowed_methods, reason = "the deadline of a test is real time")]
pub async fn within<F: Future>(what: &str, future: F) -> F::Output {
    tokio::time::timeout(DEADLINE, future).await.unwrap_or_else(|_| panic!("not within {DEADLINE:?}: {what}"))
}

/// Asks again until the answer is yes.
#[expect(clippy::disallowed_methods, reason = "asks again in real time")]
pub async fn until<F, Fut>(what: &str, mut condition: F)
where
    F: FnMut() -> Fut,
    Fut: Future<Output = bool>,
{
    let asking = async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    within(what, asking).await;
}

#[expect(clippy::disallowed_methods, reason = "a test's own task, awaited by the test")]
pub fn task<F>(future: F) -> tokio::task::JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tokio::spawn(future)
}

/// A second connection pool, without the limits and tasks of kit.
pub async fn bare(db: &TestDatabase) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url_of(db.options()));
    options.max_connections(4).sqlx_logging(false);
    sea_orm::Database::connect(options).await.unwrap()
}
