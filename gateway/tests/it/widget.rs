//! The widget's routes.

use axum::{body::Body, http::Request};
use serde_json::json;

use crate::house::{House, Reply};

async fn post(house: &House, path: &str, token: Option<&str>, body: &str) -> Reply {
    let mut request = Request::post(path).header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    house.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

#[tokio::test]
async fn a_browser_gets_its_session_by_the_widget_key() {
    let house = House::new().await;
    let reply = post(&house, "/v1/widget/session", None, r#"{"widget_key":"wk_demo"}"#).await;
    let expected = json!({
        "token": "token", "expires_at": "2024-01-15T12:00:00Z", "renewal_secret": "renew", "assistant_name": "Ada",
        "handoff_enabled": true, "conversation_id": null
    });
    assert_eq!((reply.status.as_u16(), reply.json()), (200, expected));
    let unknown = post(&house, "/v1/widget/session", None, r#"{"widget_key":"wk_other"}"#).await;
    assert_eq!((unknown.status.as_u16(), &unknown.json()["reason"]), (404, &json!("NOT_FOUND")));
    for several in [
        r#"{"widget_key":"a","renewal_secret":"b"}"#,
        r#"{"widget_key":"a","resume_link":"b"}"#,
        r#"{"renewal_secret":"a","resume_link":"b"}"#,
        "{}",
    ] {
        let refused = post(&house, "/v1/widget/session", None, several).await;
        let field = &refused.json()["errors"][0]["field"];
        assert_eq!((refused.status.as_u16(), field), (400, &json!("widget_key")), "{several}");
    }
}

#[tokio::test]
async fn a_link_from_a_mail_opens_a_session_for_its_one_conversation() {
    let house = House::new().await;
    let session = post(&house, "/v1/widget/session", None, r#"{"resume_link":"from-a-mail"}"#).await.json();
    assert_eq!((&session["conversation_id"], &session["renewal_secret"]), (&json!("conv_1"), &json!(null)));
}

#[tokio::test]
async fn a_visitor_starts_goes_on_and_reads() {
    let house = House::new().await;
    let token = house.visitor_token(1);
    let started =
        post(&house, "/v1/widget/messages", Some(&token), r#"{"client_message_id":"m1","text":"hello"}"#)
            .await;
    assert_eq!(started.status, 201);
    let body = started.json();
    assert_eq!(
        (&body["conversation_id"], &body["conversation"]["control"]),
        (&json!("conv_1"), &json!("waiting"))
    );
    assert!(!started.text.contains("mem_secret") && !started.text.contains("urgent"), "{}", started.text);
    let more = r#"{"client_message_id":"m2","text":"more","conversation_id":"conv_1"}"#;
    assert_eq!(post(&house, "/v1/widget/messages", Some(&token), more).await.status, 201);
    let request =
        Request::get("/v1/widget/thread?after=4").header("authorization", format!("Bearer {token}"));
    let thread = house.send(request.body(Body::empty()).unwrap()).await.json();
    assert_eq!((&thread["messages"][0]["sequence"], &thread["resume_token"]), (&json!(5), &json!("t0")));
    let names = (&thread["messages"][0]["author_name"], &thread["conversation"]["assignee_name"]);
    assert_eq!(names, (&json!("Ada"), &json!("Mia")));
}

#[tokio::test]
async fn s_20_another_visitors_conversation_is_not_there() {
    let house = House::new().await;
    let foreign = r#"{"client_message_id":"m","text":"hi","conversation_id":"conv_2"}"#;
    let reply = post(&house, "/v1/widget/messages", Some(&house.visitor_token(1)), foreign).await;
    assert_eq!((reply.status.as_u16(), reply.header("content-type")), (404, "application/problem+json"));
}

#[tokio::test]
async fn s_23_a_field_that_is_not_the_visitors_to_give_is_refused() {
    let house = House::new().await;
    for extra in ["role", "author_id", "is_note", "tenant_id", "assignee"] {
        let body = format!(r#"{{"client_message_id":"m","text":"hi","{extra}":"agent"}}"#);
        let reply = post(&house, "/v1/widget/messages", Some(&house.visitor_token(1)), &body).await;
        assert_eq!(reply.status, 400, "{extra}");
    }
}

#[tokio::test]
async fn s_10_only_a_visitors_token_in_the_header_opens_the_widget() {
    let house = House::new().await;
    let body = r#"{"client_message_id":"m","text":"hi"}"#;
    assert_eq!(post(&house, "/v1/widget/messages", None, body).await.status, 401);
    assert_eq!(post(&house, "/v1/widget/messages", Some("nonsense"), body).await.status, 401);
    let query = format!("/v1/widget/stream?token={}", house.visitor_token(1));
    assert_eq!(house.send(Request::get(query).body(Body::empty()).unwrap()).await.status, 400);
}
