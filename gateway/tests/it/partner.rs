//! The partner door, through generated clients.

use std::time::Duration;

use axum::Router;
use baton_kit::door::{
    listen::{Limits, Opening, serve},
    peer::Place,
    refusal::reason_of,
};
use baton_proto::{
    ai::v1::{RegenerateBriefRequest, RegenerateBriefResponse, insight_service_client::InsightServiceClient},
    common::v1::ErrorReason,
    conversation::v1::{
        FeedStart, GetConversationRequest, WatchRequest,
        conversation_service_client::ConversationServiceClient, feed_service_client::FeedServiceClient,
    },
    internal::team::v1::{SignOutRequest, session_service_client::SessionServiceClient},
    team::v1::{
        GetServerInfoRequest, GetWorkspaceRequest, WhoAmIRequest,
        credential_service_client::CredentialServiceClient,
        server_info_service_client::ServerInfoServiceClient,
        workspace_service_client::WorkspaceServiceClient,
    },
};
use tokio::net::TcpListener;
use tonic::{Code, Request};

use crate::house::{House, within};

fn with_key<T>(message: T, key: &str) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", format!("Bearer {key}").parse().unwrap());
    request
}

fn read(id: &str) -> GetConversationRequest {
    GetConversationRequest { conversation_id: id.into() }
}

fn client(house: &House) -> ConversationServiceClient<Router> {
    ConversationServiceClient::new(house.router.clone())
}

#[tokio::test]
async fn a_call_with_a_key_reaches_the_owner() {
    let house = House::new().await;
    let answer = client(&house).get_conversation(with_key(read("conv_9"), "batonkey_good")).await.unwrap();
    assert_eq!(answer.into_inner().conversation.unwrap().id, "conv_9");
}

#[tokio::test]
async fn a_stream_is_passed_on_item_by_item() {
    let house = House::new().await;
    let mut feed = FeedServiceClient::new(house.router.clone());
    let mut items =
        feed.watch(with_key(WatchRequest::default(), "batonkey_good")).await.unwrap().into_inner();
    let mut tokens = Vec::new();
    while let Some(item) = within(items.message()).await.unwrap() {
        tokens.push(item.resume_token);
    }
    assert_eq!(tokens.len(), 100);
    assert_eq!(tokens.last().unwrap(), "t99");
}

#[tokio::test]
async fn the_door_serves_http_2_on_the_same_port() {
    let house = House::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let clock = baton_kit::life::clock::SystemClock::new();
    serve(
        Opening { name: "edge", listener, limits: Limits::edge() },
        house.router.clone(),
        &house.life,
        &clock,
    );
    let Place::There(channel) = Place::at(&address).unwrap() else { panic!("not behind a socket") };
    let mut client = ConversationServiceClient::new(channel);
    let answer = within(client.get_conversation(with_key(read("conv_9"), "batonkey_good"))).await.unwrap();
    assert_eq!(answer.into_inner().conversation.unwrap().id, "conv_9");
    let refused =
        within(client.get_conversation(with_key(read("conv_9"), "batonkey_bad"))).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::Unauthenticated));
}

#[tokio::test]
async fn without_a_good_key_nothing_is_said() {
    let house = House::new().await;
    for key in ["batonkey_bad", "operator", "", "batonkey_"] {
        let refused = client(&house).get_conversation(with_key(read("conv_9"), key)).await.unwrap_err();
        assert_eq!(
            (refused.code(), reason_of(&refused)),
            (Code::Unauthenticated, Some(ErrorReason::Unauthenticated)),
            "{key}"
        );
    }
    let refused = client(&house).get_conversation(read("conv_9")).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated);
}

#[tokio::test]
async fn the_internal_contract_is_not_there() {
    let house = House::new().await;
    let mut inside = SessionServiceClient::new(house.router.clone());
    let message = || SignOutRequest { session_secret: "good".into() };
    let unknown = inside.sign_out(message()).await.unwrap_err();
    assert_eq!(unknown.code(), Code::Unauthenticated);
    let known = inside.sign_out(with_key(message(), "batonkey_good")).await.unwrap_err();
    assert_eq!((known.code(), reason_of(&known)), (Code::Unimplemented, Some(ErrorReason::Unimplemented)));
    assert!(!house.team.revoked.load(std::sync::atomic::Ordering::SeqCst));
}

