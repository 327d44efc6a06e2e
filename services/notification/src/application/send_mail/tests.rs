//! What becomes of one mailing, with everybody around it made up.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use baton_kit::{
    door::links::Links,
    life::{ids::WorkspaceId, telemetry::Metrics},
};
use baton_kit_testing::{clock::FakeClock, seeds::SeededIds};
use jiff::Timestamp;
use uuid::Uuid;

use super::*;
use crate::{
    application::{
        ports::{
            Backlog,
            mail::{ComposeFailed, UnsubscribePage},
        },
        unsubscribe::Permits,
    },
    domain::{
        decide::{Now, Standing, Unread},
        ids::{ContactId, ConversationId, MailingId, MemberId, TeamId},
        kind::{Kind, Subject},
        letter::{LetterContent, Quoted},
    },
};

const LEASE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);

/// Everybody around.
struct World {
    clock: FakeClock,
    life: Lifecycle,
    /// What settling fails with, the next first.
    faults: Mutex<Vec<StoreError>>,
    settled: Mutex<Vec<Settlement>>,
    begun: AtomicUsize,
    handed_over: AtomicUsize,
    asked: AtomicUsize,
    composes: bool,
}

impl World {
    fn new() -> Arc<Self> {
        Self::where_letters_can_be_composed(true)
    }

    fn where_letters_can_be_composed(composes: bool) -> Arc<Self> {
        Arc::new(Self {
            clock: FakeClock::new(),
            life: Lifecycle::new(),
            faults: Mutex::default(),
            settled: Mutex::default(),
            begun: AtomicUsize::new(0),
            handed_over: AtomicUsize::new(0),
            asked: AtomicUsize::new(0),
            composes,
        })
    }

    fn send_mail(self: &Arc<Self>) -> SendMail {
        let clock = self.clock.shared();
        SendMail {
            mailings: self.clone(),
            conversations: self.clone(),
            colleagues: self.clone(),
            composer: self.clone(),
            post: self.clone(),
            writer: Writer {
                public_url: "https://desk.example.org".to_owned(),
                from_name: String::new(),
                staff_language: "en".to_owned(),
                permits: Permits::new(Links::new([7; 32], None)),
            },
            terms: Terms {
                delay: Duration::ZERO,
                visitor_delay: Duration::ZERO,
                window: Duration::ZERO,
                give_up_after: DAY,
                mails: true,
            },
            send_within: Duration::from_secs(45),
            tally: Tally::new(&Metrics::new("test").unwrap(), clock.clone()),
            life: self.life.clone(),
            clock,
            ids: SeededIds::new(1),
        }
    }

    fn mailing(&self) -> Mailing {
        Mailing {
            id: MailingId::from_uuid(Uuid::from_u128(1)),
            workspace: WorkspaceId::from_uuid(Uuid::from_u128(2)),
            kind: Kind::VisitorReply,
            recipient: Recipient::Contact(ContactId::from_uuid(Uuid::from_u128(3))),
            conversation: ConversationId::from_uuid(Uuid::from_u128(4)),
            subject: Subject::Message(7),
            sequence: 7,
            since: self.now(),
            attempts: 0,
            tries: 0,
            upto: None,
            traceparent: None,
        }
    }

    fn now(&self) -> Timestamp {
        self.clock.shared().now()
    }

    /// Works on a mailing while time passes.
    async fn works_on(self: &Arc<Self>, mailing: Mailing, time: Duration) {
        let lease = Lease { owner: Uuid::from_u128(9), lasts: LEASE };
        let send = self.send_mail();
        self.life.spawn("mailing", async move { send.run(&mailing, lease).await });
        self.clock.run(time).await;
    }

    fn fails_to_settle(&self, faults: impl IntoIterator<Item = StoreError>) {
        *self.faults.lock().unwrap() = faults.into_iter().collect();
    }

    fn outcomes(&self) -> Vec<Outcome> {
        self.settled.lock().unwrap().iter().map(|settled| settled.outcome).collect()
    }
}

#[async_trait]
impl Mailings for World {
    async fn claim(&self, _: Lease, _: Timestamp, _: usize) -> Result<Vec<Mailing>, StoreError> {
        unreachable!("it is taken on already")
    }

    async fn standing(&self, _: &Mailing) -> Result<Standing, StoreError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        Ok(Standing {
            eligible: true,
            wanted: true,
            unsubscribed: false,
            notice_read: false,
            answered_upto: 0,
            last_mail: None,
        })
    }

    async fn team_name(&self, _: WorkspaceId, _: TeamId) -> Result<String, StoreError> {
        Ok(String::new())
    }

    async fn begin(&self, _: &Mailing, _: Lease, _: Attempt) -> Result<bool, StoreError> {
        self.begun.fetch_add(1, Ordering::Relaxed);
        Ok(true)
    }

    async fn settle(&self, _: &Mailing, _: Lease, settlement: Settlement) -> Result<(), StoreError> {
        let mut faults = self.faults.lock().unwrap();
        if !faults.is_empty() {
            return Err(faults.remove(0));
        }
        self.settled.lock().unwrap().push(settlement);
        Ok(())
    }

    async fn take_over(&self) -> Result<(), StoreError> {
        Ok(())
    }

    async fn backlog(&self, _: Timestamp) -> Result<Backlog, StoreError> {
        Ok(Backlog::default())
    }

    async fn forget(&self, _: Timestamp) -> Result<u64, StoreError> {
        Ok(0)
    }
}

