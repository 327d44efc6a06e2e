//! How many canned responses there are at most, and how long is what is made of one.

use baton_kit::door::refusal;
use baton_proto::{
    common::v1::ErrorReason,
    team::v1::{CannedResponse, CannedScope, ListCannedResponsesRequest, Role},
};
use futures::{StreamExt as _, stream};
use tonic::{Code, Status};

use crate::{
    canned::{canned, delete, faults, get, list, make, make_by, of_team, render, team},
    harness::{Suite, on_both_engines, reason},
};

on_both_engines!(
    each_place_has_so_many_canned_responses_and_no_more,
    of_two_that_would_be_the_last_one_is_made,
    a_text_longer_than_a_message_is_refused_by_the_value_that_makes_it_so,
);

/// As the contract says.
const MOST: usize = 500;
/// The most that a message has.
const LONGEST: usize = 16 * 1024;

/// So many of them, called by their numbers.
async fn fill(suite: &Suite, token: &str, wanted: &CannedResponse, many: usize) {
    let made = stream::iter(0..many).map(|n| {
        let wanted = CannedResponse { shortcut: format!("n{n}"), ..wanted.clone() };
        async move { make(suite, token, wanted).await }
    });
    made.buffer_unordered(16).for_each(|made| async { drop(made.unwrap()) }).await;
}

/// How many there are of those that somebody sees.
async fn number(suite: &Suite, token: &str, scope: CannedScope) -> usize {
    let mut request =
        ListCannedResponsesRequest { scope: scope.into(), page_size: 200, ..Default::default() };
    let mut number = 0;
    loop {
        let (page, next) = list(suite, token, request.clone()).await.unwrap();
        number += page.len();
        if next.is_empty() {
            return number;
        }
        request.page_token = next;
    }
}

#[track_caller]
fn is_full(refused: Status) {
    assert_eq!(refused.code(), Code::ResourceExhausted);
    assert_eq!(refusal::metadata_of(&refused).get("limit"), Some(&MOST.to_string()));
    assert_eq!(reason::<()>(Err(refused)), ErrorReason::LimitReached);
}

async fn each_place_has_so_many_canned_responses_and_no_more(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let ann = suite.person(&owner, "acme", "ann", Role::Agent).await;
    let (billing, sales) =
        (team(&suite, &owner, "Billing", &[]).await, team(&suite, &owner, "Sales", &[]).await);
    let own = canned(CannedScope::Personal, "one-more");
    let places = [
        (&owner, canned(CannedScope::Workspace, "one-more"), CannedScope::Workspace),
        (&owner, of_team(&billing, "one-more"), CannedScope::Team),
        (&ann.token, own.clone(), CannedScope::Personal),
    ];
    for (token, wanted, scope) in &places {
        fill(&suite, token, wanted, MOST).await;
        is_full(make(&suite, token, wanted.clone()).await.unwrap_err());
        assert_eq!(number(&suite, token, *scope).await, MOST);
    }
    // Each place for itself.
    make(&suite, &owner, of_team(&sales, "one-more")).await.unwrap();
    make(&suite, &owner, own).await.unwrap();
    let other = suite.workspace("other").await;
    make(&suite, &other, canned(CannedScope::Workspace, "one-more")).await.unwrap();
    // What was asked before is answered still, and a deleted one makes room.
    let (token, wanted, _) = &places[2];
    let first = CannedResponse { shortcut: "n0".to_owned(), ..wanted.clone() };
    let first = make(&suite, token, first).await.unwrap();
    delete(&suite, token, &first.id).await.unwrap();
    make_by(&suite, token, "now", wanted.clone()).await.unwrap();
    is_full(make_by(&suite, token, "and-again", wanted.clone()).await.unwrap_err());
}

async fn of_two_that_would_be_the_last_one_is_made(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let ann = suite.person(&owner, "acme", "ann", Role::Agent).await;
    let billing = team(&suite, &owner, "Billing", &[]).await;
    let places = [
        (&owner, canned(CannedScope::Workspace, "")),
        (&owner, of_team(&billing, "")),
        (&ann.token, canned(CannedScope::Personal, "")),
    ];
    for (token, wanted) in &places {
        fill(&suite, token, wanted, MOST - 1).await;
        for round in 0..4 {
            let attempts = (0..6).map(async |n| {
                let wanted = CannedResponse { shortcut: format!("last-{round}-{n}"), ..wanted.clone() };
                make(&suite, token, wanted).await
            });
            let outcomes = futures::future::join_all(attempts).await;
            let (made, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
            assert_eq!(made.len(), 1, "of several at once that would be the last one is made");
            refused.into_iter().for_each(|refused| is_full(refused.unwrap_err()));
            let last = made.into_iter().next().unwrap().unwrap();
            assert_eq!(get(&suite, token, &last.id).await.unwrap(), last);
            delete(&suite, token, &last.id).await.unwrap();
        }
    }
}

async fn a_text_longer_than_a_message_is_refused_by_the_value_that_makes_it_so(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let worded =
        |shortcut: &str, text: String| CannedResponse { text, ..canned(CannedScope::Workspace, shortcut) };
    let many = format!("{{{{b}}}}{}", "{{a}}".repeat(16));
    let made = make(&suite, &owner, worded("many", many)).await.unwrap();
    let kilobyte = "x".repeat(1024);
    let just = render(&suite, &owner, &made.id, &[("a", &kilobyte)]).await.unwrap_err();
    assert_eq!(faults(just), ["values[a]"], "what stands in it besides counts too");
    let whole = make(&suite, &owner, worded("whole", "{{a}}".repeat(16))).await.unwrap();
    let whole = render(&suite, &owner, &whole.id, &[("a", &kilobyte)]).await.unwrap();
    assert_eq!(whole.text.len(), LONGEST);
    let refused = render(&suite, &owner, &made.id, &[("a", &kilobyte), ("b", "y")]).await.unwrap_err();
    assert_eq!(faults(refused), ["values[a]"]);
    // Nobody gave what its own fallback, or a name known here, makes too long.
    let fallback = format!("{{{{a|{}}}}}{}", "f".repeat(2000), "{{a}}".repeat(10));
    let made = make(&suite, &owner, worded("fallback", fallback)).await.unwrap();
    let refused = render(&suite, &owner, &made.id, &[("a", ""), ("b", "x")]).await.unwrap_err();
    assert_eq!(faults(refused), ["canned_response_id"]);
    assert_eq!(render(&suite, &owner, &made.id, &[("a", "1")]).await.unwrap().text, "1".repeat(11));
    let fallback = format!("{{{{member.name|{}}}}}{}", "f".repeat(1000), "{{x}}".repeat(17));
    let made = make(&suite, &owner, worded("named", fallback)).await.unwrap();
    let long = "y".repeat(1000);
    let refused = render(&suite, &owner, &made.id, &[("member.name", &long), ("x", &long)]).await;
    assert_eq!(faults(refused.unwrap_err()), ["values[x]"]);
}
