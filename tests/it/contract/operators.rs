//! The operator's way: by the edge with the token of the configuration, to what is theirs and to nothing else.

use std::collections::BTreeSet;

use baton_kit::door::{principal::Kind, refusal::reason_of};
use baton_proto::{
    common::v1::ErrorReason,
    operations::v1::{
        DeadLetter, ListDeadLettersRequest, RedriveRequest,
        dead_letter_service_client::DeadLetterServiceClient,
    },
};
use tonic::Status;

use super::{
    calls::{Way, call, is_internal, methods, path_of},
    place::Place,
    rules::{operators_rule, rule_of},
    stations::{CONSUMERS, DOORS, Spot, stations},
};
use crate::harness::partner;

/// Services that take the operator's token at the edge at all.
const TAKE_IT: [&str; 2] = ["baton.team.v1.WorkspaceService", "baton.operations.v1.DeadLetterService"];

/// Why somebody was not let in; `None` for whoever was.
fn shut_out<T>(answer: &Result<T, Status>) -> Option<ErrorReason> {
    let reason = reason_of(answer.as_ref().err()?);
    let door = [ErrorReason::Unauthenticated, ErrorReason::PermissionDenied, ErrorReason::Unimplemented];
    reason.filter(|reason| door.contains(reason))
}

#[tokio::test]
async fn g_s1_the_operators_token_opens_at_the_edge_what_is_the_operators_and_nothing_else() {
    let place = Place::sqlite().await;
    let way = Way::Edge(place.operator.clone());
    let (mut found, mut opened) = (Vec::new(), BTreeSet::new());
    for method in methods() {
        let path = path_of(&method);
        let rule = operators_rule(&path).unwrap_or_else(|| rule_of(&path));
        let answer = call(&way, &method, Vec::new()).await;
        let service = method.parent_service().full_name().to_owned();
        let theirs = rule.operator && TAKE_IT.contains(&service.as_str()) && !is_internal(&method);
        if (theirs || rule.open) != shut_out(&answer).is_none() {
            found.push(format!("{path}: {answer:?}"));
        }
        opened.extend(theirs.then(|| method.name().to_owned()));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert_eq!(opened, ["CreateWorkspace", "ListDeadLetters", "Redrive"].map(str::to_owned).into());
    place.close().await;
}

/// What the services take from each other is no credential at the edge, an API key opens nothing that is the operator's, and neither does
/// a token that is nearly theirs.
#[tokio::test]
async fn g_s1_what_the_edge_answers_the_operator_it_answers_nobody_else() {
    let place = Place::sqlite().await;
    let home = place.workspace("others").await;
    let address = place.house.suite.address;
    for station in stations().iter().filter(|station| station.spot == Spot::Edge) {
        let (method, name) = (&station.method, station.name());
        let answer = call(&Way::Edge(home.edge.clone()), method, Vec::new()).await;
        assert_eq!(shut_out(&answer), Some(ErrorReason::PermissionDenied), "{name} with a key");
        let nearly = "0123456789abcdef0123456789abcdeF".to_owned();
        let principals = home.persons.mightiest(&place.signers);
        assert!(principals.iter().any(|who| who.kind == Kind::Operator));
        for token in principals.into_iter().map(|who| who.token).chain([nearly, String::new()]) {
            let line = partner::line(address, &token).await;
            let answer = call(&Way::Edge(line), method, Vec::new()).await;
            assert_eq!(shut_out(&answer), Some(ErrorReason::Unauthenticated), "{name} with {token:?}");
        }
    }
    drop(home);
    place.close().await;
}

async fn all(place: &Place, service: &str, page_size: i32) -> Vec<DeadLetter> {
    let mut letters = DeadLetterServiceClient::new(place.operator.clone());
    let (service, mut page_token, mut found) = (service.to_owned(), String::new(), Vec::new());
    loop {
        let request = ListDeadLettersRequest { service: service.clone(), page_size, page_token };
        let page = letters.list_dead_letters(request).await.expect("a page").into_inner();
        assert!(page.dead_letters.len() <= usize::try_from(page_size).expect("a size"));
        found.extend(page.dead_letters);
        if page.next_page_token.is_empty() {
            return found;
        }
        page_token = page.next_page_token;
    }
}

async fn dead_letters_of_every_service(place: Place) {
    let found = all(&place, "", 3).await;
    let listed: Vec<_> =
        found.iter().map(|one| (one.service.as_str(), one.position, one.consumer.as_str())).collect();
    let given_up = place.dead_letters.iter();
    let expected: Vec<_> =
        given_up.flat_map(|(service, at)| CONSUMERS.map(|consumer| (*service, *at, consumer))).collect();
    assert_eq!(listed, expected, "by service, place and consumer");
    assert!(found.iter().all(|one| one.create_time.is_some() && one.attempts == 1), "{found:?}");
    let mut letters = DeadLetterServiceClient::new(place.operator.clone());
    for (at, service) in DOORS.iter().enumerate() {
        assert_eq!(all(&place, service, 1).await, found[2 * at..2 * at + 2], "of {service} alone");
        let DeadLetter { service, consumer, position, .. } = found[2 * at].clone();
        let request = RedriveRequest { service, consumer, position };
        letters.redrive(request.clone()).await.expect("it is given again");
        let again = letters.redrive(request).await.expect_err("it is no dead letter any more");
        assert_eq!(reason_of(&again), Some(ErrorReason::NotFound));
    }
    let left: Vec<DeadLetter> = found.into_iter().skip(1).step_by(2).collect();
    assert_eq!(all(&place, "", 200).await, left, "what was not given again is there still");
    place.close().await;
}

#[tokio::test]
async fn the_operator_lists_the_dead_letters_of_every_service_and_gives_them_again_on_sqlite() {
    dead_letters_of_every_service(Place::sqlite().await).await;
}

#[tokio::test]
async fn the_operator_lists_the_dead_letters_of_every_service_and_gives_them_again_on_postgresql() {
    if let Some(place) = Place::postgres().await {
        dead_letters_of_every_service(place).await;
    }
}
