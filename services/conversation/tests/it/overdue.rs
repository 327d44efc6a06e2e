//! Nobody waits forgotten: what happens when people let a visitor wait, by clocks that run fast.

use std::{sync::Arc, time::Duration};

use baton_kit::{door::refusal::reason_of, life::clock::timeout};
use baton_kit_testing::{clock::ScaledClock, database::TestDatabase};
use baton_proto::{
    common::v1::ErrorReason,
    conversation::v1::{
        self as wire, contact_service_client::ContactServiceClient,
        conversation_service_client::ConversationServiceClient, feed_service_client::FeedServiceClient,
    },
    internal::conversation::v1::{GetThreadRequest, visitor_service_client::VisitorServiceClient},
};

use crate::{
    control::{answer, asking},
    house::{House, MACHINE, PATIENCE, start},
    machine::{get, held, say, snooze, take, waiting},
};

/// Runs a test on each engine, with short waits and a fast clock.
async fn hurried<F, Fut>(settings: &[(&str, &str)], test: F)
where
    F: Fn(Arc<House>) -> Fut,
    Fut: Future<Output = ()>,
{
    let _shared = MACHINE.read().await;
    let databases = [Some(TestDatabase::sqlite().await), TestDatabase::postgres().await];
    for own in databases.into_iter().flatten() {
        test(House::open_with(own, ScaledClock::new(4).shared(), settings).await).await;
    }
}

async fn until(
    house: &House,
    conversation: &str,
    what: impl Fn(&wire::Conversation) -> bool,
) -> wire::Conversation {
    let reached = timeout(&house.host.clock, PATIENCE, async {
        loop {
            let now = get(house, conversation).await;
            if what(&now) {
                return now;
            }
            house.host.clock.sleep(Duration::from_millis(50)).await;
        }
    });
    reached.await.expect("it comes to that")
}

