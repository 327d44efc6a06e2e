//! Dead letters to ask for: facts that a consumer nobody runs gave up, written down as a consumer does it.
//!
//! Of a kind that nobody knows and of a workspace that is nobody's, so that nothing follows from them.

use baton_kit::{
    data::{Database, NewFact, StoreError},
    life::{clock::SharedClock, ids::WorkspaceId},
};
use sea_orm::{ConnectionTrait as _, Value};
use uuid::Uuid;

use crate::harness::browser::wait_until;

/// What the facts are about: nothing.
const SUBJECT: Uuid = Uuid::from_u128(2);
/// One a log.
const EVENT: Uuid = Uuid::from_u128(3);

const GIVEN_UP: &str = "INSERT INTO delivery_failure \
     (consumer, position, subject_id, attempts, next_at, last_error, dead) VALUES ($1, $2, $3, $4, $5, $6, $7)";

/// A fact of this service that these consumers gave up; its place in the log.
pub async fn give_up(database: &Database, clock: &SharedClock, consumers: &[&'static str]) -> i64 {
    let fact = unknown(clock);
    let published = database.write(move |unit| {
        let fact = fact.clone();
        Box::pin(async move { unit.publish(fact).await })
    });
    published.await.expect("a fact");
    wait_until(clock, "the fact has its place", async || position(database).await.is_some()).await;
    let position = position(database).await.expect("its place");
    for consumer in consumers {
        write_down(database, consumer, position).await.expect("a dead letter");
    }
    position
}

fn unknown(clock: &SharedClock) -> NewFact {
    NewFact {
        event_id: EVENT,
        kind: i32::MAX,
        workspace: WorkspaceId::from_uuid(Uuid::from_u128(1)),
        subject: SUBJECT,
        item: None,
        sequence: None,
        revision: 1,
        fence: 0,
        actor_kind: 0,
        actor: None,
        body: Vec::new(),
        at: clock.now(),
    }
}

/// On PostgreSQL a fact gets its place after it was written.
async fn position(database: &Database) -> Option<i64> {
    let sql = "SELECT position FROM outbox WHERE event_id = $1";
    let found = database.reader().query_one_raw(database.engine().statement(sql, [EVENT.into()]));
    let row = found.await.expect("the log").expect("the fact");
    row.try_get_by_index(0).expect("a place or none")
}

async fn write_down(database: &Database, consumer: &'static str, position: i64) -> Result<(), StoreError> {
    let written = database.write(move |unit| {
        let values: [Value; 7] = [
            consumer.into(),
            position.into(),
            SUBJECT.into(),
            1_i32.into(),
            0_i64.into(),
            "made up".into(),
            true.into(),
        ];
        Box::pin(async move { unit.execute(GIVEN_UP, values).await.map(drop) })
    });
    written.await
}
