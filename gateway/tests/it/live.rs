//! Live streams: resume, reset, fan-out, slow readers, ends.

use std::{sync::atomic::Ordering, time::Duration};

use axum::{body::Body, http::Request};
use baton_kit::life::ids::WorkspaceId;
use uuid::Uuid;

use crate::{
    fakes::workspace,
    house::{House, Seen, beat, item, reset, settle},
};

const A: u128 = 100;
const B: u128 = 200;

async fn publish(upstream: &crate::fakes::Upstream, tokens: impl IntoIterator<Item = usize>) {
    for n in tokens {
        upstream.items.send(Ok(item(&format!("t{n}"), workspace(), A))).await.unwrap();
    }
}

#[tokio::test]
async fn g_d12_a_stream_that_comes_back_gets_the_rest_exactly_once() {
    let house = House::new().await;
    let upstream = house.upstream().await;
    let mut first = house.staff_stream(None).await;
    publish(&upstream, 1..=5).await;
    assert_eq!(first.ids(5).await, ["t1", "t2", "t3", "t4", "t5"]);
    let mut second = house.staff_stream(Some("t3")).await;
    // What upstream repeats is not doubled here.
    publish(&upstream, 5..=6).await;
    assert_eq!(second.ids(3).await, ["t4", "t5", "t6"]);
    assert_eq!(first.ids(1).await, ["t6"]);
}

#[tokio::test]
async fn g_d13_a_snapshot_newer_than_the_ring_misses_nothing_and_is_not_reset() {
    let house = House::new().await;
    let upstream = house.upstream().await;
    let mut stream = house.staff_stream(Some("t2")).await;
    publish(&upstream, 1..=3).await;
    assert_eq!(stream.ids(3).await, ["t1", "t2", "t3"]);
    house.clock.advance(Duration::from_secs(3));
    publish(&upstream, [4]).await;
    assert_eq!(stream.next().await.unwrap().id, "t4");
}

#[tokio::test]
async fn g_d13_a_snapshot_of_this_very_moment_misses_nothing() {
    let house = House::new().await;
    let upstream = house.upstream().await;
    let mut stream = house.staff_stream(Some("t0")).await;
    publish(&upstream, [1]).await;
    assert_eq!(stream.next().await.unwrap().id, "t1");
}

#[tokio::test]
async fn a_place_too_old_is_answered_by_reset_and_the_stream_goes_on() {
    let house = House::with("public_url = \"https://desk.example.org\"\nring_items = 16").await;
    let upstream = house.upstream().await;
    let mut witness = house.staff_stream(None).await;
    publish(&upstream, 1..=20).await;
    witness.ids(20).await;
    let mut stream = house.staff_stream(Some("t1")).await;
    settle().await;
    let reading = async {
        let first = stream.next().await.unwrap();
        publish(&upstream, [21]).await;
        (first.event, stream.next().await.unwrap().id)
    };
    let passing = async {
        settle().await;
        house.clock.advance(Duration::from_secs(3));
    };
    let (seen, ()) = tokio::join!(reading, passing);
    assert_eq!(seen, ("reset".to_owned(), "t21".to_owned()));
}

#[tokio::test]
async fn g_d4_what_comes_before_a_reset_is_no_place_to_come_back_to() {
    let house = House::with("public_url = \"https://desk.example.org\"\nring_items = 16").await;
    let upstream = house.upstream().await;
    let mut witness = house.staff_stream(None).await;
    publish(&upstream, 1..=20).await;
    witness.ids(20).await;
    // Cut off before the reset, a client that had taken 21 for its place would never hear of 2 to 4.
    let mut stream = house.staff_stream(Some("t1")).await;
    publish(&upstream, [21]).await;
    let early = stream.next().await.unwrap();
    assert_eq!((early.event.as_str(), early.id.as_str()), ("event", ""));
    let reading = async { stream.next().await.unwrap().event };
    let passing = async {
        settle().await;
        house.clock.advance(Duration::from_secs(3));
    };
    assert_eq!(tokio::join!(reading, passing).0, "reset");
    publish(&upstream, [22]).await;
    assert_eq!(stream.ids(1).await, ["t22"]);
}

#[tokio::test]
async fn s_20_s_22_a_visitor_sees_only_their_own_and_only_what_is_theirs_to_see() {
    let house = House::new().await;
    let upstream = house.upstream().await;
    let other = WorkspaceId::from_uuid(Uuid::from_u128(2));
    let mut a = house.visitor_stream(&house.visitor_token(A), None).await;
    let mut b = house.visitor_stream(&house.visitor_token(B), None).await;
    let mut twin = house.visitor_stream(&house.visitor_of(other, A), None).await;
    for (token, workspace, contact) in
        [("t1", workspace(), A), ("t2", workspace(), B), ("t3", other, A), ("t4", workspace(), A)]
    {
        upstream.items.send(Ok(item(token, workspace, contact))).await.unwrap();
    }
    let mine = a.next().await.unwrap();
    assert_eq!((mine.id.as_str(), mine.event.as_str()), ("t1", "message"));
    assert!(!mine.data.contains("mem_hidden") && !mine.data.contains("evt_"), "{}", mine.data);
    assert_eq!(a.next().await.unwrap().id, "t4");
    assert_eq!(b.next().await.unwrap().id, "t2");
    assert_eq!(twin.next().await.unwrap().id, "t3");
    // The same from the ring.
    let mut late = house.visitor_stream(&house.visitor_token(B), Some("t0")).await;
    assert_eq!(late.next().await.unwrap().id, "t2");
    let mut staff = house.staff_stream(Some("t0")).await;
    assert_eq!(staff.ids(3).await, ["t1", "t2", "t4"]);
}

