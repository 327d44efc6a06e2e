//! Conversations, and the commands about them.

use baton_proto::{ai::v1 as ai, common::v1 as common, conversation::v1 as conv};
use serde_json::{Value, json};

use super::{CONVERSATIONS, asks, at, full_conversation, member};
use crate::{fakes::conversation, house::House};

const HANDOFFS: &str = "/baton.conversation.v1.HandoffService/";

#[tokio::test]
async fn a_conversation_shows_what_the_staff_needs_before_answering() {
    let house = House::new().await;
    let question = conv::GetConversationRequest { conversation_id: "conv_1".into() };
    let answer = conv::GetConversationResponse { conversation: Some(full_conversation()) };
    let ask = (format!("{CONVERSATIONS}GetConversation"), question, answer);
    let seen = asks(&house, "GET conversations/conv_1", Value::Null, ask).await;
    assert_eq!(seen["priority_reason"], "they are upset");
    assert_eq!(seen["snoozed_until_time"], "2024-01-15T12:00:00Z");
    assert_eq!(
        (&seen["handoff"]["return_cause"], &seen["handoff"]["promise"]),
        (
            &json!("no_reply"),
            &json!({"promised_by_time": "2024-01-15T13:00:00Z", "text": "within the hour", "outside_hours": true})
        )
    );
    assert_eq!(
        (&seen["brief"]["engine"], &seen["brief"]["sentiment"], &seen["brief"]["lines"]),
        (
            &json!("extractive"),
            &json!("negative"),
            &json!([{"kind": "wish", "text": "a refund", "sequences": [1, 3]}])
        )
    );
}

macro_rules! commands {
    ($house:ident: $($line:literal $body:tt => $service:ident.$method:literal $request:expr => $answer:ident;)+) => { $(
        let answer = conv::$answer { conversation: Some(conversation("conv_1")) };
        let ask = (format!("{}{}", $service, $method), $request, answer);
        let seen = asks(&$house, concat!($line), json!($body), ask).await;
        assert_eq!((&seen["id"], &seen["control"]), (&json!("conv_1"), &json!("waiting")), $line);
    )+ };
}

