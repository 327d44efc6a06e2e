//! Three roles of routing over one PostgreSQL, a hundred handoffs, people who press "take" in between, replies of assignments lost: one
//! owner at every instant (G-A1), and routing never above a member's limit (G-A2).

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use baton_kit::{door::principal::Kind, life::clock};
use baton_proto::{
    common::v1::ActorKind,
    conversation::v1::{
        Event, EventKind, FeedFilter, FeedPoint, FeedStart, ListEventsRequest, RequestHandoffRequest,
        StartConversationRequest, TakeOverRequest, conversation_service_client::ConversationServiceClient,
        event::Subject, feed_service_client::FeedServiceClient, feed_start::Start,
        handoff_service_client::HandoffServiceClient,
    },
    routing::v1::{
        AvailabilityState, SetAvailabilityRequest, availability_service_client::AvailabilityServiceClient,
    },
};
use uuid::Uuid;

use super::{ONE_AT_A_TIME, roles::Roles};

const ROLES: usize = 3;
const HANDOFFS: usize = 100;
/// Room for what is not taken by hand, and for one more.
const MEMBERS: usize = 27;
const LIMIT: i32 = 3;
const LOST: usize = 3;
/// Conversations that somebody takes by hand while routing gives them out.
const GRABBED: usize = 20;
/// Far above what it takes.
const PATIENCE: Duration = Duration::from_secs(120);

#[tokio::test(flavor = "multi_thread")]
async fn g_a1_g_a2_three_routing_roles_give_a_hundred_handoffs_one_owner_each_and_never_exceed_a_limit() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let Some(roles) = Roles::start(ROLES, LOST).await else { return };
    let (members, grabbers) = staff(&roles).await;
    let (asking, online) = (handoffs(&roles, &grabbers), come_online(&roles, &members));
    let (conversations, ()) = tokio::join!(asking, online);
    let given = async {
        while roles.held().await < i32::try_from(HANDOFFS).unwrap_or(i32::MAX) {
            roles.pause().await;
        }
    };
    let given = clock::timeout(&clock::SystemClock::new(), PATIENCE, given).await;
    assert!(given.is_ok(), "everything is given; held {}", roles.held().await);
    assert!(roles.lost_replies(LOST) >= HANDOFFS / LOST / 2, "replies were lost");
    // What is committed is numbered a moment later, in the order in which it was committed.
    let numbered = async {
        loop {
            let owners = Owners::of(&ownership(&roles).await);
            if owners.of.keys().eq(&conversations) {
                return;
            }
            roles.pause().await;
        }
    };
    let numbered = clock::timeout(&clock::SystemClock::new(), PATIENCE, numbered).await;
    assert!(numbered.is_ok(), "the feed tells an owner of every one");
}

/// Members who come online, and people who only take by hand.
async fn staff(roles: &Roles) -> (Vec<Uuid>, Vec<Uuid>) {
    let (mut members, mut grabbers) = (Vec::new(), Vec::new());
    for _ in 0..MEMBERS {
        members.push(roles.hire().await);
    }
    for _ in 0..3 {
        grabbers.push(roles.hire().await);
    }
    (members, grabbers)
}

async fn come_online(roles: &Roles, members: &[Uuid]) {
    for member in members {
        let request = SetAvailabilityRequest { state: AvailabilityState::Online.into(), limit: LIMIT };
        let mut availability = AvailabilityServiceClient::new(roles.routing_as(*member));
        availability.set_availability(request).await.expect("online");
    }
}

/// A hundred visitors ask for a person; every fifth conversation is grabbed by hand as soon as it is there.
async fn handoffs(roles: &Roles, grabbers: &[Uuid]) -> BTreeSet<String> {
    let mut conversations = BTreeSet::new();
    for n in 0..HANDOFFS {
        let conversation = one_handoff(roles).await;
        if n % (HANDOFFS / GRABBED) == 0 {
            grab(roles, &conversation, grabbers[n % grabbers.len()]).await;
        }
        conversations.insert(conversation);
    }
    conversations
}

async fn one_handoff(roles: &Roles) -> String {
    let visitor = roles.visitor().await;
    let first = StartConversationRequest {
        text: "A person, please.".to_owned(),
        client_message_id: roles.client_id(),
        ..Default::default()
    };
    let started =
        ConversationServiceClient::new(visitor.clone()).start_conversation(first).await.expect("started");
    let conversation_id = started.into_inner().conversation.expect("a conversation").id;
    let wish = RequestHandoffRequest { conversation_id: conversation_id.clone(), ..Default::default() };
    HandoffServiceClient::new(visitor).request_handoff(wish).await.expect("asked for a person");
    conversation_id
}

async fn grab(roles: &Roles, conversation: &str, by: Uuid) {
    let request =
        TakeOverRequest { conversation_id: conversation.to_owned(), expected_assignment_version: 0 };
    let line = roles.conversation_as(Kind::Member, by);
    HandoffServiceClient::new(line).take_over(request).await.expect("taken by hand");
}

/// Every change of who is responsible, in the feed's order.
async fn ownership(roles: &Roles) -> Vec<Event> {
    let mut feed = FeedServiceClient::new(roles.conversation_as(Kind::ApiKey, Uuid::from_u128(7)));
    let mut start = Start::Point(FeedPoint::Earliest.into());
    let mut events = Vec::new();
    loop {
        let filter = FeedFilter { kinds: vec![EventKind::AssignmentChanged.into()], ..Default::default() };
        let request = ListEventsRequest {
            start: Some(FeedStart { start: Some(start) }),
            filter: Some(filter),
            page_size: 500,
        };
        let page = feed.list_events(request).await.expect("a page of the feed").into_inner();
        events.extend(page.events);
        if !page.more {
            return events;
        }
        start = Start::ResumeToken(page.resume_token);
    }
}

/// Who owns what, replayed from the feed.
#[derive(Default)]
struct Owners {
    of: BTreeMap<String, String>,
    held: BTreeMap<String, i32>,
}

impl Owners {
    fn of(events: &[Event]) -> Self {
        let mut owners = Self::default();
        for event in events {
            owners.apply(event);
        }
        owners
    }

    /// A change of ownership changes the owner, and what routing gives stays within the limit at that instant.
    fn apply(&mut self, event: &Event) {
        let Some(Subject::State(state)) = &event.subject else { panic!("no state in {event:?}") };
        let former = self.of.remove(&event.conversation_id);
        assert_ne!(former.as_ref(), Some(&state.assignee_id), "the owner changed: {event:?}");
        if let Some(former) = former {
            *self.held.entry(former).or_default() -= 1;
        }
        if state.assignee_id.is_empty() {
            return;
        }
        let held = self.held.entry(state.assignee_id.clone()).or_default();
        *held += 1;
        let by_routing = event.actor.as_ref().is_some_and(|actor| actor.kind == i32::from(ActorKind::System));
        assert!(!by_routing || *held <= LIMIT, "{} holds {held} by routing", state.assignee_id);
        self.of.insert(event.conversation_id.clone(), state.assignee_id.clone());
    }
}
