//! How a workspace is set up.

use axum::{body::Body, http::Request};
use baton_kit::door::refusal::Refusal;
use baton_proto::{ai::v1 as ai, common::v1::ErrorReason, conversation::v1 as conv, routing::v1 as routing};
use serde_json::{Value, json};

use super::{asks, at, member};
use crate::house::House;

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
        assistant: Some(ai::Assistant {
            handoff: Some(handoff),
            allowed_sites: vec!["https://shop.example.org".into()],
            ..Default::default()
        }),
        update_mask: Some(prost_types::FieldMask { paths: vec!["handoff".into(), "allowed_sites".into()] }),
        etag: "e1".into(),
    };
    let answer = ai::UpdateAssistantResponse { assistant: question.assistant.clone() };
    let ask = ("/baton.ai.v1.AssistantService/UpdateAssistant".to_owned(), question, answer);
    let body = json!({"handoff": {
        "enabled": true, "auto_assign_priority": true,
        "information_to_gather": [{"name": "order", "description": "Your order number?", "required": true}]
    }, "allowed_sites": ["https://shop.example.org"]});
    let seen = asks(&house, "PATCH assistants/asst_1", body, ask).await;
    assert_eq!(seen["allowed_sites"], json!(["https://shop.example.org"]));
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
