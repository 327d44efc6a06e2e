//! Requests that are sent twice.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use baton_kit::data::{Database, Recalled, RequestKey, StoreError};
use baton_kit_testing::database::{TestDatabase, on_both_engines};
use tokio::sync::Barrier;

use crate::{support::*, tables::Tables};

fn key(request_id: &str) -> RequestKey {
    RequestKey {
        workspace: workspace(),
        principal: "somebody".into(),
        method: "Send",
        request_id: request_id.into(),
    }
}

async fn recall(db: &Database, key: RequestKey, fingerprint: &'static [u8]) -> Recalled {
    let recalled: Result<_, StoreError> = db
        .write(move |unit| {
            let key = key.clone();
            Box::pin(async move { unit.recall(&key, fingerprint).await })
        })
        .await;
    recalled.unwrap()
}

#[tokio::test]
async fn a_request_is_recalled_as_new_the_same_or_another() {
    on_both_engines(Tables, |db| async move {
        assert_eq!(recall(&db, key("a"), b"print").await, Recalled::New);
        let remembered: Result<(), StoreError> = db
            .write(|unit| Box::pin(async move { unit.remember(&key("a"), b"print", b"answer").await }))
            .await;
        remembered.unwrap();
        assert_eq!(recall(&db, key("a"), b"print").await, Recalled::Same(b"answer".to_vec()));
        assert_eq!(recall(&db, key("a"), b"other").await, Recalled::Other);
        assert_eq!(recall(&db, key("b"), b"print").await, Recalled::New);
        let another = RequestKey { principal: "somebody else".into(), ..key("a") };
        assert_eq!(recall(&db, another, b"print").await, Recalled::New);
    })
    .await;
}

#[tokio::test]
async fn what_was_remembered_with_a_failed_unit_is_new() {
    on_both_engines(Tables, |db| async move {
        let failed: Result<(), StoreError> = db
            .write(|unit| {
                Box::pin(async move {
                    unit.remember(&key("a"), b"print", b"answer").await?;
                    Err(StoreError::Broken("on purpose".into()))
                })
            })
            .await;
        assert!(failed.is_err());
        assert_eq!(recall(&db, key("a"), b"print").await, Recalled::New);
    })
    .await;
}

/// Both find nothing, both do the work; the later to commit must find the other's answer.
#[tokio::test]
async fn the_same_request_at_the_same_moment_is_done_once() {
    let Some(db) = TestDatabase::postgres().await else {
        return;
    };
    db.migrate::<Tables>().await;
    let (both_found_nothing, works) = (Arc::new(Barrier::new(2)), Arc::new(AtomicU32::new(0)));
    let callers = [1_i64, 2].map(|id| {
        let (db, barrier, works) = (db.handle().clone(), both_found_nothing.clone(), works.clone());
        task(async move {
            db.write::<Vec<u8>, StoreError, _>(move |unit| {
                let (barrier, works) = (barrier.clone(), works.clone());
                Box::pin(async move {
                    if let Recalled::Same(answer) = unit.recall(&key("a"), b"print").await? {
                        return Ok(answer);
                    }
                    if works.fetch_add(1, Ordering::SeqCst) < 2 {
                        barrier.wait().await;
                    }
                    parcel(unit, id).await?;
                    let answer = id.to_string().into_bytes();
                    unit.remember(&key("a"), b"print", &answer).await?;
                    Ok(answer)
                })
            })
            .await
        })
    });
    let [first, second] = callers;
    let first = within("an answer", first).await.unwrap().unwrap();
    let second = within("an answer", second).await.unwrap().unwrap();
    assert_eq!(first, second);
    assert_eq!(parcels(&db).await, 1);
}
