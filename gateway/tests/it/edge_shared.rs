//! How much the visitors of one assistant, and the members and programs of one workspace, may ask together, from however many addresses.

use std::{net::SocketAddr, time::Duration};

use axum::{
    body::Body,
    http::{Request, request::Builder},
};
use baton_kit::door::{listen::PeerAddress, refusal};
use baton_proto::common::v1::ErrorReason;
use serde_json::json;
use tonic_types::StatusExt as _;

use crate::house::{House, Reply};

/// Few enough to be counted, and nothing else in the way.
const FEW: &str = "public_url = \"https://desk.example.org\"
[gateway.limits]
assistant_sessions_per_minute = 40
assistant_messages_per_second = 10
assistant_messages_burst = 50
workspace_requests_per_second = 10
workspace_requests_burst = 60
workspace_calls_per_second = 10
workspace_calls_burst = 70";

/// Everybody by an address of their own.
fn from(n: usize, request: Builder) -> Builder {
    let address = format!("198.51.{}.{}", n / 250, n % 250);
    request.extension(PeerAddress(SocketAddr::new(address.parse().unwrap(), 4711)))
}

fn session(n: usize, proof: &str) -> Request<Body> {
    let request = Request::post("/v1/widget/session").header("content-type", "application/json");
    from(n, request).body(Body::from(proof.to_owned())).unwrap()
}

fn message(n: usize, token: &str) -> Request<Body> {
    let request = Request::post("/v1/widget/messages").header("content-type", "application/json");
    let request = request.header("authorization", format!("Bearer {token}"));
    let body = r#"{"client_message_id":"m","text":"hi","conversation_id":"conv_1"}"#;
    from(n, request).body(Body::from(body)).unwrap()
}

fn reads(n: usize, session: &str) -> Request<Body> {
    let request = Request::get("/v1/inbox/conversations").header("cookie", format!("__Host-baton={session}"));
    from(n, request).body(Body::empty()).unwrap()
}

fn calls(n: usize, key: &str, path: &str) -> Request<Body> {
    let request = Request::post(path).header("content-type", "application/grpc").header("te", "trailers");
    let request = request.header("authorization", format!("Bearer {key}"));
    from(n, request).body(Body::from(vec![0; 5])).unwrap()
}

const GET_CONVERSATION: &str = "/baton.conversation.v1.ConversationService/GetConversation";

#[track_caller]
fn is_refused(reply: &Reply, seconds: &str) {
    assert_eq!((reply.status.as_u16(), reply.header("retry-after")), (429, seconds), "{}", reply.text);
    assert_eq!(reply.json().pointer("/reason"), Some(&json!("RATE_LIMITED")));
}

async fn taken(house: &House, requests: impl IntoIterator<Item = Request<Body>>) -> usize {
    let mut taken = 0;
    for request in requests {
        taken += usize::from(house.send(request).await.status.is_success());
    }
    taken
}

