//! Who may speak: one voice, one owner, never above the limit, never forgotten.

use std::{sync::Arc, time::Duration};

use baton_kit::{door::refusal::reason_of, life::clock::timeout};
use baton_kit_testing::{clock::ScaledClock, database::TestDatabase};
use baton_proto::{
    common::v1::ErrorReason,
    conversation::v1::{
        self as wire, conversation_service_client::ConversationServiceClient,
        feed_service_client::FeedServiceClient, handoff_service_client::HandoffServiceClient,
    },
    internal::conversation::v1::{
        AssignRequest, FinishTurnRequest, GetTurnContextRequest, ReleaseRequest, TurnOutcome,
        assignment_service_client::AssignmentServiceClient, turn_service_client::TurnServiceClient,
    },
};
use futures::future::join_all;

use crate::house::{House, MACHINE, PATIENCE, id, on_both_engines, start};

async fn get(house: &House, conversation: &str) -> wire::Conversation {
    let request = wire::GetConversationRequest { conversation_id: conversation.into() };
    let mut conversations = ConversationServiceClient::new(house.program());
    conversations.get_conversation(request).await.unwrap().into_inner().conversation.unwrap()
}

async fn ask_for_a_person(line: baton_kit::door::peer::Line, conversation: &str) -> wire::Conversation {
    let request = wire::RequestHandoffRequest { conversation_id: conversation.into(), ..Default::default() };
    HandoffServiceClient::new(line).request_handoff(request).await.unwrap().into_inner().conversation.unwrap()
}

fn take_over(conversation: &str) -> wire::TakeOverRequest {
    wire::TakeOverRequest { conversation_id: conversation.into(), expected_assignment_version: 0 }
}

fn assign(house: &House, conversation: &wire::Conversation, member: &str) -> AssignRequest {
    AssignRequest {
        decision_id: id("dec", house.host.ids.next()),
        workspace_id: house.workspace.to_string(),
        conversation_id: conversation.id.clone(),
        member_id: member.into(),
        expected_assignment_version: conversation.assignment_version,
        limit: 3,
    }
}

pub fn answer(house: &House, it: &wire::Conversation) -> wire::PostMessageRequest {
    wire::PostMessageRequest {
        conversation_id: it.id.clone(),
        text: "an answer".into(),
        client_message_id: house.client_id(),
        answer: Some(wire::AnswerContext {
            control_epoch: it.control_epoch,
            visitor_sequence: it.last_sequence,
            ..Default::default()
        }),
        expected_member_sequence: None,
    }
}

/// The same as a question before a handoff.
pub fn asking(answer: wire::PostMessageRequest, within_seconds: i32) -> wire::PostMessageRequest {
    let context = wire::AnswerContext {
        handoff_within_seconds: within_seconds,
        ..answer.answer.clone().unwrap_or_default()
    };
    wire::PostMessageRequest { answer: Some(context), ..answer }
}

/// Every event of a conversation, in the feed's order.
async fn events(house: &House, conversation: &str) -> Vec<wire::Event> {
    let start = wire::feed_start::Start::Point(wire::FeedPoint::Earliest as i32);
    let filter = wire::FeedFilter { conversation_id: conversation.into(), ..Default::default() };
    let request = wire::ListEventsRequest {
        start: Some(wire::FeedStart { start: Some(start) }),
        filter: Some(filter),
        page_size: 500,
    };
    // On PostgreSQL an event is numbered just after its commit.
    let revision = get(house, conversation).await.revision;
    let mut feed = FeedServiceClient::new(house.program());
    let whole = timeout(&house.host.clock, PATIENCE, async {
        loop {
            let page = feed.list_events(request.clone()).await.unwrap().into_inner().events;
            if page.last().is_some_and(|last| last.revision >= revision) {
                return page;
            }
            house.host.clock.sleep(Duration::from_millis(2)).await;
        }
    });
    whole.await.expect("the feed catches up")
}