#[tokio::test]
async fn commands_about_who_has_a_conversation_reach_their_owner() {
    let house = House::new().await;
    let conversation_id = || "conv_1".to_owned();
    commands! { house:
        "POST conversations/conv_1/take-over" {"expected_assignment_version": 4} => HANDOFFS."TakeOver"
            conv::TakeOverRequest { conversation_id: conversation_id(), expected_assignment_version: 4 } => TakeOverResponse;
        "POST conversations/conv_1/hand-back" {"instruction": "offer a refund"} => HANDOFFS."HandBack"
            conv::HandBackRequest { conversation_id: conversation_id(), expected_assignment_version: 0, instruction: "offer a refund".into() }
            => HandBackResponse;
        "POST conversations/conv_1/hand-to-team" {"team_id": "team_1"} => HANDOFFS."HandToTeam"
            conv::HandToTeamRequest { conversation_id: conversation_id(), team_id: "team_1".into(), expected_assignment_version: 0 }
            => HandToTeamResponse;
        "POST conversations/conv_1/resolve" {} => CONVERSATIONS."ResolveConversation"
            conv::ResolveConversationRequest { conversation_id: conversation_id(), expected_assignment_version: 0 } => ResolveConversationResponse;
        "POST conversations/conv_1/reopen" {"expected_assignment_version": 5} => CONVERSATIONS."ReopenConversation"
            conv::ReopenConversationRequest { conversation_id: conversation_id(), expected_assignment_version: 5 } => ReopenConversationResponse;
        "POST conversations/conv_1/assign" {"member_id": "mem_1", "expected_assignment_version": 6} => CONVERSATIONS."AssignConversation"
            conv::AssignConversationRequest { conversation_id: conversation_id(), member_id: "mem_1".into(), expected_assignment_version: 6 }
            => AssignConversationResponse;
        "POST conversations/conv_1/unassign" {"expected_assignment_version": 7} => CONVERSATIONS."UnassignConversation"
            conv::UnassignConversationRequest { conversation_id: conversation_id(), expected_assignment_version: 7 } => UnassignConversationResponse;
        "POST conversations/conv_1/wake" {} => CONVERSATIONS."WakeConversation"
            conv::WakeConversationRequest { conversation_id: conversation_id(), expected_assignment_version: 0 } => WakeConversationResponse;
        "PUT conversations/conv_1/team" {"team_id": null, "expected_assignment_version": 8} => CONVERSATIONS."SetTeam"
            conv::SetTeamRequest { conversation_id: conversation_id(), team_id: String::new(), expected_assignment_version: 8 } => SetTeamResponse;
        "PUT conversations/conv_1/priority" {"priority": "urgent", "reason": "upset"} => CONVERSATIONS."SetPriority"
            conv::SetPriorityRequest { conversation_id: conversation_id(), priority: 4, reason: "upset".into() } => SetPriorityResponse;
        "PUT conversations/conv_1/priority" {} => CONVERSATIONS."SetPriority"
            conv::SetPriorityRequest { conversation_id: conversation_id(), priority: 0, reason: String::new() } => SetPriorityResponse;
        "POST conversations/conv_1/snooze" {"until_time": "2024-01-15T13:00:00+01:00"} => CONVERSATIONS."SnoozeConversation"
            conv::SnoozeConversationRequest { conversation_id: conversation_id(), until_time: at(1_705_320_000), expected_assignment_version: 0 }
            => SnoozeConversationResponse;
    }
    for (line, body) in [
        ("POST conversations/conv_1/snooze", json!({"until_time": "tomorrow"})),
        ("PUT conversations/conv_1/priority", json!({"priority": "unknown"})),
        ("PUT conversations/conv_1/priority", json!({"priority": 4})),
        ("POST conversations/conv_1/assign", json!({})),
        ("POST conversations/conv_1/activity", json!({"activity": "dancing"})),
    ] {
        assert_eq!(member(&house, line, body).await.status, 400, "{line}");
    }
}

#[tokio::test]
async fn reading_and_briefs_are_told_to_the_staff() {
    let house = House::new().await;
    let mark = conv::ReadMark {
        reader: Some(common::Actor { kind: common::ActorKind::Visitor.into(), id: "cont_1".into() }),
        sequence: 5,
        update_time: at(1_705_320_000),
    };
    let told = json!({"reader": {"kind": "visitor", "id": "cont_1"}, "sequence": 5, "update_time": "2024-01-15T12:00:00Z"});
    let question = conv::MarkReadRequest { conversation_id: "conv_1".into(), sequence: 5 };
    let answer = conv::MarkReadResponse { mark: Some(mark.clone()) };
    let ask = (format!("{CONVERSATIONS}MarkRead"), question, answer);
    assert_eq!(asks(&house, "POST conversations/conv_1/read", json!({"sequence": 5}), ask).await, told);
    let question = conv::ListReadMarksRequest { conversation_id: "conv_1".into() };
    let ask = (
        format!("{CONVERSATIONS}ListReadMarks"),
        question,
        conv::ListReadMarksResponse { marks: vec![mark] },
    );
    let marks = asks(&house, "GET conversations/conv_1/read-marks", Value::Null, ask).await;
    assert_eq!(marks, json!({"read_marks": [told]}));
    let question = ai::RegenerateBriefRequest { conversation_id: "conv_1".into() };
    let answer = ai::RegenerateBriefResponse { brief: full_conversation().brief };
    let ask = ("/baton.ai.v1.InsightService/RegenerateBrief".to_owned(), question, answer);
    assert_eq!(asks(&house, "POST conversations/conv_1/brief", Value::Null, ask).await["id"], "brief_1");
    let patience = house.script.patience("/baton.ai.v1.InsightService/RegenerateBrief");
    assert_eq!(patience, Some(std::time::Duration::from_secs(25)), "a model may write it");
}
