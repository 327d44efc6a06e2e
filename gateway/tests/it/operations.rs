//! What operators ask, and the packages that the partner door knows since.

use axum::Router;
use baton_kit::door::refusal::{Refusal, reason_of};
use baton_proto::{
    common::v1::ErrorReason,
    notification::v1::{
        GetPreferencesRequest, GetPreferencesResponse, preference_service_client::PreferenceServiceClient,
    },
    operations::v1::{
        DeadLetter, ListDeadLettersRequest, ListDeadLettersResponse, RedriveRequest, RedriveResponse,
        dead_letter_service_client::DeadLetterServiceClient,
    },
};
use tonic::Code;
use tonic_types::StatusExt as _;

use crate::house::House;

const LIST: &str = "/baton.operations.v1.DeadLetterService/ListDeadLetters";
const REDRIVE: &str = "/baton.operations.v1.DeadLetterService/Redrive";

fn with<T>(message: T, credential: &str) -> tonic::Request<T> {
    let mut request = tonic::Request::new(message);
    request.metadata_mut().insert("authorization", format!("Bearer {credential}").parse().unwrap());
    request
}

fn operator<T>(message: T) -> tonic::Request<T> {
    with(message, "operator")
}

fn client(house: &House) -> DeadLetterServiceClient<Router> {
    DeadLetterServiceClient::new(house.router.clone())
}

/// So many that the service does not answer.
const AWAY: usize = usize::MAX;

/// Each service with this many dead letters, paged as they are asked for.
fn holding(house: &House, letters: &'static [(&str, usize)]) {
    house.script.on(LIST, |caller, asked: ListDeadLettersRequest| {
        assert_eq!(caller.unwrap().service, "gateway");
        let held = letters.iter().find(|(service, _)| *service == asked.service).map_or(0, |(_, held)| *held);
        if held == AWAY {
            return Err(Refusal::new(ErrorReason::Unavailable, "not now"));
        }
        let first: usize = asked.page_token.parse().unwrap_or(0);
        let end = held.min(first + usize::try_from(asked.page_size).unwrap());
        let letter = |position: usize| DeadLetter {
            service: asked.service.clone(),
            position: i64::try_from(position).unwrap(),
            ..Default::default()
        };
        let next_page_token = if end < held { end.to_string() } else { String::new() };
        let dead_letters = (first..end).map(letter).collect();
        Ok::<_, Refusal>(ListDeadLettersResponse { dead_letters, next_page_token, ..Default::default() })
    });
}

async fn listed(house: &House, service: &str, page_size: i32) -> (Vec<(String, i64)>, usize) {
    let (mut all, mut pages, mut page_token) = (Vec::new(), 0, String::new());
    loop {
        let request = ListDeadLettersRequest { service: service.to_owned(), page_size, page_token };
        let page = client(house).list_dead_letters(operator(request)).await.unwrap().into_inner();
        assert!(page.dead_letters.len() <= usize::try_from(page_size).unwrap());
        all.extend(page.dead_letters.into_iter().map(|letter| (letter.service, letter.position)));
        pages += 1;
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return (all, pages);
        }
    }
}

#[tokio::test]
async fn dead_letters_of_all_services_come_one_after_the_other_whatever_the_page() {
    let house = House::new().await;
    holding(&house, &[("notification", 2), ("conversation", 3), ("team", 4)]);
    let expected: Vec<(String, i64)> = [("conversation", 3), ("team", 4), ("notification", 2)]
        .into_iter()
        .flat_map(|(service, held)| (0..held).map(move |position| (service.to_owned(), position)))
        .collect();
    for page_size in 1..=10 {
        assert_eq!(listed(&house, "", page_size).await.0, expected, "{page_size} a page");
    }
    assert_eq!(listed(&house, "", 100).await.1, 1);
    assert_eq!(listed(&house, "team", 3).await.0, expected[3..7]);
}

#[tokio::test]
async fn one_service_that_does_not_answer_hides_nobody_elses_dead_letters_and_is_named() {
    let house = House::new().await;
    holding(&house, &[("conversation", 2), ("routing", AWAY), ("team", 3)]);
    let ask = |service: &str, page_size: i32, page_token: String| {
        let request = ListDeadLettersRequest { service: service.into(), page_size, page_token };
        let mut client = client(&house);
        async move { client.list_dead_letters(operator(request)).await.map(tonic::Response::into_inner) }
    };
    let all = ask("", 50, String::new()).await.unwrap();
    let of: Vec<&str> = all.dead_letters.iter().map(|letter| letter.service.as_str()).collect();
    assert_eq!(of, ["conversation", "conversation", "team", "team", "team"]);
    assert_eq!((all.unanswered_services, all.next_page_token.as_str()), (vec!["routing".to_owned()], ""));
    // Page by page it is named on the one it would have been on.
    let first = ask("", 2, String::new()).await.unwrap();
    assert!(first.unanswered_services.is_empty() && first.dead_letters.len() == 2);
    let second = ask("", 2, first.next_page_token).await.unwrap();
    assert_eq!((second.unanswered_services, second.dead_letters.len()), (vec!["routing".to_owned()], 2));
    // Asked for alone, it has not answered.
    let refused = ask("routing", 50, String::new()).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::Unavailable));
}

