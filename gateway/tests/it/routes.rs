//! Every route that asks one question of one service: what it asks, and what it answers.

use axum::{body::Body, http::Request};
use baton_kit::door::refusal::Refusal;
use baton_proto::{
    ai::v1 as ai,
    common::v1::{self as common, ErrorReason},
    conversation::v1 as conv,
    routing::v1 as routing,
    team::v1 as team,
};
use prost::Message;
use serde_json::{Value, json};

use crate::{
    fakes::conversation,
    house::{House, Reply},
};

const CONVERSATIONS: &str = "/baton.conversation.v1.ConversationService/";
const HANDOFFS: &str = "/baton.conversation.v1.HandoffService/";

fn at(seconds: i64) -> Option<prost_types::Timestamp> {
    Some(prost_types::Timestamp { seconds, nanos: 0 })
}

async fn member(house: &House, line: &str, body: Value) -> Reply {
    let (method, path) = line.split_once(' ').unwrap();
    let request = Request::builder()
        .method(method)
        .uri(format!("/v1/inbox/{path}"))
        .header("cookie", "__Host-baton=good")
        .header("x-baton-csrf", "1")
        .header("content-type", "application/json")
        .header("if-match", "\"e1\"");
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    house.send(request.body(body).unwrap()).await
}

async fn visitor(house: &House, path: &str, body: Value) -> Reply {
    let request = Request::post(format!("/v1/widget/{path}"))
        .header("authorization", format!("Bearer {}", house.visitor_token(1)))
        .header("content-type", "application/json");
    house.send(request.body(Body::from(body.to_string())).unwrap()).await
}

/// A member's request becomes this question; this answer becomes the reply.
async fn asks<Q: Message + Default + PartialEq + std::fmt::Debug, A: Message + Clone + 'static>(
    house: &House,
    line: &str,
    body: Value,
    (path, question, answer): (String, Q, A),
) -> Value {
    house.script.answer(&path, answer);
    let reply = member(house, line, body).await;
    assert!(reply.status.is_success(), "{line}: {}", reply.text);
    assert_eq!(house.script.last::<Q>(&path), question, "{line}");
    if reply.text.is_empty() { Value::Null } else { reply.json() }
}

fn full_conversation() -> conv::Conversation {
    let promise = conv::ReplyPromise {
        promised_by_time: at(1_705_323_600),
        text: "within the hour".into(),
        outside_hours: true,
    };
    let handoff = conv::Handoff {
        id: "hand_1".into(),
        state: conv::HandoffState::Requested.into(),
        reason: conv::HandoffReason::Returned.into(),
        return_cause: conv::ReturnCause::NoReply.into(),
        waiting_since_time: at(1_705_320_000),
        promise: Some(promise),
        fallback_promised_time: at(1_705_320_000),
        ..Default::default()
    };
    let line = conv::BriefLine {
        kind: conv::BriefLineKind::Wish.into(),
        text: "a refund".into(),
        sequences: vec![1, 3],
    };
    let brief = conv::Brief {
        id: "brief_1".into(),
        handoff_id: "hand_1".into(),
        engine: conv::BriefEngine::Extractive.into(),
        lines: vec![line],
        sentiment: conv::Sentiment::Negative.into(),
        ..Default::default()
    };
    conv::Conversation {
        needs_agent_intervention: true,
        handoff: Some(handoff),
        brief: Some(brief),
        priority_reason: "they are upset".into(),
        snoozed_until_time: at(1_705_320_000),
        ..conversation("conv_1")
    }
}

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

#[tokio::test]
async fn s_48_activity_said_again_at_once_is_not_passed_on_and_a_flood_is_refused() {
    let house = House::new().await;
    let path = format!("{CONVERSATIONS}ReportActivity");
    house.script.answer(&path, conv::ReportActivityResponse {});
    let line = "POST conversations/conv_1/activity";
    for _ in 0..3 {
        assert_eq!(member(&house, line, json!({"activity": "typing"})).await.status, 204);
    }
    let asked = || (house.script.times(&path), house.script.last::<conv::ReportActivityRequest>(&path).kind);
    assert_eq!(asked(), (1, conv::ActivityKind::Typing.into()));
    let said = |activity: &str| json!({"conversation_id": "conv_1", "activity": activity});
    assert_eq!(visitor(&house, "activity", said("idle")).await.status, 204);
    assert_eq!(asked(), (2, conv::ActivityKind::Idle.into()));
    assert_eq!(visitor(&house, "activity", said("viewing")).await.status, 400);
    let mut last = visitor(&house, "activity", said("typing")).await;
    for _ in 0..100 {
        last = visitor(&house, "activity", said("typing")).await;
    }
    assert_eq!((last.status.as_u16(), &last.json()["reason"]), (429, &json!("RATE_LIMITED")));
    assert!(!last.header("retry-after").is_empty());
    assert_eq!(asked().0, 3);
}

