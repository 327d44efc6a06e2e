//! What a person decides about a conversation, behind the real door.

use std::{sync::Arc, time::Duration};

use baton_kit::{
    door::{peer::Line, refusal::reason_of},
    life::clock::timeout,
};
use baton_proto::{
    common::v1::ErrorReason,
    conversation::v1::{
        self as wire, contact_service_client::ContactServiceClient,
        conversation_service_client::ConversationServiceClient, handoff_service_client::HandoffServiceClient,
    },
    internal::conversation::v1::{
        AssignRequest, GetThreadRequest, GetTurnContextRequest, ListMemberLoadsRequest, SetPromiseRequest,
        SuggestPriorityRequest, VisitorConversation, assignment_service_client::AssignmentServiceClient,
        insight_sink_service_client::InsightSinkServiceClient, turn_service_client::TurnServiceClient,
        visitor_service_client::VisitorServiceClient,
    },
};

use crate::house::{House, PATIENCE, id, on_both_engines, start};

type Outcome<T> = Result<T, tonic::Status>;

pub async fn get(house: &House, conversation: &str) -> wire::Conversation {
    let request = wire::GetConversationRequest { conversation_id: conversation.into() };
    let mut conversations = ConversationServiceClient::new(house.program());
    conversations.get_conversation(request).await.unwrap().into_inner().conversation.unwrap()
}

/// A visitor with a conversation that waits for a person.
pub async fn waiting(house: &House) -> (Line, wire::Conversation) {
    let visitor = house.visitor().await;
    let it = start(&visitor, "a person, please").await;
    let it = ask(&visitor, &it.id, "").await.unwrap();
    (visitor, it)
}

pub async fn ask(line: &Line, conversation: &str, email: &str) -> Outcome<wire::Conversation> {
    let request = wire::RequestHandoffRequest {
        conversation_id: conversation.into(),
        email: email.into(),
        ..Default::default()
    };
    let asked = HandoffServiceClient::new(line.clone()).request_handoff(request).await?;
    Ok(asked.into_inner().conversation.unwrap())
}

pub async fn take(line: &Line, conversation: &str) -> Outcome<wire::Conversation> {
    let request =
        wire::TakeOverRequest { conversation_id: conversation.into(), expected_assignment_version: 0 };
    let taken = HandoffServiceClient::new(line.clone()).take_over(request).await?;
    Ok(taken.into_inner().conversation.unwrap())
}

pub async fn assign(line: &Line, conversation: &str, member: &str) -> Outcome<wire::Conversation> {
    let request = wire::AssignConversationRequest {
        conversation_id: conversation.into(),
        member_id: member.into(),
        expected_assignment_version: 0,
    };
    let assigned = ConversationServiceClient::new(line.clone()).assign_conversation(request).await?;
    Ok(assigned.into_inner().conversation.unwrap())
}

pub async fn set_team(line: &Line, conversation: &str, team: &str) -> Outcome<wire::Conversation> {
    let request = wire::SetTeamRequest {
        conversation_id: conversation.into(),
        team_id: team.into(),
        expected_assignment_version: 0,
    };
    let set = ConversationServiceClient::new(line.clone()).set_team(request).await?;
    Ok(set.into_inner().conversation.unwrap())
}

async fn hand_to_team(line: &Line, conversation: &str, team: &str) -> Outcome<wire::Conversation> {
    let request = wire::HandToTeamRequest {
        conversation_id: conversation.into(),
        team_id: team.into(),
        expected_assignment_version: 0,
    };
    let handed = HandoffServiceClient::new(line.clone()).hand_to_team(request).await?;
    Ok(handed.into_inner().conversation.unwrap())
}

async fn unassign(line: &Line, conversation: &str) -> Outcome<wire::Conversation> {
    let request = wire::UnassignConversationRequest {
        conversation_id: conversation.into(),
        expected_assignment_version: 0,
    };
    let unassigned = ConversationServiceClient::new(line.clone()).unassign_conversation(request).await?;
    Ok(unassigned.into_inner().conversation.unwrap())
}