#[tokio::test]
async fn g_d12_a_slow_reader_is_cut_off_with_a_hint_and_hurts_nobody() {
    let house = House::with("public_url = \"https://desk.example.org\"\nfollower_queue = 8").await;
    let upstream = house.upstream().await;
    let (mut slow, mut quick) = (house.staff_stream(None).await, house.staff_stream(None).await);
    for n in 1..=20 {
        publish(&upstream, [n]).await;
        assert_eq!(quick.next().await.unwrap().id, format!("t{n}"));
    }
    assert_eq!(slow.ids(8).await.last().unwrap(), "t8");
    assert_eq!(slow.next().await.unwrap().event, "resume");
    assert_eq!(slow.next().await, None);
    let mut back = house.staff_stream(Some("t8")).await;
    assert_eq!(back.ids(12).await.last().unwrap(), "t20");
    assert!(house.metrics.render().contains("baton_streams_cut 1"));
}

#[tokio::test]
async fn after_a_torn_upstream_the_edge_goes_on_where_it_was() {
    let house = House::new().await;
    let upstream = house.upstream().await;
    let mut stream = house.staff_stream(None).await;
    publish(&upstream, 1..=2).await;
    stream.ids(2).await;
    drop(upstream);
    let upstream = house.next_upstream().await;
    assert_eq!(upstream.token, "t2");
    publish(&upstream, 2..=3).await;
    assert_eq!(stream.next().await.unwrap().id, "t3");
}

#[tokio::test]
async fn a_reset_of_the_feed_reaches_everyone() {
    let house = House::new().await;
    let upstream = house.upstream().await;
    let mut staff = house.staff_stream(None).await;
    let mut visitor = house.visitor_stream(&house.visitor_token(A), None).await;
    upstream.items.send(Ok(reset("n0"))).await.unwrap();
    publish(&upstream, [7]).await;
    for stream in [&mut staff, &mut visitor] {
        assert_eq!(stream.next().await.unwrap().event, "reset");
        assert_eq!(stream.next().await.unwrap().id, "t7");
    }
    let mut known = house.staff_stream(Some("n0")).await;
    assert_eq!(known.next().await.unwrap().id, "t7");
}

#[tokio::test]
async fn who_followed_before_the_feed_was_heard_loads_anew() {
    let house = House::new().await;
    let mut early = house.staff_stream(None).await;
    let upstream = house.upstream().await;
    publish(&upstream, [1]).await;
    assert_eq!(early.next().await.unwrap().event, "reset");
    assert_eq!(early.next().await.unwrap().id, "t1");
}

#[tokio::test]
async fn a_silent_stream_shows_signs_of_life_that_move_its_place() {
    let house = House::new().await;
    let upstream = house.upstream().await;
    let mut visitor = house.visitor_stream(&house.visitor_token(B), None).await;
    let mut staff = house.staff_stream(None).await;
    publish(&upstream, [1]).await;
    staff.next().await.unwrap();
    house.clock.advance(Duration::from_secs(15));
    assert_eq!(visitor.block().await.unwrap(), ": alive\nid: t1");
    upstream.items.send(Ok(beat("t1"))).await.unwrap();
}

#[tokio::test]
async fn a_draining_edge_sends_its_streams_away_spread_out() {
    let house = House::new().await;
    let _upstream = house.upstream().await;
    let mut stream = house.staff_stream(None).await;
    house.life.soft().cancel();
    let last = stream.next().await.unwrap();
    assert_eq!(last.event, "reconnect");
    let data: serde_json::Value = serde_json::from_str(&last.data).unwrap();
    assert!(data["after_ms"].as_u64().unwrap() <= 3000);
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn s_11_a_stream_ends_when_its_session_was_revoked_elsewhere() {
    let house = House::new().await;
    let _upstream = house.upstream().await;
    let mut stream = house.staff_stream(None).await;
    house.team.revoked.store(true, Ordering::SeqCst);
    house.clock.advance(Duration::from_secs(30));
    assert_eq!(stream.next().await.map(|seen| seen.event).as_deref(), Some("ended"));
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn s_11_signing_out_cuts_the_streams_of_that_session_at_once() {
    let house = House::new().await;
    let _upstream = house.upstream().await;
    let mut stream = house.staff_stream(None).await;
    let request = Request::post("/v1/inbox/sign-out")
        .header("cookie", "__Host-baton=good")
        .header("x-baton-csrf", "1")
        .header("content-type", "application/json");
    assert_eq!(house.send(request.body(Body::from("{}")).unwrap()).await.status, 204);
    let Some(Seen { event, .. }) = stream.next().await else { panic!("no word before the end") };
    assert_eq!(event, "ended");
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn a_visitors_stream_ends_with_its_token() {
    let house = House::new().await;
    let _upstream = house.upstream().await;
    let mut stream = house.visitor_stream(&house.visitor_token(A), None).await;
    house.clock.advance(Duration::from_secs(120));
    assert_eq!(stream.next().await.unwrap().event, "ended");
}

#[tokio::test]
async fn more_streams_than_allowed_are_refused() {
    let house = House::with("public_url = \"https://desk.example.org\"\nmax_streams = 1").await;
    let first = house.staff_stream(None).await;
    let request = || {
        Request::get("/v1/inbox/stream").header("cookie", "__Host-baton=good").body(Body::empty()).unwrap()
    };
    let refused = house.send(request()).await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (503, "5"));
    drop(first);
    house.staff_stream(None).await;
}
