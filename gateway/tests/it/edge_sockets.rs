//! The edge over real sockets: what no client library would send.

use std::net::SocketAddr;

use baton_kit::door::listen::{Opening, serve};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
};

use crate::house::{House, within};

async fn open(house: &House) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let clock = baton_kit::life::clock::SystemClock::new();
    let opening = Opening { name: "edge", listener, limits: house.port.clone() };
    serve(opening, house.router.clone(), &house.life, &clock);
    address
}

/// Everything the edge says. It may answer before it has read all, and be gone by then.
async fn asked(mut socket: TcpStream, request: &[u8]) -> String {
    let (mut reader, mut writer) = socket.split();
    let mut answer = Vec::new();
    let writing = async { writer.write_all(request).await.is_ok() };
    let _written_and_read = within(async { tokio::join!(writing, reader.read_to_end(&mut answer)) }).await;
    String::from_utf8(answer).unwrap()
}

async fn raw(house: &House, request: &str) -> String {
    asked(TcpStream::connect(open(house).await).await.unwrap(), request.as_bytes()).await
}

const POST: &str =
    "POST /v1/widget/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close";

#[tokio::test]
async fn f_36_a_body_with_two_lengths_is_refused_whichever_comes_first() {
    let house = House::new().await;
    let body = "13\r\n{\"widget_key\":\"wk\"}\r\n0\r\n\r\n";
    for lengths in
        ["Content-Length: 4\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 4"]
    {
        let answer = raw(&house, &format!("{POST}\r\n{lengths}\r\n\r\n{body}")).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    }
}

#[tokio::test]
async fn a_plain_request_is_answered_over_a_socket() {
    let house = House::new().await;
    let body = r#"{"widget_key":"wk_demo"}"#;
    let answer = raw(&house, &format!("{POST}\r\nContent-Length: {}\r\n\r\n{body}", body.len())).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("Ada"), "{answer}");
}

#[tokio::test]
async fn s_46_a_body_of_10_mib_is_413_and_too_many_or_too_large_headers_are_431() {
    let house = House::new().await;
    let large = 10 * 1024 * 1024;
    let body = format!("{POST}\r\nContent-Length: {large}\r\n\r\n{}", "x".repeat(large));
    let answer = raw(&house, &body).await;
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("application/problem+json"), "{answer}");
    let many: String = (0..97).map(|n| format!("x-{n}: 1\r\n")).collect();
    let large = format!("x-large: {}\r\n", "x".repeat(1024 * 1024));
    for headers in [many + "x-one-more: 1\r\n", large] {
        let answer = raw(&house, &format!("{POST}\r\n{headers}\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    }
}

#[tokio::test]
async fn s_42_the_configured_number_of_connections_from_one_address_is_served_and_no_more() {
    let house =
        House::with("public_url = \"https://desk.example.org\"\nmax_connections_per_address = 3").await;
    let address = open(&house).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(TcpStream::connect(address).await.unwrap());
    }
    let hello = b"GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    assert_eq!(asked(TcpStream::connect(address).await.unwrap(), hello).await, "");
    let other = TcpSocket::new_v4().unwrap();
    other.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    assert!(asked(other.connect(address).await.unwrap(), hello).await.starts_with("HTTP/1.1 404"));
    assert!(asked(held.remove(0), hello).await.starts_with("HTTP/1.1 404"));
}

#[tokio::test]
async fn s_44_limits_go_by_the_address_of_the_connection() {
    let house =
        House::with("public_url = \"https://desk.example.org\"\n[gateway.limits]\nrequests_burst = 2").await;
    let address = open(&house).await;
    let hello = b"GET /nowhere HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 1.2.3.4\r\nConnection: close\r\n\r\n";
    for expected in ["404", "404", "429"] {
        let answer = asked(TcpStream::connect(address).await.unwrap(), hello).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {expected}")), "{answer}");
    }
    let other = TcpSocket::new_v4().unwrap();
    other.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    assert!(asked(other.connect(address).await.unwrap(), hello).await.starts_with("HTTP/1.1 404"));
}
