//! A port and the peers that mean it no good.

use std::{convert::Infallible, net::SocketAddr, time::Duration};

use axum::{Router, body::Body, extract::Extension, routing::get};
use baton_kit::{
    door::listen::{Limits, Opening, PeerAddress, serve},
    life::lifecycle::Lifecycle,
};
use baton_kit_testing::clock::FakeClock;
use bytes::Bytes;
use futures::{StreamExt as _, stream};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::mpsc,
};

const HELLO: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";

struct Port {
    address: SocketAddr,
    clock: FakeClock,
    _life: Lifecycle,
}

impl Port {
    async fn open(limits: Limits, router: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, clock, life) = (listener.local_addr().unwrap(), FakeClock::new(), Lifecycle::new());
        serve(Opening { name: "test", listener, limits }, router, &life, &clock.shared());
        Self { address, clock, _life: life }
    }

    async fn edge(limits: Limits) -> Self {
        Self::open(limits, Router::new().route("/", get(async || "hello"))).await
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }
}

/// Fails a test that would hang.
#[expect(clippy::disallowed_methods, reason = "a guard in real time; no test waits for it")]
async fn within<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(20), future).await.expect("the port did nothing")
}

/// Everything until the port closes. A reset is a way of closing too.
async fn rest(socket: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let _ended_or_reset = within(socket.read_to_end(&mut bytes)).await;
    String::from_utf8(bytes).unwrap()
}

/// The first line of an answer.
async fn status(socket: &mut TcpStream) -> String {
    let mut bytes = [0; 12];
    within(socket.read_exact(&mut bytes)).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn s_40_a_connection_on_which_nothing_is_said_is_closed_in_10_s() {
    let port = Port::edge(Limits::edge()).await;
    let mut silent = port.connect().await;
    within(port.clock.until_asleep(1)).await;
    port.clock.advance(Duration::from_secs(10));
    assert_eq!(rest(&mut silent).await, "");
}

#[tokio::test]
async fn s_41_a_head_that_drips_is_given_up_in_10_s_however_it_drips() {
    let port = Port::edge(Limits::edge()).await;
    let mut dripping = port.connect().await;
    for byte in b"GET / HT".chunks(1) {
        dripping.write_all(byte).await.unwrap();
        within(port.clock.until_asleep(1)).await;
        port.clock.advance(Duration::from_millis(1250));
    }
    assert_eq!(rest(&mut dripping).await, "");
}

#[tokio::test]
async fn who_speaks_in_time_is_not_closed() {
    let port = Port::edge(Limits::edge()).await;
    let mut socket = port.connect().await;
    socket.write_all(HELLO).await.unwrap();
    assert_eq!(status(&mut socket).await, "HTTP/1.1 200");
    port.clock.advance(Duration::from_secs(10));
    socket.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    assert!(rest(&mut socket).await.contains("HTTP/1.1 200"));
}

#[tokio::test]
async fn s_42_too_many_connections_from_one_address_are_closed_and_others_served() {
    let port = Port::edge(Limits::edge()).await;
    let mut held = Vec::new();
    for _ in 0..200 {
        held.push(port.connect().await);
    }
    let mut excess = port.connect().await;
    assert_eq!(rest(&mut excess).await, "");
    let mut other = from("127.0.0.2", port.address).await;
    other.write_all(HELLO).await.unwrap();
    assert_eq!(status(&mut other).await, "HTTP/1.1 200");
    held.last_mut().unwrap().write_all(HELLO).await.unwrap();
    assert_eq!(status(held.last_mut().unwrap()).await, "HTTP/1.1 200");
    // One goes, and another may come once the port has seen it go.
    held.last_mut().unwrap().shutdown().await.unwrap();
    rest(held.last_mut().unwrap()).await;
    within(until_served(port.address)).await;
}

async fn from(address: &str, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(address.parse().unwrap(), 0)).unwrap();
    socket.connect(to).await.unwrap()
}