async fn resolve(line: &Line, conversation: &str) {
    let request = wire::ResolveConversationRequest {
        conversation_id: conversation.into(),
        expected_assignment_version: 0,
    };
    ConversationServiceClient::new(line.clone()).resolve_conversation(request).await.unwrap();
}

async fn reopen(line: &Line, conversation: &str) -> Outcome<wire::Conversation> {
    let request = wire::ReopenConversationRequest {
        conversation_id: conversation.into(),
        expected_assignment_version: 0,
    };
    let opened = ConversationServiceClient::new(line.clone()).reopen_conversation(request).await?;
    Ok(opened.into_inner().conversation.unwrap())
}

pub async fn snooze(line: &Line, conversation: &str, until: Option<i64>) -> Outcome<wire::Conversation> {
    let request = wire::SnoozeConversationRequest {
        conversation_id: conversation.into(),
        until_time: until.map(|seconds| prost_types::Timestamp { seconds, nanos: 0 }),
        expected_assignment_version: 0,
    };
    let snoozed = ConversationServiceClient::new(line.clone()).snooze_conversation(request).await?;
    Ok(snoozed.into_inner().conversation.unwrap())
}

pub async fn say(house: &House, line: &Line, conversation: &str) -> wire::Message {
    let request = wire::PostMessageRequest {
        conversation_id: conversation.into(),
        text: "a word".into(),
        client_message_id: house.client_id(),
        ..Default::default()
    };
    let said = ConversationServiceClient::new(line.clone()).post_message(request).await;
    said.unwrap().into_inner().message.unwrap()
}

async fn thread_of(visitor: &Line) -> VisitorConversation {
    let mut visitors = VisitorServiceClient::new(visitor.clone());
    let thread = visitors.get_thread(GetThreadRequest { after_sequence: 0 }).await.unwrap().into_inner();
    thread.conversation.unwrap()
}

pub async fn held(house: &House, member: &str) -> i32 {
    let request = ListMemberLoadsRequest { workspace_id: house.workspace.to_string() };
    let mut routing = AssignmentServiceClient::new(house.routing());
    let loads = routing.list_member_loads(request).await.unwrap().into_inner().loads;
    loads.iter().find(|load| load.member_id == member).map_or(0, |load| load.held)
}

pub fn by_routing(house: &House, it: &wire::Conversation, member: &str) -> AssignRequest {
    AssignRequest {
        decision_id: id("dec", house.host.ids.next()),
        workspace_id: house.workspace.to_string(),
        conversation_id: it.id.clone(),
        member_id: member.into(),
        expected_assignment_version: it.assignment_version,
        limit: 3,
    }
}

/// A team the service knows.
pub async fn team(house: &House) -> String {
    let team = house.host.ids.next();
    house.tell_of_team(team, false, 1).await;
    let conversation = start(&house.visitor().await, "known?").await.id;
    let (program, name) = (house.program(), id("team", team));
    let known = timeout(&house.host.clock, PATIENCE, async {
        while set_team(&program, &conversation, &name).await.is_err() {
            house.host.clock.sleep(Duration::from_millis(5)).await;
        }
    });
    known.await.expect("the team becomes known");
    resolve(&program, &conversation).await;
    name
}