async fn kinds(house: &House, conversation: &str, revision: i64) -> Vec<wire::EventKind> {
    let request = wire::ListEventsRequest {
        start: Some(wire::FeedStart {
            start: Some(wire::feed_start::Start::Point(wire::FeedPoint::Earliest as i32)),
        }),
        filter: Some(wire::FeedFilter { conversation_id: conversation.into(), ..Default::default() }),
        page_size: 500,
    };
    let mut feed = FeedServiceClient::new(house.program());
    loop {
        let events = feed.list_events(request.clone()).await.unwrap().into_inner().events;
        if events.last().is_some_and(|last| last.revision >= revision) {
            return events.iter().map(wire::Event::kind).collect();
        }
        house.host.clock.sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn taken_and_not_answered_is_warned_of_once_and_returns_to_the_queue() {
    let settings = [("RESPONSE_WITHIN", "3s"), ("RESPONSE_GRACE", "2s")];
    hurried(&settings, |house: Arc<House>| async move {
        let (anna, anna_id) = house.member().await;
        let (visitor, it) = waiting(&house).await;
        let began = house.host.clock.monotonic();
        take(&anna, &it.id).await.unwrap();
        let back = until(&house, &it.id, |now| now.control() == wire::Control::Waiting).await;
        let took = house.host.clock.monotonic() - began;
        assert!(took >= Duration::from_secs(5), "not before she had her time: {took:?}");
        let handoff = back.handoff.clone().unwrap();
        assert_eq!(
            (handoff.reason(), handoff.return_cause()),
            (wire::HandoffReason::Returned, wire::ReturnCause::NoReply)
        );
        assert_eq!(handoff.waiting_since_time, it.handoff.unwrap().waiting_since_time);
        assert_eq!((held(&house, &anna_id).await, back.last_assignee_id), (0, anna_id));
        let told = kinds(&house, &it.id, back.revision).await;
        let overdue = told.iter().filter(|kind| **kind == wire::EventKind::ReplyOverdue).count();
        assert_eq!(overdue, 1, "{told:?}");
        let thread =
            VisitorServiceClient::new(visitor).get_thread(GetThreadRequest { after_sequence: 0 }).await;
        let last = thread.unwrap().into_inner().messages.pop().unwrap();
        assert_eq!(last.system_notice(), wire::SystemNotice::BackInQueue);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_ends_the_members_clock_and_the_next_question_begins_it() {
    let settings = [("RESPONSE_WITHIN", "3s"), ("RESPONSE_GRACE", "1s")];
    hurried(&settings, |house: Arc<House>| async move {
        let (anna, anna_id) = house.member().await;
        let (visitor, it) = waiting(&house).await;
        say(&house, &anna, &it.id).await;
        let runs = || async { house.deadlines(it.id.parse().unwrap()).await.len() };
        assert_eq!(runs().await, 0, "answered");
        house.host.clock.sleep(Duration::from_secs(6)).await;
        assert_eq!(get(&house, &it.id).await.assignee_id, anna_id, "nobody waits");
        say(&house, &visitor, &it.id).await;
        let begun = house.deadlines(it.id.parse().unwrap()).await[0].due_at;
        say(&house, &visitor, &it.id).await;
        assert_eq!(
            house.deadlines(it.id.parse().unwrap()).await[0].due_at,
            begun,
            "the first message counts"
        );
        say(&house, &anna, &it.id).await;
        assert_eq!(runs().await, 0);
        say(&house, &visitor, &it.id).await;
        until(&house, &it.id, |now| now.control() == wire::Control::Waiting).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_handoff_is_lost_without_an_address_it_alarms_and_with_one_it_promises_then_alarms() {
    let settings = [("HANDOFF_WITHIN", "2s"), ("FALLBACK_WITHIN", "3s")];
    hurried(&settings, |house: Arc<House>| async move {
        let alarms = || {
            let text = house.host.metrics.render();
            let line = text.lines().find(|line| line.starts_with("baton_handoffs_overdue"));
            line.and_then(|line| line.split(' ').next_back()).map(str::to_owned)
        };
        let alarmed = |now: &wire::Conversation| now.handoff.as_ref().unwrap().alarmed_time.is_some();
        let promised =
            |now: &wire::Conversation| now.handoff.as_ref().unwrap().fallback_promised_time.is_some();
        let (visitor, silent) = waiting(&house).await;
        let now = until(&house, &silent.id, alarmed).await;
        assert!(!promised(&now) && now.needs_agent_intervention, "it stays queued");
        assert_eq!(now.assignment_version, silent.assignment_version, "and assignable");
        let shown = timeout(&house.host.clock, PATIENCE, async {
            while alarms().as_deref() != Some("1") {
                house.host.clock.sleep(Duration::from_millis(50)).await;
            }
        });
        shown.await.expect("the operator sees it");
        let left = wire::LeaveEmailRequest { email: "ada@example.org".into() };
        ContactServiceClient::new(visitor.clone()).leave_email(left).await.unwrap();
        let now = until(&house, &silent.id, promised).await;
        assert!(alarmed(&now));
        let mut visitors = VisitorServiceClient::new(visitor.clone());
        let thread = visitors.get_thread(GetThreadRequest { after_sequence: 0 }).await.unwrap().into_inner();
        assert!(thread.conversation.unwrap().answer_by_email);
        let last = thread.messages.last().unwrap().system_notice();
        assert_eq!(last, wire::SystemNotice::AnswerByEmail);

        let reachable = house.visitor().await;
        let left = wire::LeaveEmailRequest { email: "bob@example.org".into() };
        ContactServiceClient::new(reachable.clone()).leave_email(left).await.unwrap();
        let it = start(&reachable, "a person").await;
        crate::machine::ask(&reachable, &it.id, "").await.unwrap();
        let now = until(&house, &it.id, promised).await;
        assert!(!alarmed(&now));
        until(&house, &it.id, alarmed).await;
        let (anna, _) = house.member().await;
        take(&anna, &it.id).await.unwrap();
        take(&anna, &silent.id).await.unwrap();
        let shown = timeout(&house.host.clock, PATIENCE, async {
            while alarms().as_deref() != Some("0") {
                house.host.clock.sleep(Duration::from_millis(50)).await;
            }
        });
        shown.await.expect("taken is no alarm");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_put_off_until_a_time_wakes_then() {
    hurried(&[], |house: Arc<House>| async move {
        let (anna, anna_id) = house.member().await;
        let it = start(&house.visitor().await, "hello").await;
        take(&anna, &it.id).await.unwrap();
        let until_second = house.host.clock.now().as_second() + 4;
        snooze(&anna, &it.id, Some(until_second)).await.unwrap();
        let awake = until(&house, &it.id, |now| now.status() == wire::ConversationStatus::Open).await;
        assert!(house.host.clock.now().as_second() >= until_second);
        assert_eq!((awake.assignee_id, held(&house, &anna_id).await), (anna_id.clone(), 1));
    })
    .await;
}

/// The assistant asks for something before it hands over, and is gone: its question counts as an answer, its word as a promise.
#[tokio::test(flavor = "multi_thread")]
async fn g_h4_a_handoff_that_the_assistant_said_would_follow_is_made_if_it_does_not() {
    hurried(&[], |house: Arc<House>| async move {
        let it = start(&house.visitor().await, "a person, please").await;
        let mut conversations = ConversationServiceClient::new(house.ai());
        let question = asking(answer(&house, &it), 2);
        for impossible in [-1, 86_401] {
            let refused = asking(answer(&house, &it), impossible);
            let refused = conversations.post_message(house.named(refused)).await.unwrap_err();
            assert_eq!(reason_of(&refused), Some(ErrorReason::InvalidFields));
        }
        let later = wire::Conversation { control_epoch: it.control_epoch + 1, ..it.clone() };
        let stale = conversations.post_message(house.named(asking(answer(&house, &later), 2))).await;
        assert_eq!(reason_of(&stale.unwrap_err()), Some(ErrorReason::StaleEpoch));
        let asked = conversations.post_message(house.named(question.clone())).await.unwrap().into_inner();
        let runs = || async {
            let running = house.deadlines(it.id.parse().unwrap()).await;
            running.iter().map(|row| row.kind).collect::<Vec<i32>>()
        };
        assert_eq!(runs().await, [5], "in the place of the answer's");
        let again = conversations.post_message(house.named(question)).await.unwrap().into_inner();
        assert_eq!(again.message, asked.message, "sent twice, asked once");
        let handed = until(&house, &it.id, |now| now.control() == wire::Control::Waiting).await;
        assert_eq!(handed.handoff.unwrap().reason(), wire::HandoffReason::AiUnavailable);
        assert_eq!(runs().await, [3], "only that somebody takes it");
    })
    .await;
}

/// The visitor was quicker than the question, and what they wrote found an answer.
#[tokio::test(flavor = "multi_thread")]
async fn g_h4_a_handoff_that_was_to_follow_a_question_nobody_was_asked_is_not_made() {
    hurried(&[], |house: Arc<House>| async move {
        let visitor = house.visitor().await;
        let it = start(&visitor, "do you sell unicorns?").await;
        say(&house, &visitor, &it.id).await;
        let mut conversations = ConversationServiceClient::new(house.ai());
        let late = asking(answer(&house, &it), 2);
        let late = conversations.post_message(house.named(late)).await.unwrap_err();
        assert_eq!(reason_of(&late), Some(ErrorReason::TurnSuperseded));
        let found = house.named(answer(&house, &get(&house, &it.id).await));
        conversations.post_message(found).await.unwrap();
        assert!(house.deadlines(it.id.parse().unwrap()).await.is_empty(), "answered: nothing is owed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g_h4_an_answer_that_promises_no_handoff_ends_what_a_question_promised() {
    hurried(&[], |house: Arc<House>| async move {
        let it = start(&house.visitor().await, "a person, please").await;
        let mut conversations = ConversationServiceClient::new(house.ai());
        let question = asking(answer(&house, &it), 60);
        conversations.post_message(house.named(question)).await.unwrap();
        assert_eq!(house.deadlines(it.id.parse().unwrap()).await.len(), 1);
        conversations.post_message(house.named(answer(&house, &it))).await.unwrap();
        assert!(house.deadlines(it.id.parse().unwrap()).await.is_empty());
    })
    .await;
}

/// The visitor asked for a person, the assistant for something first; then it was switched off. What was said holds.
#[tokio::test(flavor = "multi_thread")]
async fn g_h4_a_handoff_that_was_said_to_follow_is_made_though_the_assistant_hands_over_no_more() {
    hurried(&[], |house: Arc<House>| async move {
        let it = start(&house.visitor().await, "a person, please").await;
        let question = house.named(asking(answer(&house, &it), 12));
        ConversationServiceClient::new(house.ai()).post_message(question).await.unwrap();
        house.edit_assistant(false, &[], 2).await;
        assert_eq!(get(&house, &it.id).await.control(), wire::Control::Ai, "switched off before its time");
        let handed = until(&house, &it.id, |now| now.control() == wire::Control::Waiting).await;
        assert_eq!(handed.handoff.unwrap().reason(), wire::HandoffReason::AiUnavailable);
    })
    .await;
}