#[tokio::test]
async fn s_48_activity_that_was_not_taken_is_passed_on_when_it_is_said_again() {
    let house = House::new().await;
    let path = format!("{CONVERSATIONS}ReportActivity");
    house.script.on(&path, |_, _: conv::ReportActivityRequest| {
        Err::<conv::ReportActivityResponse, _>(Refusal::new(ErrorReason::Unavailable, "not now"))
    });
    let (line, typing) = ("POST conversations/conv_1/activity", json!({"activity": "typing"}));
    let said = json!({"conversation_id": "conv_1", "activity": "typing"});
    assert_eq!(member(&house, line, typing.clone()).await.status, 503);
    assert_eq!(visitor(&house, "activity", said.clone()).await.status, 503);
    house.script.answer(&path, conv::ReportActivityResponse {});
    for _ in 0..2 {
        assert_eq!(member(&house, line, typing.clone()).await.status, 204);
        assert_eq!(visitor(&house, "activity", said.clone()).await.status, 204);
    }
    assert_eq!(house.script.times(&path), 4, "two refused, two taken, the rest known");
}

#[tokio::test]
async fn s_48_activity_in_a_conversation_whose_id_is_too_long_is_refused_at_the_door() {
    let house = House::new().await;
    let path = format!("{CONVERSATIONS}ReportActivity");
    house.script.answer(&path, conv::ReportActivityResponse {});
    for (length, status) in [(64, 204), (65, 400)] {
        let id = "c".repeat(length);
        let line = format!("POST conversations/{id}/activity");
        assert_eq!(member(&house, &line, json!({"activity": "typing"})).await.status, status);
        let said = json!({"conversation_id": id, "activity": "typing"});
        assert_eq!(visitor(&house, "activity", said).await.status, status);
    }
    assert_eq!(house.script.times(&path), 2);
}

#[tokio::test]
async fn a_visitor_asks_for_a_person_and_says_where_to_answer() {
    let house = House::new().await;
    let path = format!("{HANDOFFS}RequestHandoff");
    house.script.on(&path, |_, asked: conv::RequestHandoffRequest| match asked.email.as_str() {
        "" => Err(Refusal::new(ErrorReason::EmailRequired, "an address to answer to is needed")),
        _ => Ok(conv::RequestHandoffResponse { conversation: Some(full_conversation()), created: true }),
    });
    let refused = visitor(&house, "handoff", json!({"conversation_id": "conv_1"})).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["reason"]), (409, &json!("EMAIL_REQUIRED")));
    let asked =
        visitor(&house, "handoff", json!({"conversation_id": "conv_1", "email": "v@example.org"})).await;
    let seen = asked.json();
    assert_eq!(seen["conversation"]["promise"]["text"], "within the hour");
    assert_eq!(
        (&seen["conversation"]["answer_by_email"], &seen["conversation"]["email_wanted"]),
        (&json!(true), &Value::Null)
    );
    for hidden in ["mem_secret", "urgent", "upset", "refund", "hand_1"] {
        assert!(!asked.text.contains(hidden), "{hidden} is the staff's: {}", asked.text);
    }
    let leave = "/baton.conversation.v1.ContactService/LeaveEmail";
    house.script.answer(leave, conv::LeaveEmailResponse {});
    assert_eq!(visitor(&house, "email", json!({"email": "v@example.org"})).await.status, 204);
    assert_eq!(house.script.last::<conv::LeaveEmailRequest>(leave).email, "v@example.org");
    let read = format!("{CONVERSATIONS}MarkRead");
    house.script.answer(&read, conv::MarkReadResponse::default());
    assert_eq!(
        visitor(&house, "read", json!({"conversation_id": "conv_1", "sequence": 3})).await.status,
        204
    );
    assert_eq!(house.script.last::<conv::MarkReadRequest>(&read).sequence, 3);
}

