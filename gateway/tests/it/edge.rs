//! What every request must be, and what every answer carries.

use std::time::Duration;

use axum::{body::Body, http::Request};
use baton_kit::door::listen::{Limits, Opening, serve};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::house::{House, within};

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
async fn f_35_a_body_that_drips_is_given_up() {
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
async fn any_site_may_call_the_widget_and_only_the_widget() {
    let house = House::new().await;
    let preflight = |path: &str| {
        let request = Request::builder()
            .method("OPTIONS")
            .uri(path.to_owned())
            .header("origin", "https://shop.example");
        request.header("access-control-request-method", "POST").body(Body::empty()).unwrap()
    };
    let widget = house.send(preflight("/v1/widget/messages")).await;
    assert_eq!((widget.status.as_u16(), widget.header("access-control-allow-origin")), (204, "*"));
    assert_eq!(widget.header("access-control-allow-credentials"), "");
    let inbox = house.send(preflight("/v1/inbox/conversations")).await;
    assert_eq!(inbox.header("access-control-allow-origin"), "");
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

async fn raw(house: &House, request: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let clock = baton_kit::life::clock::SystemClock::new();
    serve(
        Opening { name: "edge", listener, limits: Limits::edge() },
        house.router.clone(),
        &house.life,
        &clock,
    );
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    within(socket.read_to_string(&mut answer)).await.unwrap();
    answer
}

#[tokio::test]
async fn f_36_a_body_with_two_lengths_is_refused_whichever_comes_first() {
    let house = House::new().await;
    let body = "13\r\n{\"widget_key\":\"wk\"}\r\n0\r\n\r\n";
    for lengths in
        ["Content-Length: 4\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 4"]
    {
        let head = "POST /v1/widget/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close";
        let answer = raw(&house, &format!("{head}\r\n{lengths}\r\n\r\n{body}")).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    }
}

#[tokio::test]
async fn a_plain_request_is_answered_over_a_socket() {
    let house = House::new().await;
    let body = r#"{"widget_key":"wk_demo"}"#;
    let head =
        "POST /v1/widget/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close";
    let answer = raw(&house, &format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len())).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("Ada"), "{answer}");
}