#[tokio::test]
async fn s_44_one_assistant_takes_so_many_new_visitors_a_minute_from_all_addresses_together() {
    let house = House::with(FEW).await;
    let (demo, link) = (r#"{"widget_key":"wk_demo"}"#, r#"{"resume_link":"from-a-mail"}"#);
    assert_eq!(taken(&house, (0..50).map(|n| session(n, demo))).await, 40);
    is_refused(&house.send(session(60, demo)).await, "2");
    // Whoever comes by another key, or by a link in a mail, is not one of them.
    assert_eq!(house.send(session(61, link)).await.status, 200);
    assert_ne!(house.send(session(62, r#"{"widget_key":"wk_other"}"#)).await.status, 429);
    house.clock.advance(Duration::from_millis(1500));
    assert_eq!(house.send(session(63, demo)).await.status, 200);
    let text = house.metrics.render();
    assert!(text.contains(r#"baton_limited_total{limit="assistant_sessions"} 11"#), "{text}");
}

#[tokio::test]
async fn s_44_what_one_address_is_refused_is_not_taken_from_the_assistants_other_visitors() {
    let house = House::with(FEW).await;
    let demo = r#"{"widget_key":"wk_demo"}"#;
    assert_eq!(taken(&house, (0..90).map(|_| session(1, demo))).await, 30);
    assert_eq!(taken(&house, (2..12).map(|n| session(n, demo))).await, 10);
}

#[tokio::test]
async fn s_44_the_visitors_of_one_assistant_write_so_much_together_and_no_more() {
    let house = House::with(FEW).await;
    let visitors = |range: std::ops::Range<usize>| {
        range.map(|n| message(n, &house.visitor_token(n as u128))).collect::<Vec<_>>()
    };
    assert_eq!(taken(&house, visitors(0..60)).await, 50);
    is_refused(&house.send(message(70, &house.visitor_token(70))).await, "1");
    house.clock.advance(Duration::from_millis(100));
    assert_eq!(taken(&house, visitors(80..83)).await, 1);
    let text = house.metrics.render();
    assert!(text.contains(r#"baton_limited_total{limit="assistant_messages"} 13"#), "{text}");
}

#[tokio::test]
async fn s_44_the_members_of_one_workspace_ask_so_much_together_and_no_more() {
    let house = House::with(FEW).await;
    let both = (0..70).map(|n| reads(n, if n % 2 == 0 { "good" } else { "other" }));
    assert_eq!(taken(&house, both).await, 60);
    is_refused(&house.send(reads(80, "good")).await, "1");
    // Its programs and its visitors are counted for themselves, and whoever is not known is not counted.
    let called = house.send(calls(81, "batonkey_good", GET_CONVERSATION)).await;
    assert_ne!(called.header("grpc-status"), "8");
    assert_eq!(house.send(message(82, &house.visitor_token(1))).await.status, 201);
    assert_eq!(house.send(reads(83, "nobodys")).await.status, 401);
    house.clock.advance(Duration::from_millis(100));
    assert_eq!(taken(&house, (90..93).map(|n| reads(n, "good"))).await, 1);
}

#[tokio::test]
async fn s_44_a_request_of_a_member_counts_once_however_often_its_handler_asks_who_it_is() {
    let house = House::with(FEW).await;
    let path = "/baton.conversation.v1.ConversationService/ReportActivity";
    house.script.answer(path, baton_proto::conversation::v1::ReportActivityResponse {});
    let says = |n: usize| {
        let request = Request::post("/v1/inbox/conversations/conv_1/activity")
            .header("cookie", "__Host-baton=good")
            .header("x-baton-csrf", "1")
            .header("content-type", "application/json");
        from(n, request).body(Body::from(r#"{"activity":"typing"}"#)).unwrap()
    };
    assert_eq!(taken(&house, (0..70).map(says)).await, 60);
}

#[tokio::test]
async fn s_44_the_programs_of_one_workspace_call_so_much_together_and_no_more() {
    let house = House::with(FEW).await;
    for n in 0..70 {
        let called = house.send(calls(n, "batonkey_good", GET_CONVERSATION)).await;
        assert_ne!(called.header("grpc-status"), "8");
    }
    let refused = house.send(calls(80, "batonkey_good", GET_CONVERSATION)).await;
    assert_eq!((refused.status.as_u16(), refused.header("grpc-status")), (200, "8"));
    let status = tonic::Status::from_header_map(&refused.headers).unwrap();
    assert_eq!(refusal::reason_of(&status), Some(ErrorReason::RateLimited));
    let delay = status.get_details_retry_info().unwrap().retry_delay.unwrap();
    assert_eq!(delay, Duration::from_millis(100));
    // What needs no credential is of no workspace.
    let open = "/baton.team.v1.ServerInfoService/GetServerInfo";
    assert_ne!(house.send(calls(81, "batonkey_good", open)).await.header("grpc-status"), "8");
    assert_eq!(house.send(reads(82, "good")).await.status, 200, "its members are counted for themselves");
    let text = house.metrics.render();
    assert!(text.contains(r#"baton_limited_total{limit="workspace_calls"} 1"#), "{text}");
}