#[tokio::test]
async fn what_is_changed_by_etag_needs_if_match_and_answers_the_new_one() {
    let house = House::new().await;
    let path = "/baton.conversation.v1.ContactService/UpdateContact";
    let contact = conv::Contact { id: "cont_1".into(), etag: "e2".into(), ..Default::default() };
    house.script.answer(path, conv::UpdateContactResponse { contact: Some(contact) });
    let changed = member(&house, "PATCH contacts/cont_1", json!({"email": ""})).await;
    assert_eq!((changed.status.as_u16(), changed.header("etag")), (200, "\"e2\""));
    let asked = house.script.last::<conv::UpdateContactRequest>(path);
    assert_eq!((asked.etag.as_str(), asked.update_mask.unwrap().paths), ("e1", vec!["email".to_owned()]));
    house.script.on(path, |_, (): ()| {
        let stale = Refusal::new(ErrorReason::StaleEtag, "changed since").with("etag", "e3");
        Err::<conv::UpdateContactResponse, _>(stale)
    });
    let stale = member(&house, "PATCH contacts/cont_1", json!({"email": "a@b.io"})).await;
    assert_eq!((stale.status.as_u16(), &stale.json()["metadata"]["etag"]), (412, &json!("e3")));
    for (value, status) in
        [(None, 428), (Some("e1"), 400), (Some("\"a\", \"b\""), 400), (Some("W/\"a\""), 400)]
    {
        let mut request = Request::patch("/v1/inbox/contacts/cont_1")
            .header("cookie", "__Host-baton=good")
            .header("x-baton-csrf", "1")
            .header("content-type", "application/json");
        if let Some(value) = value {
            request = request.header("if-match", value);
        }
        let reply = house.send(request.body(Body::from("{}")).unwrap()).await;
        assert_eq!(
            (reply.status.as_u16(), reply.header("content-type")),
            (status, "application/problem+json")
        );
    }
}

#[tokio::test]
async fn office_hours_go_there_and_back() {
    let house = House::new().await;
    let span = |start_minute, end_minute| routing::Span { start_minute, end_minute };
    let hours = routing::OfficeHours {
        time_zone: "Europe/Berlin".into(),
        week: vec![routing::DayHours {
            weekday: routing::Weekday::Friday.into(),
            spans: vec![span(540, 1500)],
        }],
        exceptions: vec![routing::DateException {
            date: "--12-25".into(),
            spans: vec![],
            label: "Christmas".into(),
        }],
        reply: Some(routing::ReplyExpectation {
            expectation: Some(routing::reply_expectation::Expectation::Minutes(15)),
        }),
        language: "de".into(),
        ..Default::default()
    };
    let asked = json!({
        "time_zone": "Europe/Berlin",
        "week": [{"weekday": "friday", "spans": [{"start_minute": 540, "end_minute": 1500}]}],
        "exceptions": [{"date": "--12-25", "spans": [], "label": "Christmas"}],
        "reply": {"minutes": 15}, "language": "de"
    });
    let stored = routing::OfficeHours { etag: "e2".into(), ..hours.clone() };
    let question = routing::SetOfficeHoursRequest { office_hours: Some(hours), etag: "e1".into() };
    let answer = routing::SetOfficeHoursResponse { office_hours: Some(stored) };
    let ask = ("/baton.routing.v1.OfficeHoursService/SetOfficeHours".to_owned(), question, answer);
    let seen = asks(&house, "PUT office-hours", asked.clone(), ask).await;
    let mut expected = asked;
    expected["always_open"] = json!(false);
    expected["etag"] = json!("e2");
    assert_eq!(seen, expected);
    let question = routing::CheckOfficeHoursRequest { at_time: at(1_705_320_000), language: "de".into() };
    let answer = routing::CheckOfficeHoursResponse {
        cause: routing::HoursCause::Exception.into(),
        next_opening_time: at(1_705_323_600),
        visitor_text: "Morgen wieder".into(),
        ..Default::default()
    };
    let ask = ("/baton.routing.v1.OfficeHoursService/CheckOfficeHours".to_owned(), question, answer);
    let line = "GET office-hours/check?at_time=2024-01-15T12:00:00Z&language=de";
    let checked = asks(&house, line, Value::Null, ask).await;
    assert_eq!(
        (&checked["open"], &checked["cause"], &checked["next_opening_time"]),
        (&json!(false), &json!("exception"), &json!("2024-01-15T13:00:00Z"))
    );
}

