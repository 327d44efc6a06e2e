//! What is remembered, when secrets are given up that nobody ever had.

use baton_kit::door::{
    peer::{Identity, Place},
    tokens::Signer,
};
use baton_kit_testing::{clock::FakeClock, seeds::SeededIds};
use futures::FutureExt as _;

use super::*;

/// One that remembers the grant of a session; nobody can be asked.
fn exchange(secret: &str) -> (Exchange, Grant) {
    let (clock, ids) = (FakeClock::new(), SeededIds::new(1));
    let (signer, _) = Signer::generate("gateway", &[], ids.as_ref(), clock.shared()).unwrap();
    let team = Peer::new(Place::here().0, Identity::new(signer, clock.shared()), clock.shared());
    let exchange = Exchange::new(team, clock.shared(), ids);
    let fingerprint = Credential::Session(secret).fingerprint();
    let end = clock.shared().now().as_second() + 60;
    let answer = ExchangeResponse {
        token: "token".into(),
        expire_time: Some(prost_types::Timestamp { seconds: end, nanos: 0 }),
        credential_id: "sess_1".into(),
        principal_id: "mem_1".into(),
    };
    let grant = granted(fingerprint, exchange.revoked().now(), answer);
    exchange.known.insert(fingerprint, grant.clone());
    (exchange, grant)
}

#[test]
fn s_11_secrets_that_nobody_had_take_nothing_from_those_who_have_one() {
    let (exchange, grant) = exchange("mine");
    for n in 0..=REVOKED_NAMES {
        exchange.forget(Credential::Session(&format!("made up {n}")));
    }
    assert_eq!(exchange.standing(&grant), Standing::Good);
    let asked = exchange.token(Credential::Session("mine")).now_or_never().expect("nobody is asked");
    assert_eq!(asked.unwrap().token, grant.token);
}

#[test]
fn s_11_a_session_that_is_given_up_ends_its_streams_whether_or_not_it_is_still_remembered() {
    let (exchange, grant) = exchange("mine");
    let mut lease = exchange.lease(&grant);
    exchange.known.invalidate(&Credential::Session("mine").fingerprint());
    exchange.forget(Credential::Session("mine"));
    assert!(lease.shaken().now_or_never().is_some());
    assert_eq!(exchange.standing(&grant), Standing::Revoked);
}

#[test]
fn s_11_a_session_that_is_remembered_and_given_up_is_of_no_use_to_who_holds_its_grant() {
    let (exchange, grant) = exchange("mine");
    exchange.forget(Credential::Session("mine"));
    assert_eq!(exchange.standing(&grant), Standing::Revoked);
}
