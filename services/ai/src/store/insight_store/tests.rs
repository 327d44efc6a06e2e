//! Jobs as they lie in the table, also those that cannot be read.

use std::time::Duration;

use baton_kit::life::ids::SystemIds;
use baton_kit_testing::{database::TestDatabase, logs::LogWatch};

use super::*;
use crate::{application::in_memory::place, domain::ids::HandoffId, store::Migrator};

async fn stores() -> Vec<(TestDatabase, SqlInsightStore)> {
    let all = [Some(TestDatabase::sqlite().await), TestDatabase::postgres().await];
    let mut stores = Vec::new();
    for database in all.into_iter().flatten() {
        database.migrate::<Migrator>().await;
        let (clock, ids) = (database.clock().clone(), SystemIds::new());
        let store = SqlInsightStore { database: database.handle().clone(), clock, ids };
        stores.push((database, store));
    }
    stores
}

fn about(handoff: u128) -> NewInsight {
    let handoff = HandoffId::from_uuid(Uuid::from_u128(handoff));
    NewInsight { place: place(), handoff, traceparent: None }
}

/// Puts something into the first job's row that this release never writes.
async fn spoil(store: &SqlInsightStore, column: Column, value: Expr) {
    let first = Uuid::from_u128(1);
    let spoilt: Result<(), StoreError> = store
        .database
        .write(move |unit| {
            let spoil = Entity::update_many().col_expr(column, value.clone());
            let spoil = spoil.filter(Column::HandoffId.eq(first));
            async move { Ok(spoil.exec(unit.tx()).await.map(drop)?) }.boxed()
        })
        .await;
    spoilt.unwrap();
}

async fn claimed(store: &SqlInsightStore) -> Result<Option<InsightJob>, StoreError> {
    let lease = Lease { token: store.ids.next(), from: store.clock.now(), length: Duration::from_secs(45) };
    store.claim(lease).await
}

#[tokio::test]
async fn g_h2_what_was_made_and_cannot_be_read_is_made_again_and_never_shown() {
    for (_database, store) in stores().await {
        for handoff in [1, 2] {
            store.enqueue(&[about(handoff)]).await.unwrap();
        }
        let unreadable = "{\"brief\":\"Anna is angry\"}".to_owned();
        spoil(&store, Column::Made, Expr::value(Some(unreadable))).await;
        let log = LogWatch::new();
        let mut jobs = {
            let _watched = log.watch_thread();
            [claimed(&store).await.unwrap().unwrap(), claimed(&store).await.unwrap().unwrap()]
        };
        jobs.sort_by_key(|job| job.handoff.uuid());
        assert_eq!((jobs[0].handoff, &jobs[0].made, jobs[0].attempts), (about(1).handoff, &None, 1));
        assert_eq!(jobs[1].handoff, about(2).handoff);
        let said: Vec<String> = log.lines().iter().map(|line| format!("{line:?}")).collect();
        let told = said.iter().filter(|line| line.contains("cannot be read")).count();
        assert!(told == 1 && !said.concat().contains("Anna"), "{said:?}");
    }
}

#[tokio::test]
async fn a_row_that_cannot_be_read_at_all_keeps_nobody_from_the_others() {
    for (_database, store) in stores().await {
        for handoff in [1, 2] {
            store.enqueue(&[about(handoff)]).await.unwrap();
        }
        spoil(&store, Column::Attempts, Expr::value(-7)).await;
        let (one, two) = (claimed(&store).await, claimed(&store).await);
        let read = [one, two].into_iter().filter_map(Result::ok).flatten();
        assert_eq!(read.map(|job| job.handoff).collect::<Vec<_>>(), [about(2).handoff]);
    }
}