#[async_trait]
impl Conversations for World {
    async fn correspondence(
        &self,
        _: WorkspaceId,
        _: ConversationId,
        _: Option<MemberId>,
    ) -> Result<Correspondence, AskError> {
        let at = self.now();
        Ok(Correspondence {
            now: Now {
                resolved: false,
                assignee: None,
                team: None,
                looked_for: None,
                last_sequence: 7,
                read_sequence: 0,
                unread: vec![Unread { sequence: 7, at }],
            },
            contact: ContactId::from_uuid(Uuid::from_u128(3)),
            contact_name: "Vera".to_owned(),
            contact_email: "vera@example.org".to_owned(),
            assistant_name: "Robin".to_owned(),
            language: "en".to_owned(),
            handoff_reason: None,
            priority: None,
            brief: Vec::new(),
            messages: vec![(7, Quoted { author: "Ada".to_owned(), text: "hello".to_owned(), at })],
            resume_token: "token".to_owned(),
        })
    }
}

#[async_trait]
impl Colleagues for World {
    async fn addressee(&self, _: WorkspaceId, _: MemberId) -> Result<Addressee, AskError> {
        unreachable!("it goes to a visitor")
    }

    async fn workspace_name(&self, _: WorkspaceId) -> Result<String, AskError> {
        Ok("Acme".to_owned())
    }
}

impl Composer for World {
    fn compose(&self, content: &LetterContent) -> Result<Mail, ComposeFailed> {
        if !self.composes {
            return Err(ComposeFailed("a template".to_owned()));
        }
        Ok(Mail {
            workspace: content.workspace,
            mailing: content.mailing,
            conversation: content.conversation,
            to: content.to.clone(),
            from_name: content.from_name.clone(),
            subject: String::new(),
            text: String::new(),
            html: String::new(),
            unsubscribe_link: content.unsubscribe_link.clone(),
            language: "en",
        })
    }

    fn language(&self, _: &[&str]) -> &'static str {
        "en"
    }

    fn unsubscribe_page(&self, _: &str, _: Kind) -> UnsubscribePage {
        unreachable!("nobody looks")
    }
}

#[async_trait]
impl Post for World {
    async fn send(&self, _: &Mail) -> Result<(), PostRefused> {
        self.handed_over.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn message_id(&self, mailing: MailingId) -> String {
        mailing.to_string()
    }
}

fn away() -> StoreError {
    StoreError::Unavailable("a moment".to_owned())
}

fn broken() -> StoreError {
    StoreError::Broken("for good".to_owned())
}

#[tokio::test]
async fn g_n1_that_a_mail_went_out_is_noted_however_often_that_takes() {
    for (faults, within) in [(1, Duration::from_secs(1)), (100, Duration::from_secs(600))] {
        let world = World::new();
        world.fails_to_settle(vec![away(); faults]);
        world.works_on(world.mailing(), within).await;
        assert_eq!(world.outcomes(), [Outcome::Sent], "after {faults} faults");
        assert_eq!(world.handed_over.load(Ordering::Relaxed), 1);
        assert!(world.life.running().is_empty());
    }
}

#[tokio::test]
async fn a_fault_that_does_not_pass_holds_its_place_no_longer_than_the_lease() {
    let world = World::new();
    world.fails_to_settle(vec![broken(); 1000]);
    world.works_on(world.mailing(), LEASE + NOTE_AGAIN_LONGEST).await;
    assert!(world.life.running().is_empty() && world.outcomes().is_empty());
    assert!(world.faults.lock().unwrap().len() < 995, "it was tried more than a few times");
}

#[tokio::test]
async fn what_did_not_go_out_is_found_out_again_and_not_noted_again() {
    let world = World::where_letters_can_be_composed(false);
    world.fails_to_settle([away()]);
    world.works_on(world.mailing(), Duration::from_secs(1)).await;
    assert!(world.life.running().is_empty() && world.outcomes().is_empty());
}

#[tokio::test]
async fn g_n1_while_the_house_closes_nothing_is_handed_over_and_it_is_due_at_once() {
    let world = World::new();
    world.life.soft().cancel();
    world.works_on(world.mailing(), Duration::ZERO).await;
    assert_eq!(world.outcomes(), [Outcome::Waits { until: world.now(), reason: Reason::ReadFirst }]);
    assert_eq!((world.begun.load(Ordering::Relaxed), world.handed_over.load(Ordering::Relaxed)), (0, 0));
}

#[tokio::test]
async fn one_that_nobody_came_to_an_end_with_is_given_up_after_its_time_before_it_is_touched() {
    for (tries, expected) in [(0, Outcome::Sent), (3, Outcome::Failed(Reason::GivenUp))] {
        let world = World::new();
        let mailing = Mailing { tries, ..world.mailing() };
        world.clock.advance(DAY);
        world.works_on(mailing, Duration::ZERO).await;
        assert_eq!(world.outcomes(), [expected], "after {tries} tries");
        assert_eq!(world.asked.load(Ordering::Relaxed) == 0, tries > 0);
    }
}

#[tokio::test]
async fn a_letter_that_cannot_be_composed_is_a_fault_of_ours_and_not_of_the_mail_server() {
    let world = World::where_letters_can_be_composed(false);
    world.works_on(world.mailing(), Duration::ZERO).await;
    assert_eq!(world.outcomes(), [Outcome::Failed(Reason::Unwritable)]);
    assert_eq!(world.handed_over.load(Ordering::Relaxed), 0);
}