#[tokio::test]
async fn a_page_token_is_good_only_for_the_list_it_was_made_for() {
    let house = House::new().await;
    holding(&house, &[("conversation", 3), ("team", 4)]);
    let ask = |service: &str, page_token: String| ListDeadLettersRequest {
        service: service.into(),
        page_size: 2,
        page_token,
    };
    let first = client(&house).list_dead_letters(operator(ask("", String::new()))).await.unwrap();
    let token = first.into_inner().next_page_token;
    for request in [ask("team", token.clone()), ask("", format!("{token}A")), ask("", "x".into())] {
        let refused = client(&house).list_dead_letters(operator(request)).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::InvalidToken));
    }
}

#[tokio::test]
async fn an_unknown_service_and_every_other_fault_are_named_at_once() {
    let house = House::new().await;
    let named = |status: tonic::Status| -> Vec<String> {
        assert_eq!(reason_of(&status), Some(ErrorReason::InvalidFields));
        let bad = status.get_details_bad_request().unwrap();
        bad.field_violations.into_iter().map(|violation| violation.field).collect()
    };
    let list = ListDeadLettersRequest { service: "billing".into(), page_size: -1, page_token: String::new() };
    let refused = client(&house).list_dead_letters(operator(list)).await.unwrap_err();
    assert_eq!(named(refused), ["service", "page_size"]);
    let redrive = RedriveRequest { service: "billing".into(), consumer: String::new(), position: 0 };
    let refused = client(&house).redrive(operator(redrive)).await.unwrap_err();
    assert_eq!(named(refused), ["service", "consumer", "position"]);
    assert_eq!(house.script.times(LIST) + house.script.times(REDRIVE), 0);
}

#[tokio::test]
async fn a_redrive_goes_to_the_service_named_and_its_refusal_comes_back() {
    let house = House::new().await;
    let request = || RedriveRequest { service: "ai".into(), consumer: "turns".into(), position: 7 };
    house.script.answer(REDRIVE, RedriveResponse {});
    client(&house).redrive(operator(request())).await.unwrap();
    assert_eq!((house.script.times(REDRIVE), house.script.last::<RedriveRequest>(REDRIVE)), (1, request()));
    house
        .script
        .on(REDRIVE, |_, _: RedriveRequest| Err::<RedriveResponse, _>(Refusal::not_found("dead letter")));
    let refused = client(&house).redrive(operator(request())).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::NotFound));
}

#[tokio::test]
async fn s_29_only_the_operator_asks_for_dead_letters() {
    let house = House::new().await;
    holding(&house, &[("conversation", 1)]);
    let ask = ListDeadLettersRequest::default;
    for (credential, code) in [
        ("batonkey_good", Code::PermissionDenied),
        ("batonkey_bad", Code::Unauthenticated),
        ("wrong", Code::Unauthenticated),
        ("", Code::Unauthenticated),
    ] {
        let refused = client(&house).list_dead_letters(with(ask(), credential)).await.unwrap_err();
        assert_eq!(refused.code(), code, "{credential}");
    }
    assert_eq!(client(&house).list_dead_letters(ask()).await.unwrap_err().code(), Code::Unauthenticated);
    // A principal token of the inside opens nothing from outside.
    let token = house.visitor_token(1);
    assert_eq!(
        client(&house).list_dead_letters(with(ask(), &token)).await.unwrap_err().code(),
        Code::Unauthenticated
    );
    assert_eq!(house.script.times(LIST), 0);
}

#[tokio::test]
async fn calls_about_notifications_reach_their_owner() {
    let house = House::new().await;
    let path = "/baton.notification.v1.PreferenceService/GetPreferences";
    house.script.answer(path, GetPreferencesResponse::default());
    let mut preferences = PreferenceServiceClient::new(house.router.clone());
    preferences.get_preferences(with(GetPreferencesRequest {}, "batonkey_good")).await.unwrap();
    assert_eq!(house.script.times(path), 1);
    assert!(preferences.get_preferences(operator(GetPreferencesRequest {})).await.is_err());
}