/// Its end reaches us a moment before its place is free.
async fn until_served(address: SocketAddr) {
    loop {
        let mut socket = TcpStream::connect(address).await.unwrap();
        let mut answer = [0; 12];
        if socket.write_all(HELLO).await.is_ok() && socket.read_exact(&mut answer).await.is_ok() {
            return;
        }
    }
}

#[tokio::test]
async fn s_42_connections_of_a_trusted_proxy_are_not_counted() {
    let proxies = vec!["127.0.0.0/30".parse().unwrap()];
    let port = Port::edge(Limits { per_address: 1, proxies, ..Limits::edge() }).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut socket = port.connect().await;
        socket.write_all(HELLO).await.unwrap();
        assert_eq!(status(&mut socket).await, "HTTP/1.1 200");
        held.push(socket);
    }
}

#[tokio::test]
async fn a_request_knows_the_address_it_came_from() {
    let whose = async |Extension(PeerAddress(peer)): Extension<PeerAddress>| peer.to_string();
    let port = Port::open(Limits::edge(), Router::new().route("/", get(whose))).await;
    let mut socket = from("127.0.0.3", port.address).await;
    socket.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    let own = socket.local_addr().unwrap().to_string();
    assert!(rest(&mut socket).await.ends_with(&own));
}

/// Tells when it is dropped.
struct Told(mpsc::UnboundedSender<()>);

impl Drop for Told {
    fn drop(&mut self) {
        // Nobody to tell: the test is over.
        let _ = self.0.send(());
    }
}

/// A body without end.
fn endless(told: Told) -> Body {
    let piece = Bytes::from(vec![b'x'; 64 * 1024]);
    Body::from_stream(stream::repeat(piece).map(move |piece| {
        let _held = &told;
        Ok::<_, Infallible>(piece)
    }))
}

#[tokio::test]
async fn f_34_a_reader_that_reads_nothing_is_cut_off_after_30_s() {
    let (tell, mut dropped) = mpsc::unbounded_channel();
    let router = Router::new().route("/", get(async move || endless(Told(tell.clone()))));
    let port = Port::open(Limits::edge(), router).await;
    let mut socket = port.connect().await;
    socket.write_all(HELLO).await.unwrap();
    // One waits for the head to be in time, one for the write to go on.
    within(port.clock.until_asleep(2)).await;
    port.clock.run(Duration::from_millis(29_900)).await;
    assert!(dropped.try_recv().is_err(), "cut off too early");
    let passing = async {
        loop {
            port.clock.until_asleep(1).await;
            port.clock.run(Duration::from_secs(30)).await;
        }
    };
    within(async {
        tokio::select! { () = passing => (), told = dropped.recv() => told.unwrap() }
    })
    .await;
}

#[tokio::test]
async fn s_46_too_many_and_too_large_headers_are_431() {
    let port = Port::edge(Limits::edge()).await;
    let many: String = (0..100).map(|n| format!("x-{n}: 1\r\n")).collect();
    let large = format!("x-large: {}\r\n", "x".repeat(1024 * 1024));
    for headers in [many, large] {
        let (mut reader, mut writer) = port.connect().await.into_split();
        let head = format!("GET / HTTP/1.1\r\nHost: x\r\n{headers}\r\n");
        // The port answers before it has read all of it, and may be gone by then.
        let writing = async { writer.write_all(head.as_bytes()).await.is_ok() };
        let mut answer = [0; 12];
        let (_, read) = within(async { tokio::join!(writing, reader.read_exact(&mut answer)) }).await;
        assert_eq!((read.unwrap(), &answer), (12, b"HTTP/1.1 431"));
    }
}

#[tokio::test]
async fn a_hundred_headers_are_fine() {
    let port = Port::edge(Limits::edge()).await;
    let mut socket = port.connect().await;
    let many: String = (0..99).map(|n| format!("x-{n}: 1\r\n")).collect();
    socket.write_all(format!("GET / HTTP/1.1\r\nHost: x\r\n{many}\r\n").as_bytes()).await.unwrap();
    assert_eq!(status(&mut socket).await, "HTTP/1.1 200");
}