#[tokio::test(flavor = "multi_thread")]
async fn g_h1_no_ai_message_of_an_older_epoch_stands_above_a_take_over() {
    let _alone = MACHINE.write().await;
    on_both_engines(|house: Arc<House>| async move {
        let (member, _) = house.member().await;
        let mut answered_first = 0;
        for run in 0..500 {
            let it = start(&house.visitor().await, "hello").await;
            let (mut ai, mut staff) =
                (ConversationServiceClient::new(house.ai()), HandoffServiceClient::new(member.clone()));
            let (say, take) = (house.named(answer(&house, &it)), take_over(&it.id));
            // Who begins alternates, so that both orders really happen.
            let said = tokio::spawn(async move {
                if run % 3 == 0 {
                    tokio::task::yield_now().await;
                }
                ai.post_message(say).await
            });
            let taken = tokio::spawn(async move {
                if run % 3 == 1 {
                    tokio::task::yield_now().await;
                }
                staff.take_over(take).await
            });
            let (said, taken) = (said.await.unwrap(), taken.await.unwrap());
            taken.unwrap();
            match said {
                Ok(_) => answered_first += 1,
                Err(status) => assert_eq!(reason_of(&status), Some(ErrorReason::StaleEpoch)),
            }
            let mut epoch = 0;
            for event in events(&house, &it.id).await {
                match event.subject.unwrap() {
                    wire::event::Subject::State(state) => epoch = state.control_epoch,
                    wire::event::Subject::Message(message)
                        if message.author_kind() == wire::AuthorKind::Ai =>
                    {
                        assert!(message.control_epoch >= epoch, "an older voice after the change of control");
                    }
                    _ => {}
                }
            }
            let resolve = wire::ResolveConversationRequest { conversation_id: it.id, ..Default::default() };
            ConversationServiceClient::new(member.clone()).resolve_conversation(resolve).await.unwrap();
        }
        assert!(
            answered_first > 0 && answered_first < 500,
            "both orders must occur: {answered_first} of 500"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_an_older_question_is_superseded() {
    on_both_engines(|house: Arc<House>| async move {
        let visitor = house.visitor().await;
        let it = start(&visitor, "one").await;
        let post = wire::PostMessageRequest {
            conversation_id: it.id.clone(),
            text: "two".into(),
            client_message_id: house.client_id(),
            ..Default::default()
        };
        ConversationServiceClient::new(visitor).post_message(post).await.unwrap();
        let mut ai = ConversationServiceClient::new(house.ai());
        let refused = ai.post_message(house.named(answer(&house, &it))).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::TurnSuperseded));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g_a2_routing_never_gives_more_than_the_limit() {
    on_both_engines(|house: Arc<House>| async move {
        let (_, member) = house.member().await;
        let mut waiting = Vec::new();
        for _ in 0..20 {
            let visitor = house.visitor().await;
            let it = start(&visitor, "a person").await;
            waiting.push(ask_for_a_person(visitor, &it.id).await);
        }
        let assigns = waiting.iter().map(|it| {
            let (mut routing, request) =
                (AssignmentServiceClient::new(house.routing()), assign(&house, it, &member));
            tokio::spawn(async move { routing.assign(request).await })
        });
        let outcomes: Vec<_> = join_all(assigns).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 3);
        let refused = outcomes.into_iter().filter_map(Result::err);
        assert!(refused.into_iter().all(|status| reason_of(&status) == Some(ErrorReason::CapacityExceeded)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_repeated_after_a_lost_reply_is_carried_out_once() {
    on_both_engines(|house: Arc<House>| async move {
        let (_, member) = house.member().await;
        let visitor = house.visitor().await;
        let it = start(&visitor, "a person").await;
        let it = ask_for_a_person(visitor, &it.id).await;
        let (mut routing, request) =
            (AssignmentServiceClient::new(house.routing()), assign(&house, &it, &member));
        let first = routing.assign(request.clone()).await.unwrap().into_inner().assignment_version;
        let again = routing.assign(request.clone()).await.unwrap().into_inner().assignment_version;
        assert_eq!((first, again), (it.assignment_version + 1, first));
        let other = AssignRequest { limit: 2, ..request };
        assert_eq!(reason_of(&routing.assign(other).await.unwrap_err()), Some(ErrorReason::RequestIdReused));
        let release = ReleaseRequest {
            decision_id: id("dec", house.host.ids.next()),
            workspace_id: house.workspace.to_string(),
            conversation_id: it.id.clone(),
            expected_assignment_version: first,
        };
        routing.release(release).await.unwrap();
        let now = get(&house, &it.id).await;
        assert_eq!((now.assignee_id.as_str(), now.control()), ("", wire::Control::Waiting));
        assert_eq!(now.handoff.unwrap().create_time, it.handoff.unwrap().create_time);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g_a5_a_persons_take_over_beats_every_decision_of_routing() {
    on_both_engines(|house: Arc<House>| async move {
        let ((taker, taker_id), (_, asked)) = (house.member().await, house.member().await);
        for _ in 0..200 {
            let visitor = house.visitor().await;
            let it = start(&visitor, "a person").await;
            let it = ask_for_a_person(visitor, &it.id).await;
            let (mut routing, decision) =
                (AssignmentServiceClient::new(house.routing()), assign(&house, &it, &asked));
            let (mut staff, take) = (HandoffServiceClient::new(taker.clone()), take_over(&it.id));
            let assigned = tokio::spawn(async move { routing.assign(decision).await });
            let taken = tokio::spawn(async move { staff.take_over(take).await });
            let (assigned, taken) = (assigned.await.unwrap(), taken.await.unwrap());
            taken.unwrap();
            if let Err(status) = assigned {
                let expected = [Some(ErrorReason::StaleVersion), Some(ErrorReason::NoOpenHandoff)];
                assert!(expected.contains(&reason_of(&status)), "{status}");
            }
            let now = get(&house, &it.id).await;
            assert_eq!((now.assignee_id.as_str(), now.control()), (taker_id.as_str(), wire::Control::Human));
            let resolve = wire::ResolveConversationRequest { conversation_id: it.id, ..Default::default() };
            ConversationServiceClient::new(taker.clone()).resolve_conversation(resolve).await.unwrap();
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replying_is_taking_over_and_a_moved_thread_refuses_the_reply() {
    on_both_engines(|house: Arc<House>| async move {
        let ((anna, anna_id), (ben, ben_id)) = (house.member().await, house.member().await);
        let it = start(&house.visitor().await, "hello").await;
        let reply = |text: &str, seen| wire::PostMessageRequest {
            conversation_id: it.id.clone(),
            text: text.into(),
            client_message_id: house.client_id(),
            answer: None,
            expected_member_sequence: seen,
        };
        let mut anna = ConversationServiceClient::new(anna);
        let said =
            anna.post_message(reply("Anna here", Some(0))).await.unwrap().into_inner().message.unwrap();
        let now = get(&house, &it.id).await;
        assert_eq!((now.assignee_id, now.control_epoch), (anna_id, it.control_epoch + 1));
        let mut ben = ConversationServiceClient::new(ben);
        let refused = ben.post_message(reply("Ben here", Some(0))).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::StaleVersion));
        assert_eq!(
            baton_kit::door::refusal::metadata_of(&refused)["last_member_sequence"],
            said.sequence.to_string()
        );
        ben.post_message(reply("Ben here", Some(said.sequence))).await.unwrap();
        assert_eq!(get(&house, &it.id).await.assignee_id, ben_id);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_nobody_knows_may_neither_reply_nor_take_over() {
    on_both_engines(|house: Arc<House>| async move {
        let it = start(&house.visitor().await, "hello").await;
        let unknown =
            house.principal(baton_kit::door::principal::Kind::Member, house.host.ids.next(), house.workspace);
        let refused =
            HandoffServiceClient::new(unknown.clone()).take_over(take_over(&it.id)).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::MemberNotEligible));
        let reply = wire::PostMessageRequest {
            conversation_id: it.id.clone(),
            text: "hi".into(),
            client_message_id: house.client_id(),
            ..Default::default()
        };
        let refused = ConversationServiceClient::new(unknown).post_message(reply).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::MemberNotEligible));
        assert_eq!(get(&house, &it.id).await.control(), wire::Control::Ai);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn g_h4_a_silent_assistant_becomes_a_handoff_within_ten_seconds() {
    let _shared = MACHINE.read().await;
    let databases = [Some(TestDatabase::sqlite().await), TestDatabase::postgres().await];
    for own in databases.into_iter().flatten() {
        let house = House::open(own, ScaledClock::new(4).shared()).await;
        let began = house.host.clock.monotonic();
        let it = start(&house.visitor().await, "is anybody there?").await;
        let handed = timeout(&house.host.clock, PATIENCE, async {
            loop {
                let now = get(&house, &it.id).await;
                if now.control() == wire::Control::Waiting {
                    return now;
                }
                house.host.clock.sleep(Duration::from_millis(100)).await;
            }
        });
        let handed = handed.await.expect("people are asked for");
        let took = house.host.clock.monotonic() - began;
        assert_eq!(handed.handoff.unwrap().reason(), wire::HandoffReason::AiUnavailable);
        assert!(took >= Duration::from_secs(8), "not before the assistant had its time: {took:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_that_failed_is_a_handoff_at_once_and_one_that_ended_owes_nothing() {
    on_both_engines(|house: Arc<House>| async move {
        let mut turns = TurnServiceClient::new(house.ai());
        let finish = |it: &wire::Conversation, outcome: TurnOutcome| FinishTurnRequest {
            workspace_id: house.workspace.to_string(),
            conversation_id: it.id.clone(),
            control_epoch: it.control_epoch,
            visitor_sequence: it.last_sequence,
            outcome: outcome as i32,
        };
        let failed = start(&house.visitor().await, "hello").await;
        turns.finish_turn(finish(&failed, TurnOutcome::Failed)).await.unwrap();
        let now = get(&house, &failed.id).await;
        assert_eq!(
            (now.control(), now.handoff.unwrap().reason()),
            (wire::Control::Waiting, wire::HandoffReason::AiUnavailable)
        );
        let quiet = start(&house.visitor().await, "thanks").await;
        turns.finish_turn(finish(&quiet, TurnOutcome::Nothing)).await.unwrap();
        let request = GetTurnContextRequest {
            workspace_id: house.workspace.to_string(),
            conversation_id: quiet.id.clone(),
        };
        assert_eq!(turns.get_turn_context(request).await.unwrap().into_inner().unanswered_sequence, 0);
        let stale = FinishTurnRequest { control_epoch: 7, ..finish(&quiet, TurnOutcome::Nothing) };
        assert_eq!(reason_of(&turns.finish_turn(stale).await.unwrap_err()), Some(ErrorReason::StaleEpoch));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_never_shows_half_of_a_change() {
    on_both_engines(|house: Arc<House>| async move {
        for _ in 0..60 {
            let visitor = house.visitor().await;
            let it = start(&visitor, "hello").await;
            let asking = tokio::spawn({
                let id = it.id.clone();
                async move { ask_for_a_person(visitor, &id).await }
            });
            loop {
                let now = get(&house, &it.id).await;
                let waiting = now.control() == wire::Control::Waiting;
                let open =
                    now.handoff.is_some_and(|handoff| handoff.state() == wire::HandoffState::Requested);
                assert_eq!((waiting, now.needs_agent_intervention), (open, open));
                if waiting {
                    break;
                }
            }
            asking.await.unwrap();
        }
    })
    .await;
}
