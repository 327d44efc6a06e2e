//! Turns as they lie in the table.

use std::time::Duration;

use baton_kit::life::ids::SystemIds;
use baton_kit_testing::database::TestDatabase;

use super::*;
use crate::{
    application::{in_memory::place, ports::EVERY_MESSAGE},
    store::Migrator,
};

async fn stores() -> Vec<(TestDatabase, SqlTurnStore)> {
    let all = [Some(TestDatabase::sqlite().await), TestDatabase::postgres().await];
    let mut stores = Vec::new();
    for database in all.into_iter().flatten() {
        database.migrate::<Migrator>().await;
        let (clock, ids) = (database.clock().clone(), SystemIds::new());
        let store = SqlTurnStore { database: database.handle().clone(), clock, ids };
        stores.push((database, store));
    }
    stores
}

fn duty(epoch: i64, visitor_sequence: i64) -> NewTurn {
    NewTurn { place: place(), epoch, visitor_sequence, wait: Duration::ZERO, traceparent: None }
}

/// What is claimed one after the other, each put away with its own messages only.
async fn the_rest(store: &SqlTurnStore) -> Vec<(i64, i64)> {
    let mut found = Vec::new();
    while let Some((turn, lease)) = claimed(store).await {
        found.push((turn.epoch, turn.visitor_sequence));
        let closing = Closing { ending: Ending::Nothing, dealt_with: 0 };
        store.close(&turn, lease, closing).await.unwrap();
    }
    found.sort_unstable();
    found
}

async fn claimed(store: &SqlTurnStore) -> Option<(Turn, Lease)> {
    let lease = Lease { token: store.ids.next(), from: store.clock.now(), length: Duration::from_secs(6) };
    store.claim(lease).await.unwrap().map(|turn| (turn, lease))
}

#[tokio::test]
async fn turns_are_entered_once_however_they_come() {
    for (_database, store) in stores().await {
        assert_eq!(store.enqueue(&[duty(1, 1), duty(1, 2), duty(1, 1)]).await.unwrap(), 2);
        assert_eq!(store.enqueue(&[duty(1, 2), duty(1, 3)]).await.unwrap(), 1);
        assert_eq!(the_rest(&store).await, [(1, 1), (1, 2), (1, 3)]);
    }
}

#[tokio::test]
async fn a_turn_in_an_epoch_of_people_ends_its_messages_and_nobody_elses() {
    for (_database, store) in stores().await {
        store.enqueue(&[duty(1, 1)]).await.unwrap();
        let (first, lease) = claimed(&store).await.unwrap();
        let reminder = Turn::reminder_of(2);
        store.enqueue(&[duty(1, 2), duty(1, 900), duty(1, reminder), duty(2, 901)]).await.unwrap();
        let closing = Closing { ending: Ending::Nothing, dealt_with: EVERY_MESSAGE };
        store.close(&first, lease, closing).await.unwrap();
        assert_eq!(the_rest(&store).await, [(1, reminder), (2, 901)]);
    }
}
