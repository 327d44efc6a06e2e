//! What every request must be, and what every answer carries.

use std::time::Duration;

use axum::{body::Body, http::Request};
use serde_json::json;

use crate::house::House;

async fn post(house: &House, content_type: &str, body: impl Into<Body>) -> crate::house::Reply {
    let request = Request::post("/v1/widget/session").header("content-type", content_type);
    house.send(request.body(body.into()).unwrap()).await
}

#[tokio::test]
async fn f_13_f_3_json_that_is_not_one_clean_object_is_refused() {
    let house = House::new().await;
    let deep = format!("{{\"widget_key\":{}", "[".repeat(10_000));
    let bad: [&[u8]; 9] = [
        br#"{"widget_key":"a","widget_key":"b"}"#,
        br#"{"widget_key":"a"} x"#,
        br#"{"widget_key":NaN}"#,
        br#"{"widget_key":1e400}"#,
        deep.as_bytes(),
        b"\xef\xbb\xbf{}",
        b"{\"widget_key\":\"\xff\"}",
        b"",
        b"[]",
    ];
    for body in bad {
        let reply = post(&house, "application/json", body.to_vec()).await;
        assert_eq!((reply.status.as_u16(), reply.header("content-type")), (400, "application/problem+json"));
        assert_eq!(reply.json()["reason"], json!("INVALID_FIELDS"));
    }
}

#[tokio::test]
async fn s_46_a_body_too_large_is_refused_with_or_without_its_length() {
    let house = House::new().await;
    let large = format!("{{\"widget_key\":\"{}\"}}", "x".repeat(70_000));
    assert_eq!(post(&house, "application/json", large.clone()).await.status, 413);
    let pieces = futures::stream::iter([Ok::<_, std::io::Error>(large)]);
    assert_eq!(post(&house, "application/json", Body::from_stream(pieces)).await.status, 413);
}

#[tokio::test]
async fn s_41_f_35_a_body_that_drips_is_given_up() {
    let house = House::new().await;
    let request = Request::post("/v1/widget/session").header("content-type", "application/json");
    let request = request
        .body(Body::from_stream(futures::stream::pending::<Result<String, std::io::Error>>()))
        .unwrap();
    let passing = async {
        house.clock.until_asleep(1).await;
        crate::house::settle().await;
        house.clock.advance(Duration::from_secs(30));
    };
    let (reply, ()) = tokio::join!(house.send(request), passing);
    assert_eq!(reply.status, 408);
}

#[tokio::test]
async fn what_http_itself_refuses_is_a_problem_too() {
    let house = House::new().await;
    let get = |path: &str| Request::get(path.to_owned()).body(Body::empty()).unwrap();
    for (reply, status) in [
        (post(&house, "text/plain", "{}").await, 415),
        (house.send(get("/nowhere")).await, 404),
        (house.send(get("/v1/widget/session")).await, 405),
    ] {
        assert_eq!(
            (reply.status.as_u16(), reply.header("content-type")),
            (status, "application/problem+json")
        );
        let body = reply.json();
        assert_eq!(
            (&body["status"], body["request_id"].as_str()),
            (&json!(status), Some(reply.header("x-request-id")))
        );
    }
}

#[tokio::test]
async fn every_answer_is_closed_to_sniffing_framing_and_caching() {
    let house = House::new().await;
    let reply = house.send(Request::get("/nowhere").body(Body::empty()).unwrap()).await;
    assert!(reply.header("content-security-policy").starts_with("default-src 'none'"));
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    assert_eq!(reply.header("referrer-policy"), "no-referrer");
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("strict-transport-security"), "max-age=31536000");
}

#[tokio::test]
async fn s_31_only_origins_of_ours_are_answered_by_the_widgets_routes() {
    let house = House::with(
        "public_url = \"https://desk.example.org\"\nallowed_origins = [\"https://help.example.org\"]",
    )
    .await;
    let preflight = |path: &str, origin: &str| {
        let request =
            Request::builder().method("OPTIONS").uri(path.to_owned()).header("origin", origin.to_owned());
        request.header("access-control-request-method", "POST").body(Body::empty()).unwrap()
    };
    let widget = house.send(preflight("/v1/widget/messages", "https://help.example.org")).await;
    let allowed = widget.header("access-control-allow-origin");
    assert_eq!((widget.status.as_u16(), allowed), (204, "https://help.example.org"));
    assert_eq!((widget.header("access-control-allow-credentials"), widget.header("vary")), ("", "origin"));
    for foreign in FOREIGN {
        for path in ["/v1/widget/messages", "/v1/inbox/sign-in", "/v1/widget/session"] {
            let reply = house.send(preflight(path, foreign)).await;
            assert!(reply.status.is_client_error(), "{foreign} {path}");
            assert_eq!(reply.header("access-control-allow-origin"), "", "{foreign} {path}");
        }
    }
}

const FOREIGN: [&str; 6] = [
    "https://shop.example",
    "null",
    "https://desk.example.org.evil.com",
    "http://desk.example.org",
    "https://desk.example.org:8443",
    "https://evil.com",
];

#[tokio::test]
async fn s_31_s_32_requests_of_other_origins_are_refused_by_the_widgets_routes() {
    let house = House::new().await;
    let ask = |headers: &[(&str, &str)]| {
        let mut request = Request::post("/v1/widget/session").header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        house.send(request.body(Body::from(r#"{"widget_key":"wk_demo"}"#)).unwrap())
    };
    for foreign in FOREIGN {
        let reply = ask(&[("origin", foreign)]).await;
        assert_eq!((reply.status.as_u16(), &reply.json()["reason"]), (403, &json!("PERMISSION_DENIED")));
        assert_eq!(reply.header("access-control-allow-origin"), "");
    }
    assert_eq!(ask(&[("sec-fetch-site", "cross-site")]).await.status, 403);
    // Programs, the frame by our own name, and by another name of this machine.
    for ours in [
        &[][..],
        &[("origin", "https://desk.example.org")],
        &[("origin", "http://localhost:8080"), ("sec-fetch-site", "same-origin")],
    ] {
        assert_eq!(ask(ours).await.status, 200, "{ours:?}");
    }
    let stream = Request::get("/v1/widget/stream")
        .header("authorization", format!("Bearer {}", house.visitor_token(1)));
    let stream = stream.header("origin", "https://evil.com").body(Body::empty()).unwrap();
    assert_eq!(house.send(stream).await.status, 403);
}

#[tokio::test]
async fn s_34_nothing_of_the_widget_changes_by_get() {
    let house = House::new().await;
    for path in ["session", "messages", "handoff", "withdraw", "email", "activity", "read"] {
        let request = Request::get(format!("/v1/widget/{path}")).body(Body::empty()).unwrap();
        assert_eq!(house.send(request).await.status, 405, "{path}");
    }
}

#[tokio::test]
async fn requests_are_counted_by_route_and_never_by_path() {
    let house = House::new().await;
    house.send(Request::get("/made/up/path").body(Body::empty()).unwrap()).await;
    post(&house, "application/json", r#"{"widget_key":"wk_demo"}"#).await;
    let text = house.metrics.render();
    assert!(
        text.contains(r#"baton_http_total{method="POST",route="/v1/widget/session",status="200"} 1"#),
        "{text}"
    );
    assert!(text.contains(r#"route="unmatched",status="404"} 1"#) && !text.contains("made/up"), "{text}");
}
