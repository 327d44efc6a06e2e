//! O-1: SIGTERM ends the process in time whatever its peers do, and those who listen are told to come back.

use std::time::Duration;

use baton_kit::{
    door::refusal::reason_of,
    life::clock::{SystemClock, timeout},
};
use baton_proto::{
    common::v1::ErrorReason,
    conversation::v1::{self as wire, feed_service_client::FeedServiceClient},
};
use tempfile::TempDir;
use tokio::{io::AsyncWriteExt as _, net::TcpStream};
use tonic::{Streaming, codec::CompressionEncoding};

use crate::harness::{
    browser::{Events, Inbox, wait_until},
    child::{Baton, Serving},
    partner,
    surroundings::crypto,
};

/// What a cluster grants before it kills.
const GRACE: Duration = Duration::from_secs(25);

async fn signed_in(serving: &Serving) -> Inbox {
    let owner = ("demo", "dana@demo.example.org", serving.password.as_str());
    Inbox::sign_in(serving.address, owner).await.expect("signed in")
}

async fn watch(serving: &Serving, inbox: &Inbox) -> Streaming<wire::WatchResponse> {
    let key = inbox.api_key(&["conversations:read"]).await;
    let line = partner::line(serving.address, &key).await;
    let mut feed = FeedServiceClient::new(line).accept_compressed(CompressionEncoding::Gzip);
    let from_now =
        wire::FeedStart { start: Some(wire::feed_start::Start::Point(wire::FeedPoint::Now as i32)) };
    let request = wire::WatchRequest { start: Some(from_now), filter: None };
    feed.watch(request).await.expect("a watch").into_inner()
}

/// Peers that never say what they came for.
struct Stuck {
    _silent: TcpStream,
    _half_head: TcpStream,
    _half_preface: TcpStream,
    _half_body: TcpStream,
}

impl Stuck {
    async fn to(serving: &Serving) -> Self {
        let having_sent = async |bytes: &[u8]| {
            let mut stream = TcpStream::connect(serving.address).await.expect("connected");
            stream.write_all(bytes).await.expect("sent");
            stream
        };
        Self {
            _silent: having_sent(b"").await,
            _half_head: having_sent(b"GET /v1/inbox/me HTTP/1.1\r\nhost: loc").await,
            _half_preface: having_sent(b"PRI * HTTP/2.0\r\n\r\nS").await,
            _half_body: having_sent(
                b"POST /v1/widget/session HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{",
            )
            .await,
        }
    }
}

async fn told_to_come_back(mut stream: Events) {
    let mut names = Vec::new();
    while let Some((name, _)) = stream.next().await {
        names.push(name);
    }
    assert_eq!(names.last().map(String::as_str), Some("reconnect"), "{names:?}");
}

async fn told_to_resume(mut feed: Streaming<wire::WatchResponse>) {
    loop {
        match feed.message().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("the watch ended without a word"),
            Err(status) => {
                assert_eq!(reason_of(&status), Some(ErrorReason::Unavailable), "{status:?}");
                return;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn o_1_sigterm_ends_the_process_in_time_with_silent_peers_and_open_streams() {
    let data = TempDir::new().expect("a directory");
    let mut serving = Serving::start(data.path(), &[]);
    let inbox = signed_in(&serving).await;
    let (stream, feed) = (inbox.stream().await, watch(&serving, &inbox).await);
    let stuck = Stuck::to(&serving).await;

    serving.baton.signal("TERM");
    let clock = SystemClock::new();
    timeout(&clock, GRACE, told_to_come_back(stream)).await.expect("the SSE stream ends in time");
    timeout(&clock, GRACE, told_to_resume(feed)).await.expect("the watch ends in time");
    let status = serving.baton.ends_within(GRACE);
    assert_eq!(status.code(), Some(0), "{}", serving.baton.output.join("\n"));
    drop(stuck);
}

/// A deployment may be taken back the moment it says that it is up.
#[test]
fn a_sigterm_as_soon_as_it_is_ready_stops_it_in_order() {
    let data = TempDir::new().expect("a directory");
    let place = data.path().display().to_string();
    let variables = [
        ("BATON_SUITE__LISTEN", "127.0.0.1:0"),
        ("BATON_SUITE__OPS_LISTEN", "127.0.0.1:0"),
        ("BATON_SUITE__DATA_DIR", place.as_str()),
    ];
    let mut baton = Baton::start(&["serve"], &variables);
    baton.line_with("Baton is ready");
    baton.signal("TERM");
    let status = baton.ends_within(GRACE);
    assert_eq!(status.code(), Some(0), "{status}: {}", baton.output.join("\n"));
}

/// Whoever balances load needs a moment to hear that it is not ready; until then everything is still served.
#[tokio::test]
async fn o_1_after_sigterm_it_is_not_ready_and_still_serves_until_the_delay_is_over() {
    let data = TempDir::new().expect("a directory");
    let more = [("BATON_SUITE__DRAIN_DELAY", "20s"), ("BATON_SUITE__DRAIN", "1s")];
    let mut serving = Serving::start(data.path(), &more);
    crypto();
    let client = reqwest::Client::new();
    let ready = format!("http://{}/readyz", serving.ops_address);
    let status_of = async |url: &str| client.get(url).send().await.expect("an answer").status().as_u16();
    assert_eq!(status_of(&ready).await, 200);
    serving.baton.signal("TERM");
    let clock = SystemClock::new();
    wait_until(&clock, "it is not ready", async || status_of(&ready).await == 503).await;
    let served = status_of(&format!("http://{}/openapi.json", serving.address)).await;
    assert_eq!(served, 200, "a new connection is served while balancers forget it");
    // The second signal spares the rest of the delay.
    serving.baton.signal("TERM");
    let status = serving.baton.ends_within(GRACE);
    assert_eq!(status.code(), Some(0), "{}", serving.baton.output.join("\n"));
}

#[test]
fn a_second_sigterm_ends_it_at_once() {
    let data = TempDir::new().expect("a directory");
    let mut serving = Serving::start(data.path(), &[]);
    // Something that would hold up the drain until its deadline.
    let silent = std::net::TcpStream::connect(serving.address).expect("connected");
    serving.baton.signal("TERM");
    serving.baton.line_with("stopping");
    serving.baton.signal("TERM");
    let status = serving.baton.ends_within(Duration::from_secs(8));
    assert_eq!(status.code(), Some(0), "{}", serving.baton.output.join("\n"));
    drop(silent);
}
