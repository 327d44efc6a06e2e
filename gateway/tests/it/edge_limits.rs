//! How much one address, or one visitor, may ask.

use std::{net::SocketAddr, time::Duration};

use axum::{
    body::Body,
    http::{Request, request::Builder},
};
use baton_kit::door::listen::PeerAddress;
use serde_json::json;
use tower::ServiceExt as _;

use crate::house::{House, Reply, within};

/// The defaults, as in production.
const DEFAULTS: &str = "public_url = \"https://desk.example.org\"\n[gateway.limits]";

fn from(peer: &str, request: Builder) -> Builder {
    request.extension(PeerAddress(SocketAddr::new(peer.parse().unwrap(), 4711)))
}

fn session(peer: &str) -> Request<Body> {
    let request = Request::post("/v1/widget/session").header("content-type", "application/json");
    from(peer, request).body(Body::from(r#"{"widget_key":"wk_demo"}"#)).unwrap()
}

fn message(peer: &str, token: &str, body: &str) -> Request<Body> {
    let request = Request::post("/v1/widget/messages").header("content-type", "application/json");
    let request = request.header("authorization", format!("Bearer {token}"));
    from(peer, request).body(Body::from(body.to_owned())).unwrap()
}

fn is_refused(reply: &Reply, seconds: &str) {
    assert_eq!((reply.status.as_u16(), reply.header("retry-after")), (429, seconds), "{}", reply.text);
    assert_eq!(reply.header("content-type"), "application/problem+json");
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
async fn s_44_thirty_messages_in_a_second_are_too_many_for_a_visitor_wherever_they_come_from() {
    let house = House::with(DEFAULTS).await;
    let token = house.visitor_token(1);
    let body = |n: usize| format!(r#"{{"client_message_id":"m{n}","text":"hi","conversation_id":"conv_1"}}"#);
    let posts = (0..30).map(|n| message(&format!("192.0.2.{n}"), &token, &body(n)));
    assert_eq!(taken(&house, posts).await, 20);
    is_refused(&house.send(message("192.0.2.77", &token, &body(99))).await, "1");
    let other = house.visitor_token(2);
    assert_eq!(house.send(message("192.0.2.1", &other, &body(1))).await.status, 201);
    house.clock.advance(Duration::from_secs(1));
    assert_eq!(house.send(message("192.0.2.77", &token, &body(99))).await.status, 201);
    let text = house.metrics.render();
    assert!(text.contains(r#"baton_limited_total{limit="messages"} 11"#), "{text}");
}

#[tokio::test]
async fn s_44_ten_conversations_a_minute_may_be_begun_from_one_address() {
    let house = House::with(DEFAULTS).await;
    let body = r#"{"client_message_id":"m","text":"hi"}"#;
    let posts: Vec<_> = (0..11).map(|n| message("192.0.2.1", &house.visitor_token(n), body)).collect();
    assert_eq!(taken(&house, posts).await, 10);
    is_refused(&house.send(message("192.0.2.1", &house.visitor_token(20), body)).await, "6");
    // Going on with one is not beginning one, and elsewhere nothing was spent.
    let on = r#"{"client_message_id":"m","text":"hi","conversation_id":"conv_1"}"#;
    assert_eq!(house.send(message("192.0.2.1", &house.visitor_token(20), on)).await.status, 201);
    assert_eq!(house.send(message("192.0.2.2", &house.visitor_token(20), body)).await.status, 201);
}

#[tokio::test]
async fn s_44_a_hundred_sessions_in_a_minute_are_too_many_from_one_address() {
    let house = House::with(DEFAULTS).await;
    assert_eq!(taken(&house, (0..100).map(|_| session("192.0.2.1"))).await, 30);
    is_refused(&house.send(session("192.0.2.1")).await, "2");
    assert_eq!(house.send(session("192.0.2.2")).await.status, 200);
    // A renewal comes from somebody who was here before.
    let renewal = Request::post("/v1/widget/session").header("content-type", "application/json");
    let renewal = from("192.0.2.1", renewal).body(Body::from(r#"{"renewal_secret":"x"}"#)).unwrap();
    assert_eq!(house.send(renewal).await.status, 404);
    house.clock.advance(Duration::from_secs(2));
    assert_eq!(house.send(session("192.0.2.1")).await.status, 200);
}

#[tokio::test]
async fn s_44_a_64_of_ipv6_is_one_address() {
    let house = House::with(DEFAULTS).await;
    assert_eq!(taken(&house, (1..=40).map(|n| session(&format!("2001:db8::{n:x}")))).await, 30);
    assert_eq!(house.send(session("2001:db8:0:1::1")).await.status, 200);
}

#[tokio::test]
async fn s_44_passwords_are_not_tried_without_end_from_one_address() {
    let house = House::with(DEFAULTS).await;
    let attempt = |password: &str| {
        let request = Request::post("/v1/inbox/sign-in").header("content-type", "application/json");
        let body = json!({ "workspace": "demo", "email": "a@b.io", "password": password }).to_string();
        from("192.0.2.1", request.header("x-baton-csrf", "1")).body(Body::from(body)).unwrap()
    };
    for _ in 0..20 {
        assert_eq!(house.send(attempt("wrong")).await.status, 401);
    }
    is_refused(&house.send(attempt("right password")).await, "3");
}

#[tokio::test]
async fn s_44_every_request_counts_whatever_it_asks_for() {
    let house = House::with(DEFAULTS).await;
    let nowhere = |_| from("192.0.2.1", Request::get("/nowhere")).body(Body::empty()).unwrap();
    for request in (0..200).map(nowhere) {
        assert_eq!(house.send(request).await.status, 404);
    }
    is_refused(&house.send(nowhere(0)).await, "1");
    house.clock.advance(Duration::from_millis(20));
    assert_eq!(house.send(nowhere(0)).await.status, 404);
}

#[tokio::test]
async fn s_31_s_44_a_page_of_a_named_origin_can_read_that_it_asked_too_much() {
    let named = "public_url = \"https://desk.example.org\"\nallowed_origins = [\"https://help.example.org\"]";
    let house = House::with(&format!("{named}\n[gateway.limits]\nrequests_burst = 1")).await;
    let ask = |origin: &str| {
        let request = Request::post("/v1/widget/session").header("content-type", "application/json");
        let request = from("192.0.2.1", request).header("origin", origin);
        house.send(request.body(Body::from(r#"{"widget_key":"wk_demo"}"#)).unwrap())
    };
    assert_eq!(ask("https://help.example.org").await.status, 200);
    let refused = ask("https://help.example.org").await;
    is_refused(&refused, "1");
    assert_eq!(refused.header("access-control-allow-origin"), "https://help.example.org");
    assert!(refused.header("access-control-expose-headers").contains("retry-after"));
    assert_eq!(refused.header("vary"), "origin");
    assert_eq!(ask("https://evil.example.org").await.header("access-control-allow-origin"), "");
    // A preflight costs like everything else.
    let preflight = Request::builder().method("OPTIONS").uri("/v1/widget/session");
    let preflight = preflight.header("origin", "https://help.example.org");
    let preflight = from("192.0.2.1", preflight.header("access-control-request-method", "POST"));
    is_refused(&house.send(preflight.body(Body::empty()).unwrap()).await, "1");
}

fn stream(peer: &str, path: &str, credential: (&str, &str)) -> Request<Body> {
    from(peer, Request::get(path).header(credential.0, credential.1)).body(Body::empty()).unwrap()
}

async fn opened(house: &House, request: Request<Body>) -> axum::response::Response {
    let response = within(house.router.clone().oneshot(request)).await.unwrap();
    assert_eq!(response.status(), 200);
    response
}

#[tokio::test]
async fn s_44_one_visitor_holds_a_few_streams_and_no_more_from_however_many_addresses() {
    let house = House::with("public_url = \"https://desk.example.org\"\nmax_streams_per_visitor = 2").await;
    let (mine, other) = (house.visitor_token(1), house.visitor_token(2));
    let follow = |peer: &str, token: &str| {
        stream(peer, "/v1/widget/stream", ("authorization", &format!("Bearer {token}")))
    };
    let first = opened(&house, follow("192.0.2.1", &mine)).await;
    let _second = opened(&house, follow("192.0.2.2", &mine)).await;
    // Another token of the same visitor is the same visitor.
    house.clock.advance(Duration::from_secs(1));
    is_refused(&house.send(follow("192.0.2.3", &house.visitor_token(1))).await, "5");
    let _others = opened(&house, follow("192.0.2.3", &other)).await;
    assert!(house.metrics.render().contains(r#"baton_limited_total{limit="streams_of_visitor"} 1"#));
    drop(first);
    let _third = opened(&house, follow("192.0.2.3", &mine)).await;
}

#[tokio::test]
async fn s_44_one_member_holds_so_many_streams_and_no_more() {
    let house = House::with("public_url = \"https://desk.example.org\"\nmax_streams_per_member = 2").await;
    let follow = |session: &str| {
        stream("192.0.2.1", "/v1/inbox/stream", ("cookie", &format!("__Host-baton={session}")))
    };
    let mut held = vec![opened(&house, follow("good")).await, opened(&house, follow("good")).await];
    is_refused(&house.send(follow("good")).await, "5");
    held.push(opened(&house, follow("other")).await);
    drop(held);
    opened(&house, follow("good")).await;
}

#[tokio::test]
async fn s_44_one_address_holds_so_many_streams_whoever_they_are_for() {
    let settings = "public_url = \"https://desk.example.org\"\nmax_streams_per_address = 3\n\
         trusted_proxies = [\"10.0.0.0/8\"]";
    let house = House::with(settings).await;
    let follow = |peer: &str, n: u128| {
        let bearer = format!("Bearer {}", house.visitor_token(n));
        stream(peer, "/v1/widget/stream", ("authorization", &bearer))
    };
    let mut held = Vec::new();
    for n in 1..=3 {
        held.push(opened(&house, follow(&format!("2001:db8::{n}"), n)).await);
    }
    is_refused(&house.send(follow("2001:db8::ffff", 4)).await, "5");
    assert!(house.metrics.render().contains(r#"baton_limited_total{limit="streams_of_address"} 1"#));
    // What was refused holds nothing: neither its visitor's place nor the address'.
    held.pop();
    held.push(opened(&house, follow("2001:db8::ffff", 4)).await);
    // Behind a trusted proxy each client is its own address.
    for n in 5..=9 {
        let mut request = follow("10.0.0.1", n);
        request.headers_mut().insert("x-forwarded-for", format!("198.51.100.{n}").parse().unwrap());
        held.push(opened(&house, request).await);
    }
}

#[tokio::test]
async fn s_44_partners_calls_are_limited_and_told_when_to_come_back() {
    let house = House::with(&format!("{DEFAULTS}\npartner_calls_burst = 3")).await;
    let call = |peer: &str| {
        let request = Request::post("/baton.team.v1.ServerInfoService/GetServerInfo");
        let request = from(peer, request.header("content-type", "application/grpc").header("te", "trailers"));
        house.send(request.body(Body::from(vec![0; 5])).unwrap())
    };
    for _ in 0..3 {
        assert_ne!(call("192.0.2.1").await.header("grpc-status"), "8");
    }
    let refused = call("192.0.2.1").await;
    assert_eq!((refused.status.as_u16(), refused.header("grpc-status")), (200, "8"));
    let status = tonic::Status::from_header_map(&refused.headers).unwrap();
    let reason = baton_kit::door::refusal::reason_of(&status);
    assert_eq!(reason, Some(baton_proto::common::v1::ErrorReason::RateLimited));
    let delay = tonic_types::StatusExt::get_details_retry_info(&status).unwrap().retry_delay.unwrap();
    assert_eq!(delay, Duration::from_millis(5));
    assert_ne!(call("192.0.2.2").await.header("grpc-status"), "8");
}

fn forwarded(peer: &str, whom: &str) -> Request<Body> {
    let mut request = session(peer);
    request.headers_mut().insert("x-forwarded-for", whom.parse().unwrap());
    request
}

#[tokio::test]
async fn s_45_who_is_no_trusted_proxy_cannot_be_somebody_else_by_a_header() {
    let house = House::with(DEFAULTS).await;
    let requests = (0..40).map(|n| forwarded("192.0.2.1", &format!("198.51.100.{n}")));
    assert_eq!(taken(&house, requests).await, 30);
}

#[tokio::test]
async fn s_45_behind_a_trusted_proxy_each_client_is_its_own_address() {
    let trusted =
        "public_url = \"https://desk.example.org\"\ntrusted_proxies = [\"10.0.0.0/8\"]\n[gateway.limits]";
    let house = House::with(trusted).await;
    let many = (0..40).map(|n| forwarded("10.0.0.1", &format!("198.51.100.{n}")));
    assert_eq!(taken(&house, many).await, 40);
    // What a client claims stands further to the left.
    let one = (0..40).map(|n| forwarded("10.0.0.1", &format!("198.51.100.{n}, 203.0.113.9")));
    assert_eq!(taken(&house, one).await, 30);
    is_refused(&house.send(forwarded("10.0.0.2", "203.0.113.9")).await, "2");
}