#[tokio::test]
async fn s_25_headers_that_speak_as_one_of_us_do_not_pass() {
    let house = House::new().await;
    let mut request = with_key(read("conv_9"), "batonkey_good");
    for name in ["x-tenant-id", "x-user-id", "x-baton-workspace", "x-baton-csrf", "x-partner-own"] {
        request.metadata_mut().insert(name, "forged".parse().unwrap());
    }
    client(&house).get_conversation(request).await.unwrap();
    let heard = house.script.header_names();
    assert!(heard.contains(&"x-partner-own".to_owned()), "{heard:?}");
    for name in ["x-tenant-id", "x-user-id", "x-baton-workspace", "x-baton-csrf"] {
        assert!(!heard.contains(&name.to_owned()), "{name}");
    }
}

#[tokio::test]
async fn the_operator_reaches_workspaces_and_nothing_else() {
    let house = House::new().await;
    let mut workspaces = WorkspaceServiceClient::new(house.router.clone());
    // The fake has no such service: authenticated, then refused by the owner itself.
    let passed = workspaces.get_workspace(with_key(GetWorkspaceRequest {}, "operator")).await.unwrap_err();
    assert_eq!(passed.code(), Code::Unimplemented);
    let refused = workspaces.get_workspace(with_key(GetWorkspaceRequest {}, "wrong")).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated);
    let mut credentials = CredentialServiceClient::new(house.router.clone());
    assert_eq!(
        credentials.who_am_i(with_key(WhoAmIRequest {}, "operator")).await.unwrap_err().code(),
        Code::Unauthenticated
    );
    credentials.who_am_i(with_key(WhoAmIRequest {}, "batonkey_good")).await.unwrap();
}

#[tokio::test]
async fn server_info_and_health_need_no_key() {
    let house = House::new().await;
    let info = ServerInfoServiceClient::new(house.router.clone())
        .get_server_info(GetServerInfoRequest {})
        .await
        .unwrap();
    assert_eq!(info.into_inner().version, "9");
    let mut health = tonic_health::pb::health_client::HealthClient::new(house.router.clone());
    let answer = health.check(tonic_health::pb::HealthCheckRequest::default()).await.unwrap().into_inner();
    assert_eq!(answer.status, i32::from(tonic_health::pb::health_check_response::ServingStatus::Serving));
}

#[tokio::test]
async fn a_key_is_exchanged_once_for_many_calls() {
    let house = House::new().await;
    for _ in 0..5 {
        client(&house).get_conversation(with_key(read("conv_9"), "batonkey_good")).await.unwrap();
    }
    assert_eq!(house.team.exchanges.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_caller_may_wait_longer_for_a_model_than_for_anything_else() {
    const BRIEF: &str = "/baton.ai.v1.InsightService/RegenerateBrief";
    let house = House::new().await;
    house.script.answer(BRIEF, RegenerateBriefResponse::default());
    let mut insights = InsightServiceClient::new(house.router.clone());
    for (given, passed) in [(None, 30), (Some(17), 17), (Some(60), 30)] {
        let mut request = with_key(RegenerateBriefRequest::default(), "batonkey_good");
        given.into_iter().for_each(|given| request.set_timeout(Duration::from_secs(given)));
        insights.regenerate_brief(request).await.unwrap();
        assert_eq!(house.script.patience(BRIEF), Some(Duration::from_secs(passed)));
    }
    let mut request = with_key(read("conv_9"), "batonkey_good");
    request.set_timeout(Duration::from_secs(60));
    client(&house).get_conversation(request).await.unwrap();
    let usual = house.script.patience("/baton.conversation.v1.ConversationService/GetConversation");
    assert_eq!(usual, Some(Duration::from_secs(10)));
}

#[tokio::test]
async fn s_29_a_stream_ends_when_its_key_is_revoked() {
    let house = House::new().await;
    let mut feed = FeedServiceClient::new(house.router.clone());
    let request = WatchRequest { start: Some(FeedStart::default()), filter: None };
    let mut items = feed.watch(with_key(request, "batonkey_good")).await.unwrap().into_inner();
    for _ in 0..100 {
        within(items.message()).await.unwrap().unwrap();
    }
    let asked = house.team.exchanges.load(std::sync::atomic::Ordering::SeqCst);
    house.team.revoked.store(true, std::sync::atomic::Ordering::SeqCst);
    let time_passes = async {
        loop {
            house.clock.advance(Duration::from_secs(5));
            tokio::task::yield_now().await;
        }
    };
    let ended = within(async {
        tokio::select! {
            ended = items.message() => ended,
            never = time_passes => never,
        }
    });
    let status = ended.await.unwrap_err();
    assert_eq!(
        (status.code(), reason_of(&status)),
        (Code::Unauthenticated, Some(ErrorReason::Unauthenticated))
    );
    assert!(house.team.exchanges.load(std::sync::atomic::Ordering::SeqCst) > asked);
}
