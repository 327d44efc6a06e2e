//! Replies that are used again.

use std::collections::HashMap;

use axum::{body::Body, http::Request};
use baton_kit::door::refusal::Refusal;
use baton_proto::{common::v1::ErrorReason, conversation::v1 as conv, team::v1 as team};
use serde_json::{Value, json};

use super::{CONVERSATIONS, asks, at, member};
use crate::{fakes::conversation, house::House};

const CANNED: &str = "/baton.team.v1.CannedResponseService/";
const GET_CONTACT: &str = "/baton.conversation.v1.ContactService/GetContact";

fn greeting() -> team::CannedResponse {
    let variable = |name: &str, fallback: Option<&str>| team::CannedVariable {
        name: name.into(),
        fallback: fallback.map(Into::into),
    };
    team::CannedResponse {
        id: "can_1".into(),
        scope: team::CannedScope::Team.into(),
        team_id: "team_1".into(),
        shortcut: "hi".into(),
        title: "Greeting".into(),
        text: "Hi {{contact.name|there}}, order {{order}}".into(),
        variables: vec![variable("contact.name", Some("there")), variable("order", None)],
        create_time: at(1_705_320_000),
        revision: 3,
        etag: "e1".into(),
        ..Default::default()
    }
}

fn shown() -> Value {
    json!({
        "id": "can_1", "scope": "team", "team_id": "team_1", "owner_id": null, "shortcut": "hi", "title": "Greeting",
        "text": "Hi {{contact.name|there}}, order {{order}}",
        "variables": [{"name": "contact.name", "fallback": "there"}, {"name": "order", "fallback": null}],
        "etag": "e1", "revision": 3, "create_time": "2024-01-15T12:00:00Z"
    })
}

#[tokio::test]
async fn canned_responses_are_made_listed_and_changed_by_http() {
    let house = House::new().await;
    let wanted = team::CannedResponse {
        scope: team::CannedScope::Personal.into(),
        shortcut: "hi".into(),
        title: "Greeting".into(),
        text: "Hi".into(),
        ..Default::default()
    };
    let question =
        team::CreateCannedResponseRequest { request_id: "r1".into(), canned_response: Some(wanted) };
    let answer = team::CreateCannedResponseResponse { canned_response: Some(greeting()) };
    let body =
        json!({"request_id": "r1", "scope": "personal", "shortcut": "hi", "title": "Greeting", "text": "Hi"});
    let ask = (format!("{CANNED}CreateCannedResponse"), question, answer);
    assert_eq!(asks(&house, "POST canned-responses", body, ask).await, shown());
    let question = team::ListCannedResponsesRequest {
        scope: team::CannedScope::Team.into(),
        team_id: "team_1".into(),
        shortcut_prefix: "h".into(),
        page_size: 2,
        page_token: "p".into(),
    };
    let answer = team::ListCannedResponsesResponse {
        canned_responses: vec![greeting()],
        next_page_token: String::new(),
    };
    let line = "GET canned-responses?scope=team&team_id=team_1&shortcut_prefix=h&page_size=2&page_token=p";
    let ask = (format!("{CANNED}ListCannedResponses"), question, answer);
    let page = asks(&house, line, Value::Null, ask).await;
    assert_eq!(page, json!({"canned_responses": [shown()], "next_page_token": null}));
    let question = team::UpdateCannedResponseRequest {
        canned_response_id: "can_1".into(),
        canned_response: Some(team::CannedResponse { title: "Hello".into(), ..Default::default() }),
        update_mask: Some(prost_types::FieldMask { paths: vec!["title".into()] }),
        etag: "e0".into(),
    };
    let answer = team::UpdateCannedResponseResponse { canned_response: Some(greeting()) };
    let ask = (format!("{CANNED}UpdateCannedResponse"), question, answer);
    let body = json!({"title": "Hello", "etag": "e0"});
    assert_eq!(asks(&house, "PATCH canned-responses/can_1", body, ask).await, shown());
    for (line, body) in [
        ("PATCH canned-responses/can_1", json!({"title": "Hello"})),
        ("PATCH canned-responses/can_1", json!({"scope": "team", "etag": "e0"})),
        (
            "POST canned-responses",
            json!({"request_id": "r", "scope": "unknown", "shortcut": "x", "title": "x", "text": "x"}),
        ),
        ("GET canned-responses?scope=everybody", Value::Null),
    ] {
        let refused = member(&house, line, body).await;
        assert_eq!(
            (refused.status.as_u16(), refused.header("content-type")),
            (400, "application/problem+json"),
            "{line}"
        );
    }
}

#[tokio::test]
async fn what_was_changed_since_it_was_read_is_not_deleted() {
    let house = House::new().await;
    let delete = format!("{CANNED}DeleteCannedResponse");
    house.script.on(&delete, |_, asked: team::DeleteCannedResponseRequest| match asked.etag.as_str() {
        "" | "e1" => Ok(team::DeleteCannedResponseResponse {}),
        _ => Err(Refusal::new(ErrorReason::StaleEtag, "it changed").with("etag", "e1")),
    });
    let stale = member(&house, "DELETE canned-responses/can_1?etag=e0", Value::Null).await;
    assert_eq!((stale.status.as_u16(), &stale.json()["metadata"]["etag"]), (412, &json!("e1")));
    for (line, etag) in
        [("DELETE canned-responses/can_1?etag=e1", "e1"), ("DELETE canned-responses/can_1", "")]
    {
        let done = member(&house, line, Value::Null).await;
        assert_eq!((done.status.as_u16(), done.json()), (200, json!({})));
        let asked: team::DeleteCannedResponseRequest = house.script.last(&delete);
        assert_eq!((asked.canned_response_id.as_str(), asked.etag.as_str()), ("can_1", etag));
    }
    let before = house.script.times(&delete);
    let empty = member(&house, "DELETE canned-responses/can_1?etag=", Value::Null).await;
    assert_eq!((empty.status.as_u16(), &empty.json()["errors"][0]["field"]), (400, &json!("etag")));
    assert_eq!(house.script.times(&delete), before, "an empty one compares with nothing");
}

