//! Sessions of browsers that nobody can renew any more do not stay.

use std::{sync::Arc, time::Duration};

use baton_conversation::{
    Migrator,
    application::{
        forget_sessions::ForgetSessions,
        ports::sessions::{NewSession, VisitorSessions as _},
    },
    domain::ids::{AssistantId, ContactId},
    store::{Manner, SqlStore},
};
use baton_kit::{
    door::refusal::reason_of,
    life::{
        clock::Clock as _,
        ids::{SystemIds, WorkspaceId},
        lifecycle::Lifecycle,
    },
};
use baton_kit_testing::{clock::FakeClock, database::TestDatabase};
use baton_proto::{common::v1::ErrorReason, internal::conversation::v1::open_session_request::Proof};
use sea_orm::EntityTrait as _;

use crate::house::House;

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

async fn kept(database: &TestDatabase) -> usize {
    let all = baton_conversation::store::entity::visitor_session::Entity::find();
    all.all(database.handle().reader()).await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn more_expired_sessions_than_one_batch_are_gone_after_the_hour_and_the_others_stay() {
    for database in [Some(TestDatabase::sqlite().await), TestDatabase::postgres().await].into_iter().flatten()
    {
        database.migrate::<Migrator>().await;
        let (clock, ids, life) = (FakeClock::new(), SystemIds::new(), Lifecycle::new());
        let patience = baton_conversation::domain::patience::Patience {
            response: HOUR,
            response_grace: HOUR,
            handoff: HOUR,
            fallback: HOUR,
        };
        let manner = Manner { encode_state: |_| Vec::new(), patience };
        let store = Arc::new(SqlStore::new(database.handle().clone(), ids.clone(), &life, manner));
        let open = || {
            let mut secret_hash = [0; 32];
            ids.fill(&mut secret_hash);
            let session = NewSession {
                workspace: WorkspaceId::from_uuid(ids.next()),
                contact: ContactId::from_uuid(ids.next()),
                assistant: AssistantId::from_uuid(ids.next()),
                secret_hash,
                at: clock.now(),
            };
            store.open(session)
        };
        futures::future::try_join_all((0..1003).map(|_| open())).await.unwrap();
        clock.advance(DAY);
        open().await.unwrap();
        clock.advance(DAY * 179 - HOUR);
        let forget = ForgetSessions { sessions: store.clone(), clock: clock.shared() };
        let stop = life.soft();
        let running = tokio::spawn(forget.run(stop.clone()));
        clock.until_asleep(1).await;
        assert_eq!(kept(&database).await, 1004, "nothing has expired yet");
        clock.advance(HOUR);
        clock.until_asleep(1).await;
        assert_eq!(kept(&database).await, 1);
        stop.cancel();
        running.await.unwrap();
    }
}

/// A clock that goes on by itself, so that what waits for it comes to its end.
fn ticking(clock: &FakeClock) -> tokio::task::JoinHandle<()> {
    let clock = clock.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_millis(1)).await;
            clock.advance(Duration::from_millis(5));
        }
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_holds_until_the_next_one_was_used_and_a_minute_for_other_tabs() {
    for own in [Some(TestDatabase::sqlite().await), TestDatabase::postgres().await].into_iter().flatten() {
        let clock = FakeClock::new();
        let ticks = ticking(&clock);
        let house = House::open(own, clock.shared()).await;
        let first = house.open_session(Proof::WidgetKey(house.widget_key.clone())).await.unwrap();
        let renew = |secret: &str| {
            let (house, secret) = (Arc::clone(&house), secret.to_owned());
            async move { house.open_session(Proof::RenewalSecret(secret)).await }
        };
        // The visitor leaves while the answer is under way: the browser keeps the secret it had, and comes back with it.
        renew(&first.renewal_secret).await.unwrap();
        clock.advance(DAY);
        let back = renew(&first.renewal_secret).await.unwrap();
        assert_eq!(back.contact_id, first.contact_id, "the same visitor");
        clock.advance(DAY);
        let later = renew(&back.renewal_secret).await.unwrap();
        assert_eq!(later.contact_id, first.contact_id);
        let tab = renew(&first.renewal_secret).await.unwrap();
        assert_eq!(tab.contact_id, first.contact_id, "another tab that has the former one still");
        clock.advance(Duration::from_secs(61));
        let gone = renew(&first.renewal_secret).await.unwrap_err();
        assert_eq!(reason_of(&gone), Some(ErrorReason::Unauthenticated), "the next one was used");
        for secret in [&back.renewal_secret, &later.renewal_secret, &tab.renewal_secret] {
            assert_eq!(renew(secret).await.unwrap().contact_id, first.contact_id);
        }
        ticks.abort();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s_44_a_secret_that_is_used_again_and_again_leaves_a_few_rows_and_the_latest_answers_hold() {
    for own in [Some(TestDatabase::sqlite().await), TestDatabase::postgres().await].into_iter().flatten() {
        let clock = FakeClock::new();
        let ticks = ticking(&clock);
        let house = House::open(own, clock.shared()).await;
        let first = house.open_session(Proof::WidgetKey(house.widget_key.clone())).await.unwrap();
        let before = house.sessions().await;
        let mut latest = first.clone();
        for _ in 0..30 {
            let again = Proof::RenewalSecret(first.renewal_secret.clone());
            latest = house.open_session(again).await.unwrap();
        }
        assert_eq!(house.sessions().await, before + 8);
        let last = house.open_session(Proof::RenewalSecret(latest.renewal_secret)).await.unwrap();
        assert_eq!(last.contact_id, first.contact_id);
        ticks.abort();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_itself_deletes_sessions_that_expired() {
    for own in [Some(TestDatabase::sqlite().await), TestDatabase::postgres().await].into_iter().flatten() {
        let clock = FakeClock::new();
        let ticks = ticking(&clock);
        let house = House::open(own, clock.shared()).await;
        let opened = house.open_session(Proof::WidgetKey(house.widget_key.clone())).await.unwrap();
        assert!(house.sessions().await > 0);
        clock.advance(DAY * 181);
        for _ in 0..10_000 {
            if house.sessions().await == 0 {
                break;
            }
            clock.advance(HOUR / 10);
            tokio::task::yield_now().await;
        }
        assert_eq!(house.sessions().await, 0);
        let refused = house.open_session(Proof::RenewalSecret(opened.renewal_secret)).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::Unauthenticated));
        ticks.abort();
    }
}
