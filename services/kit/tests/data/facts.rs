//! The log of facts and those who follow it.

use baton_kit::{
    data::{Database, FactFilter, NewFact, StoreError},
    life::ids::WorkspaceId,
};
use baton_kit_testing::database::on_both_engines;
use uuid::Uuid;

use crate::{support::*, tables::Tables};

async fn publish(db: &Database, facts: Vec<NewFact>) {
    let published: Result<(), StoreError> = db
        .write(move |unit| {
            let facts = facts.clone();
            Box::pin(async move {
                for fact in facts {
                    unit.publish(fact).await?;
                }
                Ok(())
            })
        })
        .await;
    published.unwrap();
}

#[tokio::test]
async fn a_fact_is_read_as_it_was_published() {
    on_both_engines(Tables, |db| async move {
        publish(&db, vec![fact(11, 1)]).await;
        until("it is numbered", || async { db.facts().head() == 1 }).await;
        let (again, _life) = db.another::<Tables>().await;
        // One from the ring, one from the table.
        for log in [db.facts(), again.facts()] {
            let found = log.after(0, 10, &FactFilter::default()).await.unwrap();
            let [found] = found.as_slice() else { panic!("{found:?}") };
            let new = fact(11, 1);
            assert_eq!((found.position, found.event_id, found.kind), (1, new.event_id, new.kind));
            assert_eq!((found.workspace, found.subject, found.item), (new.workspace, new.subject, new.item));
            assert_eq!(
                (found.sequence, found.revision, found.fence),
                (new.sequence, new.revision, new.fence)
            );
            assert_eq!((found.actor_kind, found.actor), (new.actor_kind, new.actor));
            assert_eq!((&found.body, found.at, &found.traceparent), (&new.body, new.at, &None));
        }
    })
    .await;
}

#[tokio::test]
async fn filters_agree_whether_the_ring_answers_or_the_table() {
    on_both_engines(Tables, |db| async move {
        let elsewhere = WorkspaceId::from_uuid(Uuid::from_u128(2));
        let odd = |n: u128| n % 2 == 1;
        let facts = (1..=12).map(|n| NewFact {
            workspace: if odd(n) { workspace() } else { elsewhere },
            kind: n as i32 % 3,
            ..fact(n, n % 4)
        });
        publish(&db, facts.collect()).await;
        until("they are numbered", || async { db.facts().head() == 12 }).await;
        let (again, _life) = db.another::<Tables>().await;
        let filters = [
            FactFilter::default(),
            FactFilter { workspace: Some(elsewhere), ..Default::default() },
            FactFilter { subject: Some(Uuid::from_u128(3)), ..Default::default() },
            FactFilter { workspace: Some(workspace()), kinds: vec![0, 2], ..Default::default() },
        ];
        for (filter, count) in filters.iter().zip([12, 6, 3, 4]) {
            let ring = db.facts().after(0, 100, filter).await.unwrap();
            let table = again.facts().after(0, 100, filter).await.unwrap();
            assert_eq!((ring.len(), &ring), (count, &table), "{filter:?}");
            assert_eq!(db.facts().after(3, 2, filter).await, again.facts().after(3, 2, filter).await);
        }
    })
    .await;
}

#[tokio::test]
async fn a_follower_sees_each_position_exactly_once_over_concurrent_writers() {
    const WRITERS: i64 = 8;
    const EACH: i64 = 60;
    on_both_engines(Tables, |db| async move {
        let total = WRITERS * EACH;
        // One follows all the time, one begins in the middle, one is another process.
        let (other, _life) = db.another::<Tables>().await;
        let followers = [(db.facts(), 0), (db.facts(), total / 2), (other.facts(), 0)].map(|(log, from)| {
            task(async move {
                let (mut follower, mut seen) = (log.follow(from), Vec::new());
                // On SQLite another process learns of nothing: there is none.
                while seen.last() != Some(&total) {
                    seen.extend(follower.next().await.unwrap().iter().map(|fact| fact.position));
                }
                (from, seen)
            })
        });
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let db = db.handle().clone();
                task(async move {
                    for n in 0..EACH {
                        let id = writer * EACH + n;
                        post(&db, id, writer as u128).await.unwrap();
                        // One in five is rolled back, and must leave no trace.
                        if n % 5 == 0 {
                            post(&db, id, 99).await.unwrap_err();
                        }
                    }
                })
            })
            .collect();
        for writer in writers {
            within("the writers end", writer).await.unwrap();
        }
        let only_here = db.engine() == baton_kit::data::Engine::Sqlite;
        for (n, follower) in followers.into_iter().enumerate() {
            if only_here && n == 2 {
                follower.abort();
                continue;
            }
            let (from, seen) = within("every follower sees the last one", follower).await.unwrap();
            assert_eq!(seen, (from + 1..=total).collect::<Vec<_>>());
        }
        let mut ids: Vec<_> = everything(&db).await.iter().map(|fact| fact.event_id.as_u128()).collect();
        ids.sort_unstable();
        assert_eq!(ids, (0..total as u128).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn a_follower_far_behind_the_ring_misses_nothing() {
    on_both_engines(Tables, |db| async move {
        for n in 0..10 {
            publish(&db, (n * 500..(n + 1) * 500).map(|id| fact(id, 1)).collect()).await;
        }
        until("all are numbered", || async { db.facts().head() == 5000 }).await;
        let (mut follower, mut seen) = (db.facts().follow(0), Vec::new());
        while seen.len() < 5000 {
            let facts = within("more facts", follower.next()).await.unwrap();
            seen.extend(facts.iter().map(|fact| fact.position));
        }
        assert_eq!(seen, (1..=5000).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn time_finds_a_place_and_pruning_never_skips_silently() {
    on_both_engines(Tables, |db| async move {
        let at = |second: i64| jiff::Timestamp::from_second(second).unwrap();
        let facts = (1..=9).map(|n| NewFact { at: at(n * 10), ..fact(n as u128, 1) });
        publish(&db, facts.collect()).await;
        until("they are numbered", || async { db.facts().head() == 9 }).await;
        let (db, _life) = db.another::<Tables>().await;
        let log = db.facts();
        for (second, position) in [(0, 0), (10, 0), (11, 1), (50, 4), (90, 8), (91, 9), (1000, 9)] {
            assert_eq!(log.position_at(at(second)).await, Ok(position), "at {second}");
        }
        assert_eq!(log.earliest().await, Ok(1));
        assert_eq!(log.prune(at(50)).await, Ok(4));
        assert_eq!((log.earliest().await, log.head()), (Ok(5), 9));
        assert_eq!(log.position_at(at(70)).await, Ok(6));
        assert!(matches!(log.follow(2).next().await, Err(StoreError::Broken(_))));
        assert_eq!(log.follow(4).next().await.unwrap().len(), 5);
        assert_eq!(log.prune(at(1000)).await, Ok(5));
        assert_eq!((log.earliest().await, log.position_at(at(70)).await), (Ok(10), Ok(9)));
    })
    .await;
}

#[tokio::test]
async fn a_generation_stays_until_it_is_renewed() {
    on_both_engines(Tables, |db| async move {
        let log = db.facts();
        let first = log.generation().await.unwrap();
        assert!(!first.is_nil());
        assert_eq!(db.another::<Tables>().await.0.facts().generation().await, Ok(first));
        let next = Uuid::from_u128(77);
        log.begin_generation(next).await.unwrap();
        assert_eq!(log.generation().await, Ok(next));
    })
    .await;
}