fn refused<T: std::fmt::Debug>(outcome: Outcome<T>) -> Option<ErrorReason> {
    reason_of(&outcome.unwrap_err())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_makes_a_member_responsible_from_anywhere_and_loads_follow() {
    on_both_engines(|house: Arc<House>| async move {
        let ((anna, anna_id), (_, ben_id)) = (house.member().await, house.member().await);
        let program = house.program();
        let it = start(&house.visitor().await, "hello").await;
        let asked = assign(&program, &it.id, &anna_id).await.unwrap();
        let handoff = asked.handoff.clone().unwrap();
        assert_eq!((asked.control(), asked.control_epoch), (wire::Control::Waiting, it.control_epoch + 1));
        assert_eq!(
            (handoff.state(), handoff.reason()),
            (wire::HandoffState::Assigned, wire::HandoffReason::ApiRequest)
        );
        let again = assign(&program, &it.id, &anna_id).await.unwrap();
        assert_eq!(again.revision, asked.revision, "who is responsible already stays so");
        assign(&anna, &it.id, &ben_id).await.unwrap();
        assert_eq!((held(&house, &anna_id).await, held(&house, &ben_id).await), (0, 1));
        take(&anna, &it.id).await.unwrap();
        let transferred = assign(&anna, &it.id, &ben_id).await.unwrap();
        assert_eq!((transferred.control(), transferred.assignee_id), (wire::Control::Human, ben_id.clone()));
        assert_eq!((held(&house, &anna_id).await, held(&house, &ben_id).await), (0, 1));
        for _ in 0..5 {
            let (_, it) = waiting(&house).await;
            assert_eq!(assign(&program, &it.id, &ben_id).await.unwrap().assignee_id, ben_id, "no limit");
        }
        assert_eq!(held(&house, &ben_id).await, 6);
        let stranger = id("mem", house.host.ids.next());
        assert_eq!(refused(assign(&program, &it.id, &stranger).await), Some(ErrorReason::MemberNotEligible));
        resolve(&program, &it.id).await;
        assert_eq!(refused(assign(&program, &it.id, &anna_id).await), Some(ErrorReason::ConversationClosed));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_put_back_into_the_queue_says_why_and_keeps_the_waiting_time() {
    on_both_engines(|house: Arc<House>| async move {
        let (anna, anna_id) = house.member().await;
        let (visitor, it) = waiting(&house).await;
        let first = it.handoff.clone().unwrap();
        take(&anna, &it.id).await.unwrap();
        let back = unassign(&anna, &it.id).await.unwrap();
        let handoff = back.handoff.clone().unwrap();
        assert_eq!((back.control(), back.assignee_id.as_str()), (wire::Control::Waiting, ""));
        assert_eq!(back.last_assignee_id, anna_id);
        assert_eq!(
            (handoff.reason(), handoff.return_cause(), handoff.previous_handoff_id),
            (wire::HandoffReason::Returned, wire::ReturnCause::GivenBack, first.id)
        );
        assert_eq!(handoff.waiting_since_time, first.waiting_since_time, "nobody has answered");
        assert_eq!(held(&house, &anna_id).await, 0);
        assert_eq!(unassign(&anna, &it.id).await.unwrap().revision, back.revision, "it waits already");
        say(&house, &anna, &it.id).await;
        let asked_at = say(&house, &visitor, &it.id).await.create_time;
        say(&house, &visitor, &it.id).await;
        let back = unassign(&anna, &it.id).await.unwrap().handoff.unwrap();
        assert_eq!(back.waiting_since_time, asked_at, "since the oldest message that nobody answered");
        let fresh = start(&house.visitor().await, "hello").await;
        assert_eq!(refused(unassign(&anna, &fresh.id).await), Some(ErrorReason::NoOpenHandoff));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_who_is_removed_leaves_nothing_waiting_and_no_load() {
    on_both_engines(|house: Arc<House>| async move {
        let ((gone, gone_id), (stays, stays_id)) = (house.member().await, house.member().await);
        let mut theirs = Vec::new();
        for number in 0..105 {
            let (_, it) = waiting(&house).await;
            match number % 3 {
                0 => drop(take(&gone, &it.id).await.unwrap()),
                1 => drop(assign(&stays, &it.id, &gone_id).await.unwrap()),
                _ => {
                    take(&gone, &it.id).await.unwrap();
                    let tomorrow = house.host.clock.now().as_second() + 86_400;
                    snooze(&gone, &it.id, Some(tomorrow)).await.unwrap();
                }
            }
            theirs.push(it.id);
        }
        let (_, other) = waiting(&house).await;
        take(&stays, &other.id).await.unwrap();
        assert_eq!(held(&house, &gone_id).await, 70);
        house.tell_of_member(&gone_id, false, 2).await;
        let relieved = timeout(&house.host.clock, PATIENCE, async {
            for it in &theirs {
                while !get(&house, it).await.assignee_id.is_empty() {
                    house.host.clock.sleep(Duration::from_millis(5)).await;
                }
            }
        });
        relieved.await.expect("everything is given back");
        for (number, it) in theirs.iter().enumerate() {
            let now = get(&house, it).await;
            let (status, handoff) = (now.status(), now.handoff.unwrap());
            assert_eq!(
                (status, handoff.state()),
                (wire::ConversationStatus::Open, wire::HandoffState::Requested)
            );
            let left =
                if number % 3 == 1 { wire::ReturnCause::Unspecified } else { wire::ReturnCause::MemberLeft };
            assert_eq!(handoff.return_cause(), left);
        }
        assert_eq!((held(&house, &gone_id).await, held(&house, &stays_id).await), (0, 1));
        let before = get(&house, &theirs[0]).await.revision;
        house.tell_of_member(&gone_id, false, 2).await;
        house.tell_of_member(&gone_id, true, 3).await;
        let back = timeout(&house.host.clock, PATIENCE, async {
            while take(&gone, &theirs[1]).await.is_err() {
                house.host.clock.sleep(Duration::from_millis(5)).await;
            }
        });
        back.await.expect("the member may reply again");
        assert_eq!(get(&house, &theirs[0]).await.revision, before, "told again, nothing happens");
        // Older news of before they came back.
        house.tell_of_member(&gone_id, false, 2).await;
        team(&house).await;
        assert_eq!(get(&house, &theirs[1]).await.assignee_id, gone_id);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_that_is_archived_or_unknown_is_not_there() {
    on_both_engines(|house: Arc<House>| async move {
        let (anna, _) = house.member().await;
        let sales = team(&house).await;
        let it = start(&house.visitor().await, "hello").await;
        let unknown = id("team", house.host.ids.next());
        assert_eq!(refused(set_team(&anna, &it.id, &unknown).await), Some(ErrorReason::NotFound));
        assert_eq!(refused(hand_to_team(&anna, &it.id, &unknown).await), Some(ErrorReason::NotFound));
        let handed = hand_to_team(&anna, &it.id, &sales).await.unwrap();
        assert_eq!(
            (handed.control(), handed.team_id.as_str(), handed.assignee_id.as_str()),
            (wire::Control::Waiting, sales.as_str(), "")
        );
        assert_eq!(handed.handoff.unwrap().reason(), wire::HandoffReason::MemberRequest);
        assert_eq!(hand_to_team(&anna, &it.id, &sales).await.unwrap().revision, handed.revision);
        assert_eq!(set_team(&anna, &it.id, "").await.unwrap().team_id, "");
        let team: baton_conversation::domain::ids::TeamId = sales.parse().unwrap();
        house.tell_of_team(team.uuid(), true, 2).await;
        let archived = timeout(&house.host.clock, PATIENCE, async {
            loop {
                let fresh = start(&house.visitor().await, "hello").await;
                if set_team(&anna, &fresh.id, &sales).await.is_err() {
                    return;
                }
                house.host.clock.sleep(Duration::from_millis(5)).await;
            }
        });
        archived.await.expect("the team is known to be archived");
        let it = start(&house.visitor().await, "hello").await;
        let request = wire::RequestHandoffRequest {
            conversation_id: it.id.clone(),
            reason: wire::HandoffReason::AiDecision as i32,
            control_epoch: it.control_epoch,
            visitor_sequence: 1,
            team_id: sales,
            ..Default::default()
        };
        let mut assistant = HandoffServiceClient::new(house.ai());
        let asked = assistant.request_handoff(house.named(request)).await.unwrap().into_inner();
        let asked = asked.conversation.unwrap();
        assert_eq!((asked.control(), asked.team_id.as_str()), (wire::Control::Waiting, ""), "passed over");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_put_off_holds_no_place_and_wakes_with_the_next_word() {
    on_both_engines(|house: Arc<House>| async move {
        let (anna, anna_id) = house.member().await;
        let visitor = house.visitor().await;
        let it = start(&visitor, "hello").await;
        assert_eq!(refused(snooze(&anna, &it.id, None).await), Some(ErrorReason::WrongState));
        take(&anna, &it.id).await.unwrap();
        let now = house.host.clock.now().as_second();
        for bad in [now - 10, now + 367 * 86_400] {
            assert_eq!(refused(snooze(&anna, &it.id, Some(bad)).await), Some(ErrorReason::InvalidFields));
        }
        let asleep = snooze(&anna, &it.id, Some(now + 3600)).await.unwrap();
        assert_eq!(asleep.status(), wire::ConversationStatus::Snoozed);
        assert_eq!(asleep.snoozed_until_time.unwrap().seconds, now + 3600);
        assert_eq!(held(&house, &anna_id).await, 0);
        let later = snooze(&anna, &it.id, Some(now + 7200)).await.unwrap();
        assert_eq!(later.assignment_version, asleep.assignment_version, "the last time counts");
        let kinds = |rows: Vec<baton_conversation::store::entity::deadline::Model>| {
            rows.iter().map(|row| row.kind).collect::<Vec<_>>()
        };
        assert_eq!(kinds(house.deadlines(it.id.parse().unwrap()).await), [4], "only the wake runs");
        say(&house, &visitor, &it.id).await;
        let awake = get(&house, &it.id).await;
        assert_eq!(
            (awake.status(), awake.assignee_id.as_str()),
            (wire::ConversationStatus::Open, anna_id.as_str())
        );
        assert_eq!((awake.snoozed_until_time, held(&house, &anna_id).await), (None, 1));
        assert_eq!(kinds(house.deadlines(it.id.parse().unwrap()).await), [2], "an answer is owed");
        let refused_now = snooze(&anna, &it.id, None).await;
        assert_eq!(refused(refused_now), Some(ErrorReason::WrongState), "unanswered, and without a clock");
        snooze(&anna, &it.id, Some(now + 3600)).await.unwrap();
        say(&house, &anna, &it.id).await;
        assert_eq!(get(&house, &it.id).await.status(), wire::ConversationStatus::Open);
        assert!(house.deadlines(it.id.parse().unwrap()).await.is_empty(), "answered");
        snooze(&anna, &it.id, None).await.unwrap();
        let request =
            wire::WakeConversationRequest { conversation_id: it.id.clone(), expected_assignment_version: 0 };
        let mut conversations = ConversationServiceClient::new(anna.clone());
        let woken =
            conversations.wake_conversation(request).await.unwrap().into_inner().conversation.unwrap();
        assert_eq!((woken.status(), held(&house, &anna_id).await), (wire::ConversationStatus::Open, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persons_word_about_urgency_stands_above_the_assistants() {
    on_both_engines(|house: Arc<House>| async move {
        let (anna, _) = house.member().await;
        let (_, it) = waiting(&house).await;
        let handoff = it.handoff.as_ref().unwrap().id.clone();
        let suggest = |handoff: &str| {
            let request = SuggestPriorityRequest {
                workspace_id: house.workspace.to_string(),
                conversation_id: it.id.clone(),
                handoff_id: handoff.to_owned(),
                priority: wire::Priority::Urgent as i32,
                reason: "asked three times".into(),
            };
            let mut ai = InsightSinkServiceClient::new(house.ai());
            async move { ai.suggest_priority(request).await.map(|answer| answer.into_inner().applied) }
        };
        let set = |priority: wire::Priority, reason: &str| {
            let request = wire::SetPriorityRequest {
                conversation_id: it.id.clone(),
                priority: priority as i32,
                reason: reason.to_owned(),
            };
            let mut conversations = ConversationServiceClient::new(anna.clone());
            async move {
                conversations.set_priority(request).await.map(|set| set.into_inner().conversation.unwrap())
            }
        };
        assert!(suggest(&handoff).await.unwrap());
        let now = get(&house, &it.id).await;
        assert_eq!(
            (now.priority(), now.priority_source(), now.priority_reason.as_str()),
            (wire::Priority::Urgent, wire::PrioritySource::Ai, "asked three times")
        );
        assert!(suggest(&handoff).await.unwrap(), "safe to repeat");
        assert_eq!(get(&house, &it.id).await.revision, now.revision);
        let said = set(wire::Priority::Low, "a test").await.unwrap();
        assert_eq!(
            (said.priority(), said.priority_source()),
            (wire::Priority::Low, wire::PrioritySource::Person)
        );
        assert_eq!(said.assignment_version, it.assignment_version, "nobody's decision becomes stale by it");
        assert!(!suggest(&handoff).await.unwrap());
        let cleared = set(wire::Priority::Unspecified, "").await.unwrap();
        assert_eq!((cleared.priority(), cleared.priority_reason.as_str()), (wire::Priority::Unspecified, ""));
        assert!(!suggest(&handoff).await.unwrap(), "cleared by a person since the handoff was made");
        assert_eq!(refused(set(wire::Priority::Unspecified, "why").await), Some(ErrorReason::InvalidFields));
        let other = id("hand", house.host.ids.next());
        assert_eq!(refused(suggest(&other).await), Some(ErrorReason::NotFound));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_visitor_is_told_what_routing_promises_and_asked_for_an_address() {
    on_both_engines(|house: Arc<House>| async move {
        let (visitor, it) = waiting(&house).await;
        let promise = |handoff: String| SetPromiseRequest {
            workspace_id: house.workspace.to_string(),
            conversation_id: it.id.clone(),
            handoff_id: handoff,
            promise: Some(wire::ReplyPromise {
                promised_by_time: Some(prost_types::Timestamp { seconds: 2_000_000_000, nanos: 0 }),
                text: "Tomorrow by ten.".into(),
                outside_hours: true,
            }),
            due_time: Some(prost_types::Timestamp { seconds: 2_000_000_000, nanos: 0 }),
        };
        let handoff = it.handoff.clone().unwrap().id;
        let mut routing = AssignmentServiceClient::new(house.routing());
        routing.set_promise(promise(handoff.clone())).await.unwrap();
        let now = get(&house, &it.id).await;
        assert_eq!((now.assignment_version, now.revision), (it.assignment_version, it.revision + 1));
        routing.set_promise(promise(handoff)).await.unwrap();
        assert_eq!(get(&house, &it.id).await.revision, now.revision, "safe to repeat");
        let due: Vec<i64> =
            house.deadlines(it.id.parse().unwrap()).await.iter().map(|row| row.due_at).collect();
        assert_eq!(due, [2_000_000_000_000_000]);
        let seen = thread_of(&visitor).await;
        assert_eq!(seen.promise.unwrap().text, "Tomorrow by ten.");
        assert_eq!((seen.email_wanted, seen.answer_by_email), (true, false));
        let left = wire::LeaveEmailRequest { email: "ada@example.org".into() };
        ContactServiceClient::new(visitor.clone()).leave_email(left).await.unwrap();
        assert!(!thread_of(&visitor).await.email_wanted);
        let other = routing.set_promise(promise(id("hand", house.host.ids.next()))).await;
        assert_eq!(refused(other), Some(ErrorReason::NoOpenHandoff));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assistant_that_hands_nothing_over_lets_the_visitor_leave_a_message() {
    on_both_engines(|house: Arc<House>| async move {
        let visitor = house.visitor_of_a_closed_assistant().await;
        let it = start(&visitor, "a person, please").await;
        assert_eq!(refused(ask(&visitor, &it.id, "").await), Some(ErrorReason::EmailRequired));
        assert_eq!(refused(ask(&visitor, &it.id, "nonsense").await), Some(ErrorReason::InvalidFields));
        assert_eq!(get(&house, &it.id).await.control(), wire::Control::Ai);
        let left = ask(&visitor, &it.id, "ada@example.org").await.unwrap();
        assert_eq!(left.handoff.unwrap().reason(), wire::HandoffReason::MessageLeft);
        let request = wire::GetContactRequest { contact_id: it.contact_id.clone() };
        let mut contacts = ContactServiceClient::new(house.program());
        let contact = contacts.get_contact(request).await.unwrap().into_inner().contact.unwrap();
        assert_eq!(contact.email, "ada@example.org");
        let withdraw = wire::WithdrawHandoffRequest { conversation_id: it.id.clone() };
        HandoffServiceClient::new(visitor.clone()).withdraw_handoff(withdraw).await.unwrap();
        assert!(ask(&visitor, &it.id, "").await.is_ok(), "the address is known");
        let asked = ask(&house.program(), &it.id, "ada@example.org").await;
        assert_eq!(refused(asked), Some(ErrorReason::InvalidFields), "for visitors only");
        let open = house.visitor().await;
        let it = start(&open, "a person, please").await;
        assert_eq!(
            ask(&open, &it.id, "").await.unwrap().handoff.unwrap().reason(),
            wire::HandoffReason::VisitorRequest
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_opens_what_was_resolved_unless_another_one_is_open() {
    on_both_engines(|house: Arc<House>| async move {
        let (anna, anna_id) = house.member().await;
        let visitor = house.visitor().await;
        let it = start(&visitor, "hello").await;
        assert_eq!(refused(reopen(&anna, &it.id).await), Some(ErrorReason::WrongState));
        resolve(&anna, &it.id).await;
        let opened = reopen(&anna, &it.id).await.unwrap();
        assert_eq!(
            (opened.status(), opened.control(), opened.assignee_id.as_str()),
            (wire::ConversationStatus::Open, wire::Control::Human, anna_id.as_str())
        );
        assert_eq!(reopen(&anna, &it.id).await.unwrap().revision, opened.revision);
        assert_eq!(held(&house, &anna_id).await, 1);
        resolve(&anna, &it.id).await;
        let other = start(&visitor, "hello again").await;
        assert_ne!(other.id, it.id);
        let status = reopen(&anna, &it.id).await.unwrap_err();
        assert_eq!(reason_of(&status), Some(ErrorReason::AnotherConversationOpen));
        assert_eq!(baton_kit::door::refusal::metadata_of(&status)["conversation_id"], other.id);
        assert_eq!(held(&house, &anna_id).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_assistant_is_told_what_to_do_until_control_changes() {
    on_both_engines(|house: Arc<House>| async move {
        let (anna, _) = house.member().await;
        let visitor = house.visitor().await;
        let it = start(&visitor, "hello").await;
        take(&anna, &it.id).await.unwrap();
        let request = wire::HandBackRequest {
            conversation_id: it.id.clone(),
            expected_assignment_version: 0,
            instruction: "Offer the refund.".into(),
        };
        HandoffServiceClient::new(anna.clone()).hand_back(request).await.unwrap();
        let told = || async {
            let request = GetTurnContextRequest {
                workspace_id: house.workspace.to_string(),
                conversation_id: it.id.clone(),
            };
            let mut turns = TurnServiceClient::new(house.ai());
            turns.get_turn_context(request).await.unwrap().into_inner().instruction
        };
        assert_eq!(told().await, "Offer the refund.");
        ask(&visitor, &it.id, "").await.unwrap();
        assert_eq!(told().await, "");
    })
    .await;
}
