//! Signing in, and what a session is good for.

use baton_kit::{data::StoreError, door::refusal};
use baton_proto::{
    common::v1::ErrorReason,
    internal::team::v1::{SignOutRequest, exchange_request::Credential},
    team::v1::{PrincipalKind, Role, WhoAmIRequest},
};
use sea_orm::{ConnectionTrait as _, Statement};
use tonic::Status;
use tonic_types::StatusExt as _;

use crate::harness::{OPERATOR, PASSWORD, Suite, face, on_both_engines, reason};

const OWNER: &str = "owner@acme.example.org";
const HOUR: u64 = 3600;

on_both_engines!(
    a_token_says_who_one_is_and_what_one_may_do,
    s_60_the_table_holds_argon2id_and_no_secret,
    s_60_a_weaker_hash_is_replaced_when_its_owner_signs_in,
    s_63_whatever_was_wrong_the_refusal_is_the_same,
    s_61_wrong_passwords_wait_longer_and_longer_and_the_owner_gets_in,
    s_61_many_accounts_from_one_address_wait_too,
    s_61_attempts_at_once_do_not_slip_through_together,
    a_session_lives_while_it_is_used_and_fourteen_days_at_most,
    a_session_that_is_not_used_ends,
    a_session_that_was_ended_opens_nothing,
    a_credential_that_opens_nothing_is_unauthenticated,
    the_operator_is_nobody_in_a_workspace,
    only_the_gateway_signs_people_in,
    members_of_one_workspace_do_not_sign_in_to_another,
);

async fn a_token_says_who_one_is_and_what_one_may_do(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let agent = suite.member(&owner, "acme", Role::Agent).await;
    let me = suite.credentials(&agent).who_am_i(WhoAmIRequest {}).await.unwrap().into_inner();
    assert_eq!(me.kind(), PrincipalKind::Member);
    assert!(me.id.starts_with("mem_") && me.workspace_id.starts_with("ws_"));
    assert_eq!(
        me.scopes,
        [
            "conversations:read",
            "conversations:write",
            "assistants:read",
            "knowledge:read",
            "members:read",
            "routing:read"
        ]
    );
    suite.pass(60 + 31);
    let late = suite.credentials(&agent).who_am_i(WhoAmIRequest {}).await;
    assert_eq!(reason(late), ErrorReason::Unauthenticated, "a token lives a minute, and the clocks' leeway");
}

