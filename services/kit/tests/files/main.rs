//! A process that is out of files. Alone in its process, because everybody in it is out of them.

#![expect(clippy::expect_used, reason = "a test says what it expects by failing")]

use std::{fs::File, time::Duration};

use axum::{Router, routing::get};
use baton_kit::{
    door::listen::{Limits, Opening, serve},
    life::lifecycle::Lifecycle,
};
use baton_kit_testing::clock::FakeClock;
use rustix::process::{Resource, Rlimit, setrlimit};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

#[tokio::test]
async fn s_43_a_port_out_of_files_accepts_again_once_there_are_some() {
    let limit = Rlimit { current: Some(256), maximum: Some(256) };
    setrlimit(Resource::Nofile, limit).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, clock, life) = (listener.local_addr().unwrap(), FakeClock::new(), Lifecycle::new());
    let router = Router::new().route("/", get(async || "hello"));
    let opening = Opening { name: "test", listener, limits: Limits::edge() };
    serve(opening, router, &life, &clock.shared());

    let mut files: Vec<File> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
    // One for our own end of a connection, none for the port's.
    files.pop();
    let mut socket = TcpStream::connect(address).await.unwrap();
    within(clock.until_asleep(1)).await;
    drop(files);
    clock.advance(Duration::from_millis(50));

    socket.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    within(socket.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// Fails a test that would hang.
#[expect(clippy::disallowed_methods, reason = "a guard in real time; no test waits for it")]
async fn within<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(20), future).await.expect("the port did nothing")
}
