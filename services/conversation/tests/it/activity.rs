//! What is seen now or never: told to whoever may see it, and never a word of an answer after control has changed.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicI64, Ordering},
};

use baton_kit::{
    door::{peer::Line, principal::Kind, refusal::reason_of},
    life::clock::timeout,
};
use baton_proto::{
    common::v1::{ActorKind, ErrorReason},
    conversation::v1::{
        self as wire, activity::What, conversation_service_client::ConversationServiceClient,
        handoff_service_client::HandoffServiceClient,
    },
    internal::conversation::v1::{
        FeedTailRequest, FeedTailResponse, PushDeltaRequest, TailActivity, VisitorActivity,
        feed_tail_response::Item, feed_tail_service_client::FeedTailServiceClient,
        turn_service_client::TurnServiceClient, visitor_activity,
    },
};
use tonic::Streaming;
use tonic_types::StatusExt as _;

use crate::house::{House, PATIENCE, on_both_engines, start};

/// A tail that hears everything from now on.
async fn tail(house: &House, resume_token: &str) -> Streaming<FeedTailResponse> {
    let mut client = FeedTailServiceClient::new(house.gateway().lasting());
    let request = FeedTailRequest { resume_token: resume_token.into() };
    let mut tail = client.feed_tail(request).await.unwrap().into_inner();
    let first = tail.message().await.unwrap().unwrap();
    assert!(matches!(first.item, Some(Item::Heartbeat(_))), "{first:?}");
    tail
}

async fn next(house: &House, tail: &mut Streaming<FeedTailResponse>) -> FeedTailResponse {
    let came = timeout(&house.host.clock, PATIENCE, tail.message()).await;
    came.expect("the tail goes on").unwrap().unwrap()
}

async fn next_activity(house: &House, tail: &mut Streaming<FeedTailResponse>) -> TailActivity {
    loop {
        if let Some(Item::Activity(activity)) = next(house, tail).await.item {
            return activity;
        }
    }
}

async fn report(line: &Line, conversation: &str, kind: wire::ActivityKind) -> Result<(), tonic::Status> {
    let request = wire::ReportActivityRequest { conversation_id: conversation.into(), kind: kind.into() };
    ConversationServiceClient::new(line.clone()).report_activity(request).await.map(drop)
}

fn push(house: &House, it: &wire::Conversation, control_epoch: i64, text: &str) -> PushDeltaRequest {
    PushDeltaRequest {
        workspace_id: house.workspace.to_string(),
        conversation_id: it.id.clone(),
        contact_id: it.contact_id.clone(),
        delta: Some(wire::AnswerDelta {
            control_epoch,
            turn_id: "turn".into(),
            offset: 0,
            text: text.into(),
        }),
    }
}