pub async fn texts(suite: &Suite, sql: &str) -> Vec<String> {
    let reader = suite.database.reader();
    let rows =
        reader.query_all_raw(Statement::from_string(reader.get_database_backend(), sql)).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

async fn s_60_the_table_holds_argon2id_and_no_secret(suite: Suite) {
    suite.workspace("acme").await;
    let hashes = texts(&suite, "SELECT password_hash FROM member").await;
    assert!(hashes.iter().all(|hash| hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")), "{hashes:?}");
    let session = suite.sign_in("acme", OWNER, PASSWORD, None).await.unwrap();
    assert!(session.session_secret.starts_with("batonsess_"));
    assert_eq!(session.session_secret.len(), "batonsess_".len() + 43);
    let reader = suite.database.reader();
    let all = Statement::from_string(reader.get_database_backend(), "SELECT secret_hash FROM session");
    for row in reader.query_all_raw(all).await.unwrap() {
        let kept: Vec<u8> = row.try_get_by_index(0).unwrap();
        assert_eq!(kept.len(), 32);
    }
}

async fn s_60_a_weaker_hash_is_replaced_when_its_owner_signs_in(suite: Suite) {
    suite.workspace("acme").await;
    let params = argon2::Params::new(8, 1, 1, None).unwrap();
    let weak = argon2::Argon2::new(Default::default(), Default::default(), params);
    let weak =
        argon2::PasswordHasher::hash_password_with_salt(&weak, PASSWORD.as_bytes(), b"a salt of bytes");
    let weaken = format!("UPDATE member SET password_hash = '{}'", weak.unwrap());
    suite
        .database
        .write(move |unit| {
            let weaken = weaken.clone();
            Box::pin(
                async move { Ok::<_, StoreError>(unit.tx().execute_unprepared(&weaken).await.map(drop)?) },
            )
        })
        .await
        .unwrap();
    suite.sign_in("acme", OWNER, "wrong password", None).await.unwrap_err();
    let kept = texts(&suite, "SELECT password_hash FROM member").await;
    assert!(kept[0].contains("m=8,"), "a wrong password proves nothing");
    suite.sign_in("acme", OWNER, PASSWORD, None).await.unwrap();
    let kept = texts(&suite, "SELECT password_hash FROM member").await;
    assert!(kept[0].contains("m=19456,t=2,p=1"));
    suite.sign_in("acme", OWNER, PASSWORD, None).await.unwrap();
}

async fn s_63_whatever_was_wrong_the_refusal_is_the_same(suite: Suite) {
    suite.workspace("acme").await;
    let faces = [
        suite.sign_in("acme", OWNER, "wrong password", None).await,
        suite.sign_in("acme", "nobody@acme.example.org", PASSWORD, None).await,
        suite.sign_in("nowhere", OWNER, PASSWORD, None).await,
    ]
    .map(|outcome| face(&outcome.unwrap_err()));
    assert_eq!(faces[0].2, Some(ErrorReason::SignInRefused));
    assert_eq!(faces[0], faces[1]);
    assert_eq!(faces[0], faces[2]);
}

fn wait_of(status: &Status) -> u64 {
    assert_eq!(refusal::reason_of(status), Some(ErrorReason::RateLimited));
    status.get_details_retry_info().unwrap().retry_delay.unwrap().as_secs()
}

async fn s_61_wrong_passwords_wait_longer_and_longer_and_the_owner_gets_in(suite: Suite) {
    suite.workspace("acme").await;
    let mut waits = Vec::new();
    for _ in 0..20 {
        match suite.sign_in("acme", "Owner@acme.example.org", "wrong password", None).await.unwrap_err() {
            refused if refusal::reason_of(&refused) == Some(ErrorReason::SignInRefused) => {}
            limited => {
                waits.push(wait_of(&limited));
                suite.pass(wait_of(&limited));
            }
        }
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
    let early = suite.sign_in("acme", OWNER, PASSWORD, None).await;
    let wait = early.map_or_else(|status| wait_of(&status), |_| 0);
    suite.pass(wait);
    suite.sign_in("acme", OWNER, PASSWORD, None).await.expect("never a permanent lock");
    suite.sign_in("acme", OWNER, PASSWORD, None).await.expect("success forgives");
}

async fn s_61_many_accounts_from_one_address_wait_too(suite: Suite) {
    suite.workspace("acme").await;
    let (attacker, home) = (Some("2001:db8::66"), Some("192.0.2.7"));
    let mut limited = 0;
    for n in 0..40 {
        let email = format!("guess{n}@acme.example.org");
        let refused = suite.sign_in("acme", &email, PASSWORD, attacker).await.unwrap_err();
        limited += u32::from(refusal::reason_of(&refused) == Some(ErrorReason::RateLimited));
    }
    assert_eq!(limited, 20);
    wait_of(&suite.sign_in("acme", OWNER, PASSWORD, Some("2001:db8::67")).await.unwrap_err());
    suite.sign_in("acme", OWNER, PASSWORD, home).await.expect("the owner is somewhere else");
}

async fn s_61_attempts_at_once_do_not_slip_through_together(suite: Suite) {
    suite.workspace("acme").await;
    let attempts = (0..20).map(|_| suite.sign_in("acme", OWNER, "wrong password", None));
    let outcomes = futures::future::join_all(attempts).await;
    let tried = outcomes
        .into_iter()
        .filter(|outcome| {
            refusal::reason_of(outcome.as_ref().unwrap_err()) == Some(ErrorReason::SignInRefused)
        })
        .count();
    assert_eq!(tried, 5);
}

async fn a_session_lives_while_it_is_used_and_fourteen_days_at_most(suite: Suite) {
    suite.workspace("acme").await;
    let session = suite.sign_in("acme", OWNER, PASSWORD, None).await.unwrap();
    let credential = Credential::SessionSecret(session.session_secret);
    for _ in 0..33 {
        suite.pass(10 * HOUR);
        suite.exchange(credential.clone()).await.unwrap();
    }
    suite.pass(6 * HOUR - 1);
    suite.exchange(credential.clone()).await.unwrap();
    suite.pass(1);
    assert_eq!(reason(suite.exchange(credential).await), ErrorReason::Unauthenticated);
}

async fn a_session_that_is_not_used_ends(suite: Suite) {
    suite.workspace("acme").await;
    let session = suite.sign_in("acme", OWNER, PASSWORD, None).await.unwrap();
    let credential = Credential::SessionSecret(session.session_secret);
    // A use within the first minute is not noted; the next is.
    suite.pass(59);
    suite.exchange(credential.clone()).await.unwrap();
    let noted = texts(&suite, "SELECT CAST(MAX(last_seen_at - created_at) AS TEXT) FROM session").await;
    assert_eq!(noted, ["0"]);
    suite.pass(1);
    suite.exchange(credential.clone()).await.unwrap();
    let noted = texts(&suite, "SELECT CAST(MAX(last_seen_at - created_at) AS TEXT) FROM session").await;
    assert_eq!(noted, ["60000000"]);
    suite.pass(12 * HOUR);
    assert_eq!(reason(suite.exchange(credential).await), ErrorReason::Unauthenticated);
    suite.sign_in("acme", OWNER, PASSWORD, None).await.unwrap();
    assert_eq!(
        texts(&suite, "SELECT CAST(COUNT(*) AS TEXT) FROM session").await,
        ["1"],
        "the dead are buried"
    );
}

async fn a_session_that_was_ended_opens_nothing(suite: Suite) {
    suite.workspace("acme").await;
    let session = suite.sign_in("acme", OWNER, PASSWORD, None).await.unwrap();
    for _first_and_again in 0..2 {
        let request = SignOutRequest { session_secret: session.session_secret.clone() };
        suite.sessions().sign_out(request).await.unwrap();
    }
    let outcome = suite.exchange(Credential::SessionSecret(session.session_secret)).await;
    assert_eq!(reason(outcome), ErrorReason::Unauthenticated);
}

async fn a_credential_that_opens_nothing_is_unauthenticated(suite: Suite) {
    suite.workspace("acme").await;
    let session = suite.sign_in("acme", OWNER, PASSWORD, None).await.unwrap().session_secret;
    for wrong in [
        Credential::SessionSecret("batonsess_nothing".to_owned()),
        Credential::SessionSecret(format!("{session}x")),
        Credential::ApiKey(session),
        Credential::ApiKey("\0".to_owned()),
        Credential::OperatorToken(format!("{OPERATOR} ")),
        Credential::OperatorToken("guess".to_owned()),
    ] {
        assert_eq!(reason(suite.exchange(wrong).await), ErrorReason::Unauthenticated);
    }
    let empty = suite.exchange(Credential::OperatorToken(String::new())).await;
    assert_eq!(reason(empty), ErrorReason::InvalidFields);
}

async fn the_operator_is_nobody_in_a_workspace(suite: Suite) {
    let operator = suite.operator().await;
    let me = suite.credentials(&operator).who_am_i(WhoAmIRequest {}).await.unwrap().into_inner();
    assert_eq!(me.kind(), PrincipalKind::Operator);
    assert_eq!((me.id.as_str(), me.workspace_id.as_str(), me.scopes.len()), ("", "", 0));
}

async fn only_the_gateway_signs_people_in(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let (stranger, _) = suite.another_service("ai", &[]).service_token().unwrap();
    for token in [owner, stranger] {
        let line = suite.gateway.with_token(&token);
        let mut sessions =
            baton_proto::internal::team::v1::session_service_client::SessionServiceClient::new(line);
        let outcome = sessions.sign_out(SignOutRequest { session_secret: "x".to_owned() }).await;
        assert_eq!(reason(outcome), ErrorReason::PermissionDenied);
    }
}

async fn members_of_one_workspace_do_not_sign_in_to_another(suite: Suite) {
    suite.workspace("acme").await;
    suite.workspace("other").await;
    let outcome = suite.sign_in("other", OWNER, PASSWORD, None).await;
    assert_eq!(reason(outcome), ErrorReason::SignInRefused);
}
