//! The inbox's routes: cookie, guard, conversions.

use std::sync::atomic::Ordering;

use axum::{
    body::Body,
    http::{Request, request::Builder},
};
use serde_json::json;

use crate::house::{House, Reply};

const COOKIE: &str = "__Host-baton=good";

fn change(method: &str, path: &str) -> Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header("x-baton-csrf", "1")
        .header("content-type", "application/json")
}

async fn send(house: &House, request: Builder, body: &str) -> Reply {
    house.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

#[tokio::test]
async fn s_38_signing_in_sets_a_cookie_bound_to_this_host() {
    let house = House::new().await;
    let who = r#"{"workspace":"demo","email":"a@b.io","password":"right password"}"#;
    let reply = send(&house, change("POST", "/v1/inbox/sign-in"), who).await;
    assert_eq!(
        (reply.status.as_u16(), reply.json()),
        (200, json!({"member_id": "mem_7", "display_name": "Mia"}))
    );
    let expected = "__Host-baton=good; Path=/; Max-Age=3600; Secure; HttpOnly; SameSite=Strict";
    assert_eq!(reply.header("set-cookie"), expected);
    let wrong = send(&house, change("POST", "/v1/inbox/sign-in"), &who.replace("right", "wrong")).await;
    assert_eq!((wrong.status.as_u16(), &wrong.json()["reason"]), (401, &json!("SIGN_IN_REFUSED")));
    assert_eq!(wrong.header("set-cookie"), "");
}

#[tokio::test]
async fn signing_out_takes_the_cookie_and_the_remembered_token_away() {
    let house = House::new().await;
    let me = || Request::get("/v1/inbox/me").header("cookie", COOKIE);
    assert_eq!(send(&house, me(), "").await.status, 200);
    let out = send(&house, change("POST", "/v1/inbox/sign-out").header("cookie", COOKIE), "{}").await;
    let expected = "__Host-baton=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict";
    assert_eq!((out.status.as_u16(), out.header("set-cookie")), (204, expected));
    assert_eq!(send(&house, me(), "").await.status, 401);
}

#[tokio::test]
async fn a_session_is_exchanged_once_for_many_requests() {
    let house = House::new().await;
    for _ in 0..5 {
        let me = send(&house, Request::get("/v1/inbox/me").header("cookie", COOKIE), "").await.json();
        assert_eq!((&me["member_id"], &me["display_name"]), (&json!("mem_7"), &json!(null)));
    }
    assert_eq!(house.team.exchanges.load(Ordering::SeqCst), 1);
    house.clock.advance(std::time::Duration::from_secs(41));
    send(&house, Request::get("/v1/inbox/me").header("cookie", COOKIE), "").await;
    assert_eq!(house.team.exchanges.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn s_32_s_33_other_sites_cannot_act_through_a_browser() {
    let house = House::new().await;
    let body = r#"{"client_message_id":"m","text":"hi"}"#;
    let path = "/v1/inbox/conversations/conv_1/messages";
    let good = || change("POST", path).header("cookie", COOKIE);
    assert_eq!(send(&house, good(), body).await.status, 201);
    assert_eq!(send(&house, good().header("origin", "https://desk.example.org"), body).await.status, 201);
    let bare = || Request::post(path).header("cookie", COOKIE);
    let refused = [
        good().header("origin", "https://evil.example"),
        good().header("origin", "null"),
        good().header("origin", "https://desk.example.org.evil.com"),
        good().header("origin", "http://desk.example.org"),
        good().header("sec-fetch-site", "cross-site"),
        bare().header("content-type", "application/json"),
        bare().header("x-baton-csrf", "1").header("content-type", "text/plain"),
        Request::get("/v1/inbox/stream").header("cookie", COOKIE).header("origin", "https://evil.example"),
        Request::get("/v1/inbox/stream").header("cookie", COOKIE).header("sec-fetch-site", "cross-site"),
    ];
    for request in refused {
        let reply = send(&house, request, body).await;
        assert_eq!((reply.status.as_u16(), &reply.json()["reason"]), (403, &json!("PERMISSION_DENIED")));
        assert_eq!(reply.header("access-control-allow-origin"), "");
    }
}

#[tokio::test]
async fn s_31_no_other_origin_is_let_in_by_a_preflight() {
    let house = House::new().await;
    let preflight = Request::builder()
        .method("OPTIONS")
        .uri("/v1/inbox/sign-in")
        .header("origin", "https://evil.example")
        .header("access-control-request-method", "POST");
    let reply = send(&house, preflight, "").await;
    assert!(reply.status.is_client_error());
    assert_eq!(reply.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn the_list_is_filtered_and_says_where_to_follow() {
    let house = House::new().await;
    let path = "/v1/inbox/conversations?view=needs_intervention&status=open&page_size=7";
    let page = send(&house, Request::get(path).header("cookie", COOKIE), "").await.json();
    assert_eq!(page["conversations"][0]["id"], json!("conv_2_1_7"));
    assert_eq!(page["conversations"][0]["priority"], json!("urgent"));
    assert_eq!((&page["resume_token"], &page["next_page_token"]), (&json!("t0"), &json!(null)));
    for bad in ["view=everything", "status=unknown", "page_size=x", "colour=red"] {
        let path = format!("/v1/inbox/conversations?{bad}");
        let reply = send(&house, Request::get(path).header("cookie", COOKIE), "").await;
        assert_eq!(
            (reply.status.as_u16(), reply.header("content-type")),
            (400, "application/problem+json"),
            "{bad}"
        );
    }
}

#[tokio::test]
async fn a_reply_into_a_thread_that_moved_is_a_conflict_with_what_is_needed() {
    let house = House::new().await;
    let body = r#"{"client_message_id":"m","text":"hi","expected_member_sequence":0}"#;
    let request = change("POST", "/v1/inbox/conversations/conv_1/messages").header("cookie", COOKIE);
    let reply = send(&house, request.header("x-request-id", "0af7651916cd43dd"), body).await;
    let expected = json!({
        "type": "urn:baton:error:STALE_VERSION", "title": "Conflict", "status": 409, "detail": "the thread has moved",
        "reason": "STALE_VERSION", "request_id": "0af7651916cd43dd", "metadata": {"assignment_version": "9"}
    });
    assert_eq!((reply.status.as_u16(), reply.json()), (409, expected));
    assert_eq!(reply.header("x-request-id"), "0af7651916cd43dd");
}

#[tokio::test]
async fn s_34_nothing_changes_by_get() {
    let house = House::new().await;
    for path in [
        "/v1/inbox/sign-out",
        "/v1/inbox/conversations/conv_1/take-over",
        "/v1/inbox/conversations/conv_1/resolve",
    ] {
        let reply = send(&house, Request::get(path).header("cookie", COOKIE), "").await;
        assert_eq!(
            (reply.status.as_u16(), reply.header("content-type")),
            (405, "application/problem+json"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_service_that_is_not_there_yet_is_unavailable() {
    let house = House::without_routing().await;
    let request = change("PUT", "/v1/inbox/availability").header("cookie", COOKIE);
    let reply = send(&house, request, r#"{"state":"online"}"#).await;
    assert_eq!((reply.status.as_u16(), reply.header("retry-after")), (503, "1"));
}

#[tokio::test]
async fn f_3_an_address_that_is_no_text_is_a_problem_too() {
    let house = House::new().await;
    let reply = send(&house, Request::get("/v1/inbox/conversations/%FF").header("cookie", COOKIE), "").await;
    assert_eq!((reply.status.as_u16(), reply.header("content-type")), (400, "application/problem+json"));
}