#[tokio::test]
async fn a_place_that_is_full_of_canned_responses_is_no_matter_of_waiting() {
    let house = House::new().await;
    let path = format!("{CANNED}CreateCannedResponse");
    house.script.on(&path, |_, _: team::CreateCannedResponseRequest| {
        let full = Refusal::new(ErrorReason::LimitReached, "there are as many as there may be");
        Err::<team::CreateCannedResponseResponse, _>(full.with("limit", 500))
    });
    let body =
        json!({"request_id": "r1", "scope": "personal", "shortcut": "hi", "title": "Greeting", "text": "Hi"});
    let refused = member(&house, "POST canned-responses", body).await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (409, ""));
    assert_eq!(refused.json()["reason"], "LIMIT_REACHED");
    assert_eq!(refused.json()["metadata"]["limit"], "500");
}

#[tokio::test]
async fn s_33_another_site_cannot_delete_a_canned_response_through_a_browser() {
    let house = House::new().await;
    let delete = format!("{CANNED}DeleteCannedResponse");
    house.script.answer(&delete, team::DeleteCannedResponseResponse {});
    let bare = || Request::delete("/v1/inbox/canned-responses/can_1").header("cookie", "__Host-baton=good");
    for request in [
        bare(),
        bare().header("x-baton-csrf", "1"),
        bare().header("content-type", "application/json"),
        bare().header("x-baton-csrf", "1").header("content-type", "text/plain"),
    ] {
        let refused = house.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!((refused.status.as_u16(), &refused.json()["reason"]), (403, &json!("PERMISSION_DENIED")));
    }
    assert_eq!(house.script.times(&delete), 0);
}

async fn rendered(house: &House, body: Value) -> HashMap<String, String> {
    let path = format!("{CANNED}RenderCannedResponse");
    let (text, missing) = ("Hi {{order}}".to_owned(), vec!["order".to_owned()]);
    house.script.answer(&path, team::RenderCannedResponseResponse { text, missing });
    let reply = member(house, "POST canned-responses/can_1/render", body).await;
    assert_eq!(
        (reply.status.as_u16(), reply.json()),
        (200, json!({"text": "Hi {{order}}", "missing": ["order"]}))
    );
    house.script.last::<team::RenderCannedResponseRequest>(&path).values
}

fn values<const N: usize>(values: [(&str, &str); N]) -> HashMap<String, String> {
    values.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[tokio::test]
async fn a_text_is_filled_with_what_the_member_may_know_of_the_contact() {
    let house = House::new().await;
    let one = conv::Conversation { contact_id: "cont_1".into(), ..conversation("conv_1") };
    house.script.answer(
        &format!("{CONVERSATIONS}GetConversation"),
        conv::GetConversationResponse { conversation: Some(one) },
    );
    let knows = |display_name: &str, email: &str| {
        let contact =
            conv::Contact { display_name: display_name.into(), email: email.into(), ..Default::default() };
        house.script.answer(GET_CONTACT, conv::GetContactResponse { contact: Some(contact) });
    };
    knows("Vera", "vera@example.org");
    let all = rendered(&house, json!({"conversation_id": "conv_1", "values": {"order": "7"}})).await;
    let expected = values([("contact.name", "Vera"), ("contact.email", "vera@example.org"), ("order", "7")]);
    assert_eq!(all, expected);
    assert_eq!(house.script.last::<conv::GetContactRequest>(GET_CONTACT).contact_id, "cont_1");
    let said =
        rendered(&house, json!({"conversation_id": "conv_1", "values": {"contact.name": "Mrs V"}})).await;
    assert_eq!(said["contact.name"], "Mrs V", "what the member says wins");
    knows("", "");
    let nothing = json!({"conversation_id": "conv_1", "values": {"contact.name": ""}});
    assert_eq!(rendered(&house, nothing).await, values([]));
    let before = house.script.times(GET_CONTACT);
    assert_eq!(rendered(&house, json!({"values": {"order": "7"}})).await, values([("order", "7")]));
    assert_eq!(house.script.times(GET_CONTACT), before, "nobody was asked about");
}

#[tokio::test]
async fn a_text_is_not_filled_from_what_the_member_may_not_read() {
    let house = House::new().await;
    let render = format!("{CANNED}RenderCannedResponse");
    house.script.answer(&render, team::RenderCannedResponseResponse::default());
    house.script.on(&format!("{CONVERSATIONS}GetConversation"), |_, _: conv::GetConversationRequest| {
        let denied = Refusal::new(ErrorReason::PermissionDenied, "the caller lacks a scope");
        Err::<conv::GetConversationResponse, _>(denied)
    });
    let refused =
        member(&house, "POST canned-responses/can_1/render", json!({"conversation_id": "conv_1"})).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["reason"]), (403, &json!("PERMISSION_DENIED")));
    assert_eq!(house.script.times(&render), 0);
}