fn violations(status: &tonic::Status) -> Vec<String> {
    assert_eq!(reason_of(status), Some(ErrorReason::InvalidFields), "{status:?}");
    let listed = status.get_details_bad_request().unwrap().field_violations;
    listed.into_iter().map(|violation| violation.field).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_writes_or_looks_is_told_to_the_staff_and_to_the_visitor_only_that_somebody_writes() {
    on_both_engines(|house: Arc<House>| async move {
        let ((member, member_id), visitor) = (house.member().await, house.visitor().await);
        let it = start(&visitor, "hello").await;
        let mut tail = tail(&house, "").await;
        use wire::ActivityKind as K;
        let told = |typing| Some(visitor_activity::What::StaffTyping(typing));
        let by_member = (ActorKind::Member, member_id.as_str());
        let by_visitor = (ActorKind::Visitor, it.contact_id.as_str());
        for (line, (kind, id), doing, to_visitor) in [
            (&member, by_member, K::Typing, told(true)),
            (&member, by_member, K::Viewing, None),
            (&member, by_member, K::Idle, told(false)),
            (&visitor, by_visitor, K::Typing, None),
            (&visitor, by_visitor, K::Idle, None),
        ] {
            report(line, &it.id, doing).await.unwrap();
            let activity = next_activity(&house, &mut tail).await;
            assert_eq!(activity.workspace_id, house.workspace.to_string());
            assert_eq!(activity.contact_id, it.contact_id);
            let staff = activity.staff.unwrap();
            assert_eq!(staff.conversation_id, it.id);
            let Some(What::Presence(presence)) = staff.what else { panic!("{staff:?}") };
            let actor = presence.actor.clone().unwrap();
            assert_eq!((actor.kind(), actor.id.as_str(), presence.kind()), (kind, id, doing));
            let expected =
                to_visitor.map(|what| VisitorActivity { conversation_id: it.id.clone(), what: Some(what) });
            assert_eq!(activity.visitor, expected, "{doing:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn activity_is_reported_only_where_the_caller_may_look() {
    on_both_engines(|house: Arc<House>| async move {
        let visitor = house.visitor().await;
        let it = start(&visitor, "hello").await;
        let foreign = house.principal(Kind::Member, house.host.ids.next(), house.nowhere());
        let typing = wire::ActivityKind::Typing;
        for (line, reason) in [
            (foreign, ErrorReason::NotFound),
            (house.visitor().await, ErrorReason::NotFound),
            (house.stranger().await, ErrorReason::NotFound),
            (house.program(), ErrorReason::PermissionDenied),
            (house.ai(), ErrorReason::PermissionDenied),
        ] {
            assert_eq!(reason_of(&report(&line, &it.id, typing).await.unwrap_err()), Some(reason));
        }
        let refused = report(&visitor, "conv_1", wire::ActivityKind::Unspecified).await.unwrap_err();
        assert_eq!(violations(&refused), ["conversation_id", "kind"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_piece_of_an_answer_is_bounded_and_comes_from_the_assistant_alone() {
    on_both_engines(|house: Arc<House>| async move {
        let visitor = house.visitor().await;
        let it = start(&visitor, "hello").await;
        let mut turns = TurnServiceClient::new(house.ai());
        turns.push_delta(push(&house, &it, 1, &"é".repeat(2048))).await.unwrap();
        let long = push(&house, &it, 1, &"x".repeat(4097));
        assert_eq!(violations(&turns.push_delta(long).await.unwrap_err()), ["delta.text"]);
        let empty = turns.push_delta(PushDeltaRequest::default()).await.unwrap_err();
        assert_eq!(violations(&empty), ["workspace_id", "conversation_id", "contact_id", "delta"]);
        let mut bad = push(&house, &it, 0, "x");
        bad.delta = bad.delta.map(|delta| wire::AnswerDelta { offset: -1, turn_id: " ".into(), ..delta });
        let bad = turns.push_delta(bad).await.unwrap_err();
        assert_eq!(violations(&bad), ["delta.control_epoch", "delta.turn_id", "delta.offset"]);
        for line in [visitor, house.program(), house.routing(), house.gateway()] {
            let refused = TurnServiceClient::new(line).push_delta(push(&house, &it, 1, "x")).await;
            assert_eq!(reason_of(&refused.unwrap_err()), Some(ErrorReason::PermissionDenied));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_piece_of_an_answer_reaches_staff_and_visitor_and_nobody_it_is_not_for() {
    on_both_engines(|house: Arc<House>| async move {
        let it = start(&house.visitor().await, "hello").await;
        let other = start(&house.visitor().await, "hello").await;
        let mut tail = tail(&house, "").await;
        let mut turns = TurnServiceClient::new(house.ai());
        let wrong = PushDeltaRequest { contact_id: other.contact_id, ..push(&house, &it, 1, "wrong") };
        turns.push_delta(wrong).await.unwrap();
        let nowhere =
            PushDeltaRequest { workspace_id: house.nowhere().to_string(), ..push(&house, &it, 1, "nowhere") };
        turns.push_delta(nowhere).await.unwrap();
        let request = push(&house, &it, 1, "Hel");
        turns.push_delta(request.clone()).await.unwrap();
        let told = next_activity(&house, &mut tail).await;
        assert_eq!(told.contact_id, it.contact_id);
        assert_eq!(told.staff.unwrap().what, request.delta.clone().map(What::Delta));
        assert_eq!(told.visitor.unwrap().what, request.delta.map(visitor_activity::What::Delta));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn resuming_at_the_token_of_an_activity_misses_no_event() {
    on_both_engines(|house: Arc<House>| async move {
        let visitor = house.visitor().await;
        let mut first = tail(&house, "").await;
        let it = start(&visitor, "hello").await;
        // That it began, and its first message: on PostgreSQL they are numbered just after their commit.
        for _ in 0..2 {
            let began = next(&house, &mut first).await;
            assert!(matches!(began.item, Some(Item::Event(_))), "{began:?}");
        }
        let mut turns = TurnServiceClient::new(house.ai());
        let mut tokens = Vec::new();
        for round in 0..5 {
            turns.push_delta(push(&house, &it, 1, "Hel")).await.unwrap();
            let request = wire::PostMessageRequest {
                conversation_id: it.id.clone(),
                text: round.to_string(),
                client_message_id: house.client_id(),
                ..Default::default()
            };
            ConversationServiceClient::new(visitor.clone()).post_message(request).await.unwrap();
            let activity = next(&house, &mut first).await;
            assert!(
                matches!(activity.item, Some(Item::Activity(_))),
                "a word before its message: {activity:?}"
            );
            let Some(Item::Event(event)) = next(&house, &mut first).await.item else { panic!("an event") };
            tokens.push((activity.resume_token, event.staff.unwrap().id));
        }
        for (token, expected) in tokens {
            let mut again = tail(&house, &token).await;
            let Some(Item::Event(event)) = next(&house, &mut again).await.item else { panic!("an event") };
            assert_eq!(event.staff.unwrap().id, expected);
        }
    })
    .await;
}

/// The epoch an event tells of.
fn epoch_of(event: &wire::Event) -> i64 {
    match event.subject.as_ref() {
        Some(wire::event::Subject::State(state)) => state.control_epoch,
        Some(wire::event::Subject::Message(message)) => message.control_epoch,
        _ => 0,
    }
}

/// How often control changes in the test below.
const CHANGES: i64 = 60;

#[tokio::test(flavor = "multi_thread")]
async fn g_h1_no_delta_of_an_older_epoch_follows_a_change_of_control() {
    on_both_engines(|house: Arc<House>| async move {
        let (member, _) = house.member().await;
        let it = start(&house.visitor().await, "hello").await;
        let mut tail = tail(&house, "").await;
        let (newest, done) = (Arc::new(AtomicI64::new(1)), Arc::new(AtomicBool::new(false)));
        // Assistants that know of every change at once, late, and never.
        let pushing = [0, 1, CHANGES].map(|behind| {
            let (house, it, newest, done) = (house.clone(), it.clone(), newest.clone(), done.clone());
            tokio::spawn(async move {
                let mut turns = TurnServiceClient::new(house.ai());
                while !done.load(Ordering::Relaxed) {
                    let epoch = (newest.load(Ordering::Relaxed) - behind).max(1);
                    turns.push_delta(push(&house, &it, epoch, "a word")).await.unwrap();
                    // Nothing in a push waits: without this nobody else would come to their turn.
                    tokio::task::yield_now().await;
                }
            })
        });
        let (changing, changes, id) = (house.clone(), newest.clone(), it.id.clone());
        let changing = tokio::spawn(async move {
            let mut handoffs = HandoffServiceClient::new(member);
            for change in 0..CHANGES {
                let conversation_id = id.clone();
                let changed = if change % 2 == 0 {
                    let request = wire::TakeOverRequest { conversation_id, ..Default::default() };
                    handoffs.take_over(request).await.unwrap().into_inner().conversation
                } else {
                    let request = wire::HandBackRequest { conversation_id, ..Default::default() };
                    handoffs.hand_back(request).await.unwrap().into_inner().conversation
                };
                changes.store(changed.unwrap().control_epoch, Ordering::Relaxed);
                changing.host.clock.sleep(std::time::Duration::from_millis(2)).await;
            }
        });
        let (mut highest, mut told) = (0, 0);
        while highest <= CHANGES {
            match next(&house, &mut tail).await.item.unwrap() {
                Item::Event(event) => highest = highest.max(epoch_of(&event.staff.unwrap())),
                Item::Activity(activity) => {
                    let Some(What::Delta(delta)) = activity.staff.unwrap().what else { continue };
                    assert!(delta.control_epoch >= highest, "{} after {highest}", delta.control_epoch);
                    told += 1;
                }
                Item::Heartbeat(_) | Item::Reset(_) => {}
            }
        }
        done.store(true, Ordering::Relaxed);
        changing.await.unwrap();
        for task in pushing {
            task.await.unwrap();
        }
        assert!(told > 0, "the assistant was heard between the changes");
    })
    .await;
}
