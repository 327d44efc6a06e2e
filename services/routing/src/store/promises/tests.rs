//! What is owed, on both engines: one teller at a time, told until it is certain, and last by what was made last.

use baton_kit::life::ids::WorkspaceId;
use baton_kit_testing::{database::on_both_engines, seeds::SeededIds};
use uuid::Uuid;

use super::*;
use crate::{
    application::ports::{Desk as _, Hours as _},
    domain::{
        hours::OfficeHours,
        queue::{EntryState, Priority},
    },
    store::{Migrator, SqlDesk, SqlHours},
};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn lease(owner: u128, now: i64) -> Lease {
    Lease { owner: Uuid::from_u128(owner), now: at(now), until: at(now + 5) }
}

fn workspace() -> WorkspaceId {
    WorkspaceId::from_uuid(Uuid::from_u128(1))
}

/// A conversation whose open handoff is this one; `None` for none.
fn seen(revision: i64, handoff: Option<u128>) -> Seen {
    let conversation = ConversationId::from_uuid(Uuid::from_u128(2));
    let entry = handoff.map(|handoff| Entry {
        conversation,
        handoff: HandoffId::from_uuid(Uuid::from_u128(handoff)),
        assignment_version: revision,
        priority: Priority::Medium,
        waiting_since: at(0),
        team: None,
        state: EntryState::Requested,
        assignee: None,
        seen_at: at(0),
        traceparent: None,
    });
    Seen { workspace: workspace(), conversation, revision, holder: None, entry, asked_at: at(revision) }
}

struct Book {
    desk: SqlDesk,
    hours: SqlHours,
    promises: SqlPromises,
}

impl Book {
    fn new(database: Database) -> Self {
        Self {
            desk: SqlDesk::new(database.clone(), SeededIds::new(1)),
            hours: SqlHours::new(database.clone()),
            promises: SqlPromises::new(database),
        }
    }

    async fn owed(&self, now: i64) -> Vec<Owed> {
        self.promises.owed(at(now), 10).await.unwrap()
    }

    async fn works_in(&self, zone: &str) {
        let (zone, language) = (zone.to_owned(), String::new());
        let hours = OfficeHours {
            zone,
            week: Default::default(),
            exceptions: Default::default(),
            reply: None,
            language,
        };
        let etag = self.hours.get(workspace()).await.unwrap().etag();
        self.hours.set(workspace(), &etag, hours).await.unwrap();
    }
}

#[tokio::test]
async fn one_tells_at_a_time_until_it_is_certain() {
    on_both_engines(Migrator, |database| async move {
        let book = Book::new(database.handle().clone());
        book.desk.apply(seen(1, Some(3))).await.unwrap();
        let owed = book.owed(10).await.remove(0);
        assert_eq!((owed.handoff.uuid(), owed.asked_at, owed.tries), (Uuid::from_u128(3), at(1), 0));
        assert!(book.promises.claim(&owed, lease(1, 10)).await.unwrap());
        assert!(!book.promises.claim(&owed, lease(2, 14)).await.unwrap(), "while the other has it");
        assert_eq!(book.owed(14).await, []);
        assert!(book.promises.claim(&owed, lease(2, 15)).await.unwrap(), "the other fell silent");
        book.promises.settle(&owed, Told::Unknown(at(20))).await.unwrap();
        assert_eq!(book.owed(19).await, []);
        let again = book.owed(20).await.remove(0);
        assert_eq!(again.tries, 1);
        assert!(book.promises.claim(&again, lease(1, 20)).await.unwrap());
        book.promises.settle(&again, Told::Definite).await.unwrap();
        assert_eq!(book.owed(1000).await, []);
        // Later facts of the same handoff owe nothing more.
        book.desk.apply(seen(2, Some(3))).await.unwrap();
        assert_eq!(book.owed(1000).await, []);
    })
    .await;
}

#[tokio::test]
async fn what_was_made_last_is_told_last() {
    on_both_engines(Migrator, |database| async move {
        let book = Book::new(database.handle().clone());
        book.desk.apply(seen(1, Some(3))).await.unwrap();
        let older = book.owed(10).await.remove(0);
        assert!(book.promises.claim(&older, lease(1, 10)).await.unwrap());
        book.works_in("UTC").await;
        assert!(!book.promises.claim(&older, lease(1, 11)).await.unwrap(), "it is not owed so any more");
        let newer = book.owed(15).await.remove(0);
        assert!(book.promises.claim(&newer, lease(2, 15)).await.unwrap());
        book.promises.settle(&newer, Told::Definite).await.unwrap();
        assert_eq!(book.owed(16).await, []);
        // The older call comes back: it may have been the last to arrive.
        book.promises.settle(&older, Told::Definite).await.unwrap();
        let again = book.owed(16).await.remove(0);
        book.promises.settle(&again, Told::Definite).await.unwrap();
        assert_eq!(book.owed(1000).await, []);
        book.works_in("UTC").await;
        assert_eq!(book.owed(1000).await, [], "the same hours once more");
    })
    .await;
}

#[tokio::test]
async fn a_promise_ends_with_its_handoff_and_the_next_has_its_own() {
    on_both_engines(Migrator, |database| async move {
        let book = Book::new(database.handle().clone());
        book.desk.apply(seen(1, Some(3))).await.unwrap();
        let first = book.owed(10).await.remove(0);
        book.desk.apply(seen(2, None)).await.unwrap();
        assert_eq!(book.owed(10).await, []);
        assert!(!book.promises.claim(&first, lease(1, 10)).await.unwrap());
        book.desk.apply(seen(3, Some(4))).await.unwrap();
        // What comes back about the first says nothing about the second.
        book.promises.settle(&first, Told::Definite).await.unwrap();
        let second = book.owed(10).await.remove(0);
        assert_eq!((second.handoff.uuid(), second.asked_at), (Uuid::from_u128(4), at(3)));
        // One handoff after another, without a fact between.
        book.promises.settle(&second, Told::Definite).await.unwrap();
        book.desk.apply(seen(5, Some(6))).await.unwrap();
        assert_eq!(book.owed(10).await.remove(0).handoff.uuid(), Uuid::from_u128(6));
    })
    .await;
}
