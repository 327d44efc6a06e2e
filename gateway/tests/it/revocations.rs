//! What team revokes is of no use at the edge within moments.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use axum::{body::Body, http::Request};
use baton_kit::door::{principal::Scope, refusal::reason_of};
use baton_proto::{
    common::v1::ErrorReason,
    conversation::v1::{FeedStart, WatchRequest, feed_service_client::FeedServiceClient},
    internal::team::v1::{WatchRevocationsResponse, watch_revocations_response::Revoked},
};

use crate::{
    fakes::{member_text, workspace},
    house::{House, Sse, item, settle, within},
};

fn session(id: &str) -> Result<WatchRevocationsResponse, tonic::Status> {
    Ok(WatchRevocationsResponse { revoked: Some(Revoked::CredentialId(id.into())) })
}

fn principal(id: &str) -> Result<WatchRevocationsResponse, tonic::Status> {
    Ok(WatchRevocationsResponse { revoked: Some(Revoked::PrincipalId(id.into())) })
}

async fn me(house: &House) -> u16 {
    let request = Request::get("/v1/inbox/me").header("cookie", "__Host-baton=good");
    house.send(request.body(Body::empty()).unwrap()).await.status.as_u16()
}

async fn is_cut(stream: &mut Sse) {
    assert_eq!(stream.next().await.unwrap().event, "ended");
    assert_eq!(stream.next().await, None);
}

fn count(number: &AtomicUsize) -> usize {
    number.load(Ordering::SeqCst)
}

/// The next watch, after the pause the edge makes.
async fn next_watch(
    house: &House,
) -> tokio::sync::mpsc::Sender<Result<WatchRevocationsResponse, tonic::Status>> {
    for _ in 0..100 {
        settle().await;
        if let Some(watch) = house.revocations.ready() {
            settle().await;
            return watch;
        }
        house.clock.advance(Duration::from_millis(50));
    }
    panic!("the edge did not listen again");
}

#[tokio::test]
async fn s_11_a_revoked_session_cuts_its_own_streams_within_moments() {
    let house = House::new().await;
    let upstream = house.upstream().await;
    let watch = house.revocations.stream().await;
    let (mut first, mut second) = (house.staff_stream(None).await, house.staff_stream(None).await);
    let mut other = house.stream_of("other", None).await;
    let before = count(&house.team.exchanges);
    house.team.revoked.store(true, Ordering::SeqCst);
    watch.send(session("sess_good")).await.unwrap();
    // No time passes.
    is_cut(&mut first).await;
    is_cut(&mut second).await;
    upstream.items.send(Ok(item("t1", workspace(), 1))).await.unwrap();
    assert_eq!(other.next().await.unwrap().id, "t1");
    assert_eq!(count(&house.team.exchanges), before + 2, "nobody else is asked about");
}

#[tokio::test]
async fn s_11_a_member_whose_rights_changed_is_looked_at_again_and_cut_if_they_may_no_longer_follow() {
    let house = House::new().await;
    let upstream = house.upstream().await;
    let watch = house.revocations.stream().await;
    let mut stream = house.staff_stream(None).await;
    watch.send(principal(&member_text(7))).await.unwrap();
    settle().await;
    upstream.items.send(Ok(item("t1", workspace(), 1))).await.unwrap();
    assert_eq!(stream.next().await.unwrap().id, "t1", "what they lost was nothing that matters here");
    *house.team.scopes.lock().unwrap() = vec![Scope::MembersRead];
    watch.send(principal(&member_text(7))).await.unwrap();
    is_cut(&mut stream).await;
}

#[tokio::test]
async fn s_11_a_remembered_token_is_not_used_after_its_revocation() {
    let house = House::new().await;
    let watch = house.revocations.stream().await;
    assert_eq!((me(&house).await, me(&house).await), (200, 200));
    assert_eq!(count(&house.team.exchanges), 1);
    house.team.revoked.store(true, Ordering::SeqCst);
    assert_eq!(me(&house).await, 200, "nobody has said so yet");
    watch.send(principal(&member_text(7))).await.unwrap();
    settle().await;
    assert_eq!(me(&house).await, 401);
}

#[tokio::test]
async fn s_11_what_was_revoked_unheard_is_cut_once_the_edge_listens_again() {
    let house = House::new().await;
    let _upstream = house.upstream().await;
    let watch = house.revocations.stream().await;
    let mut stream = house.staff_stream(None).await;
    house.team.revoked.store(true, Ordering::SeqCst);
    drop(watch);
    let _watch = next_watch(&house).await;
    assert_eq!(me(&house).await, 401);
    // All streams look again, spread over 3 s: well before the next look of their own.
    let time_passes = async {
        loop {
            settle().await;
            house.clock.advance(Duration::from_millis(100));
        }
    };
    tokio::select! {
        () = is_cut(&mut stream) => {}
        () = time_passes => {}
    }
    assert!(house.clock.shared().monotonic() < Duration::from_secs(5));
    assert!(house.metrics.render().contains("baton_revocation_watch_up 1"));
}

#[tokio::test]
async fn while_team_is_away_what_may_have_been_revoked_lives_on_and_what_was_does_not() {
    let house = House::new().await;
    let watch = house.revocations.stream().await;
    let mut stream = house.staff_stream(None).await;
    assert_eq!(me(&house).await, 200);
    house.team.away.store(true, Ordering::SeqCst);
    drop(watch);
    let watch = next_watch(&house).await;
    let before = count(&house.team.exchanges);
    assert_eq!(me(&house).await, 200, "its token is good until its end");
    assert!(count(&house.team.exchanges) > before, "and yet it was asked about");
    watch.send(session("sess_good")).await.unwrap();
    settle().await;
    assert_eq!(me(&house).await, 503);
    // Its stream asks every second until somebody answers.
    house.team.revoked.store(true, Ordering::SeqCst);
    house.team.away.store(false, Ordering::SeqCst);
    house.clock.advance(Duration::from_secs(1));
    is_cut(&mut stream).await;
}

#[tokio::test]
async fn s_29_a_programs_stream_is_cut_within_moments_of_its_keys_revocation() {
    let house = House::new().await;
    let watch = house.revocations.stream().await;
    let mut feed = FeedServiceClient::new(house.router.clone());
    let mut request = tonic::Request::new(WatchRequest { start: Some(FeedStart::default()), filter: None });
    request.metadata_mut().insert("authorization", "Bearer batonkey_good".parse().unwrap());
    let mut items = feed.watch(request).await.unwrap().into_inner();
    for _ in 0..100 {
        within(items.message()).await.unwrap().unwrap();
    }
    house.team.revoked.store(true, Ordering::SeqCst);
    watch.send(session("key_good")).await.unwrap();
    let status = within(items.message()).await.unwrap_err();
    assert_eq!(reason_of(&status), Some(ErrorReason::Unauthenticated));
}