#[tokio::test]
async fn members_and_teams_are_kept_by_http() {
    let house = House::new().await;
    let person = team::Member {
        display_name: "Mia".into(),
        email: "mia@example.org".into(),
        roles: vec![team::Role::Agent.into(), team::Role::Editor.into()],
        ..Default::default()
    };
    let question = team::CreateMemberRequest {
        request_id: "r1".into(),
        member: Some(person.clone()),
        password: "a long enough one".into(),
    };
    let answer =
        team::CreateMemberResponse { member: Some(team::Member { id: "mem_1".into(), ..person.clone() }) };
    let body = json!({"request_id": "r1", "display_name": "Mia", "email": "mia@example.org", "roles": ["agent", "editor"], "password": "a long enough one"});
    let ask = ("/baton.team.v1.MemberService/CreateMember".to_owned(), question, answer);
    let seen = asks(&house, "POST members", body, ask).await;
    assert_eq!((&seen["id"], &seen["roles"]), (&json!("mem_1"), &json!(["agent", "editor"])));
    let question =
        team::SetMemberRolesRequest { member_id: "mem_1".into(), roles: vec![team::Role::Admin.into()] };
    let ask = (
        "/baton.team.v1.MemberService/SetMemberRoles".to_owned(),
        question,
        team::SetMemberRolesResponse { member: Some(person.clone()) },
    );
    asks(&house, "PUT members/mem_1/roles", json!({"roles": ["admin"]}), ask).await;
    let question = team::RemoveMemberRequest { member_id: "mem_1".into() };
    let answer = team::RemoveMemberResponse { member: Some(person) };
    let ask = ("/baton.team.v1.MemberService/RemoveMember".to_owned(), question, answer);
    assert_eq!(asks(&house, "POST members/mem_1/remove", Value::Null, ask).await["active"], false);
    let question = team::UpdateTeamRequest {
        team_id: "team_1".into(),
        team: Some(team::Team { color: team::TeamColor::Teal.into(), ..Default::default() }),
        update_mask: Some(prost_types::FieldMask { paths: vec!["color".into()] }),
        etag: "e1".into(),
    };
    let answer = team::UpdateTeamResponse { team: question.team.clone() };
    let ask = ("/baton.team.v1.TeamService/UpdateTeam".to_owned(), question, answer);
    assert_eq!(asks(&house, "PATCH teams/team_1", json!({"color": "teal"}), ask).await["color"], "teal");
    let question = team::ListTeamsRequest { page_size: 2, page_token: "p".into() };
    let answer = team::ListTeamsResponse { teams: vec![team::Team::default()], next_page_token: "q".into() };
    let ask = ("/baton.team.v1.TeamService/ListTeams".to_owned(), question, answer);
    let page = asks(&house, "GET teams?page_size=2&page_token=p", Value::Null, ask).await;
    assert_eq!((page["teams"].as_array().unwrap().len(), &page["next_page_token"]), (1, &json!("q")));
}

#[tokio::test]
async fn assistants_and_knowledge_are_kept_by_http() {
    let house = House::new().await;
    let gather = ai::InformationToGather {
        name: "order".into(),
        description: "Your order number?".into(),
        required: true,
        contact_field: String::new(),
    };
    let handoff = ai::HandoffAction {
        enabled: true,
        auto_assign_priority: true,
        information_to_gather: vec![gather],
        ..Default::default()
    };
    let question = ai::UpdateAssistantRequest {
        assistant_id: "asst_1".into(),
        assistant: Some(ai::Assistant { handoff: Some(handoff), ..Default::default() }),
        update_mask: Some(prost_types::FieldMask { paths: vec!["handoff".into()] }),
        etag: "e1".into(),
    };
    let answer = ai::UpdateAssistantResponse { assistant: question.assistant.clone() };
    let ask = ("/baton.ai.v1.AssistantService/UpdateAssistant".to_owned(), question, answer);
    let body = json!({"handoff": {
        "enabled": true, "auto_assign_priority": true,
        "information_to_gather": [{"name": "order", "description": "Your order number?", "required": true}]
    }});
    let seen = asks(&house, "PATCH assistants/asst_1", body, ask).await;
    assert_eq!((&seen["handoff"]["enabled"], &seen["handoff"]["phrases"]), (&json!(true), &json!([])));
    let path = "/baton.ai.v1.KnowledgeService/CreateDocument";
    house.script.answer(path, ai::CreateDocumentResponse { document: Some(ai::Document::default()) });
    // Longer than any other body may be.
    let body = json!({"request_id": "r1", "title": "All of it", "text": "x".repeat(200_000)});
    assert_eq!(member(&house, "POST knowledge", body).await.status, 201);
    assert_eq!(house.script.last::<ai::CreateDocumentRequest>(path).document.unwrap().text.len(), 200_000);
    let question = ai::DeleteDocumentRequest { document_id: "doc_1".into() };
    let ask =
        ("/baton.ai.v1.KnowledgeService/DeleteDocument".to_owned(), question, ai::DeleteDocumentResponse {});
    assert_eq!(asks(&house, "DELETE knowledge/doc_1", Value::Null, ask).await, Value::Null);
    let question = ai::SearchKnowledgeRequest { query: "refund?".into(), limit: 0 };
    let hit = ai::SearchHit { document_id: "doc_1".into(), score: 1.5, ..Default::default() };
    let ask = (
        "/baton.ai.v1.KnowledgeService/SearchKnowledge".to_owned(),
        question,
        ai::SearchKnowledgeResponse { hits: vec![hit] },
    );
    let found = asks(&house, "POST knowledge/search", json!({"query": "refund?"}), ask).await;
    assert_eq!(
        (&found["hits"][0]["document_id"], &found["hits"][0]["score"]),
        (&json!("doc_1"), &json!(1.5))
    );
}
