//! What no longer opens what it did is told at once, whichever process ended it.

use std::time::Duration;

use baton_kit::{
    data::{Fact, FactFilter},
    life::clock::SystemClock,
};
use baton_kit_testing::clock::FakeClock;
use baton_proto::{
    common::v1::{ActorKind, ErrorReason},
    internal::team::v1::{
        SignOutRequest, WatchRevocationsRequest, WatchRevocationsResponse, exchange_request::Credential,
        session_service_client::SessionServiceClient, watch_revocations_response::Revoked,
    },
    team::v1::{
        CreateTeamRequest, RemoveMemberRequest, RevokeApiKeyRequest, Role, SetMemberRolesRequest, Team,
        TeamColor, credential_service_client::CredentialServiceClient,
        member_service_client::MemberServiceClient,
    },
};
use tonic::{Status, Streaming};

use crate::harness::{OPERATOR, Person, Suite, on_both_engines, reason};

on_both_engines!(
    s_11_a_sign_out_is_told_at_once,
    s_11_a_revoked_key_is_told_at_once,
    s_11_a_removed_member_and_changed_roles_are_told_at_once,
    a_sign_of_life_comes_at_once_and_every_ten_seconds,
    what_was_revoked_before_is_not_told,
    a_stream_ends_with_its_process_and_says_so,
    an_exchange_names_what_a_revocation_will_name,
    each_revocation_is_one_fact_without_a_secret,
    only_the_gateway_hears_of_revocations,
);

/// By then whoever was revoked must be out.
const IN_TIME: Duration = Duration::from_secs(5);
/// Real time for what takes none: a hang fails and says where.
const PATIENCE: usize = 200;
const TICK: Duration = Duration::from_millis(50);

struct Ear {
    stream: Streaming<WatchRevocationsResponse>,
    clock: FakeClock,
}

impl Ear {
    async fn open(suite: &Suite) -> Self {
        let stream = suite.revocations().watch_revocations(WatchRevocationsRequest {}).await.unwrap();
        let mut ear = Self { stream: stream.into_inner(), clock: suite.clock.clone() };
        assert_eq!(ear.word().await.unwrap(), None, "a sign of life comes first");
        ear
    }

    /// The next word; the test's clock goes on while there is none, since a hint between processes may be lost.
    async fn word(&mut self) -> Result<Option<Revoked>, Status> {
        let real = SystemClock::new();
        for _ in 0..PATIENCE {
            tokio::select! {
                biased;
                word = self.stream.message() => return Ok(word?.expect("it ends with a reason").revoked),
                () = real.sleep(TICK) => self.clock.run(TICK).await,
            }
        }
        panic!("nothing was told");
    }

    async fn stays_silent(&mut self) {
        tokio::select! {
            biased;
            word = self.stream.message() => panic!("one word is enough: {word:?}"),
            () = SystemClock::new().sleep(TICK) => {}
        }
    }

    /// What is told next that is no sign of life, in time.
    async fn hear(&mut self) -> Revoked {
        let began = self.clock.shared().monotonic();
        loop {
            if let Some(revoked) = self.word().await.unwrap() {
                let took = self.clock.shared().monotonic() - began;
                assert!(took < IN_TIME, "told only after {took:?}");
                return revoked;
            }
        }
    }
}

async fn credential_of(suite: &Suite, person: &Person) -> String {
    let credential = Credential::SessionSecret(person.secret.clone());
    suite.exchanged(credential).await.unwrap().credential_id
}

async fn sign_out(suite: &Suite, person: &Person) {
    let request = SignOutRequest { session_secret: person.secret.clone() };
    suite.sessions().sign_out(request).await.unwrap();
}

async fn s_11_a_sign_out_is_told_at_once(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let (ann, ben) = (
        suite.person(&owner, "acme", "ann", Role::Agent).await,
        suite.person(&owner, "acme", "ben", Role::Agent).await,
    );
    let sessions = [credential_of(&suite, &ann).await, credential_of(&suite, &ben).await];
    let (mut one, mut other) = (Ear::open(&suite).await, Ear::open(&suite).await);
    sign_out(&suite, &ann).await;
    // The second time there is nothing to tell.
    sign_out(&suite, &ann).await;
    sign_out(&suite, &ben).await;
    for ear in [&mut one, &mut other] {
        for session in &sessions {
            assert_eq!(ear.hear().await, Revoked::CredentialId(session.clone()));
        }
    }
}

async fn s_11_a_revoked_key_is_told_at_once(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let key = suite.key(&owner, &["members:read"]).await;
    let mut ear = Ear::open(&suite).await;
    let request = RevokeApiKeyRequest { api_key_id: key.id.clone() };
    suite.credentials(&owner).revoke_api_key(request).await.unwrap();
    assert_eq!(ear.hear().await, Revoked::PrincipalId(key.id));
}

async fn set_roles(suite: &Suite, token: &str, member: &str, role: Role) {
    let request = SetMemberRolesRequest { member_id: member.to_owned(), roles: vec![role.into()] };
    suite.members(token).set_member_roles(request).await.unwrap();
}

async fn s_11_a_removed_member_and_changed_roles_are_told_at_once(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let mut ear = Ear::open(&suite).await;
    // Whoever is new had nothing to lose, and a role held already changes nothing.
    suite.person(&owner, "acme", "new", Role::Agent).await;
    let ann = suite.person(&owner, "acme", "ann", Role::Agent).await;
    let ben = suite.person(&owner, "acme", "ben", Role::Agent).await;
    set_roles(&suite, &owner, &ann.id, Role::Agent).await;
    set_roles(&suite, &owner, &ann.id, Role::Viewer).await;
    assert_eq!(ear.hear().await, Revoked::PrincipalId(ann.id));
    let request = RemoveMemberRequest { member_id: ben.id.clone() };
    suite.members(&owner).remove_member(request).await.unwrap();
    assert_eq!(ear.hear().await, Revoked::PrincipalId(ben.id));
}

async fn a_sign_of_life_comes_at_once_and_every_ten_seconds(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let mut ear = Ear::open(&suite).await;
    for n in 0..2 {
        let began = suite.clock.shared().monotonic();
        suite.clock.run(Duration::from_secs(6)).await;
        // What takes nothing from anybody is no word to a listener.
        let (name, color) = (format!("Team {n}"), TeamColor::Gray.into());
        let team = Some(Team { name, color, ..Default::default() });
        suite
            .teams(&owner)
            .create_team(CreateTeamRequest { request_id: format!("{n}"), team })
            .await
            .unwrap();
        suite.clock.run(Duration::from_secs(4)).await;
        assert_eq!(ear.word().await.unwrap(), None);
        let took = suite.clock.shared().monotonic() - began;
        assert!(took < Duration::from_secs(11), "a sign of life only after {took:?}");
        ear.stays_silent().await;
    }
}

async fn what_was_revoked_before_is_not_told(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let ann = suite.person(&owner, "acme", "ann", Role::Agent).await;
    let ben = suite.person(&owner, "acme", "ben", Role::Agent).await;
    let session = credential_of(&suite, &ben).await;
    sign_out(&suite, &ann).await;
    suite.told(&owner).await;
    let mut ear = Ear::open(&suite).await;
    sign_out(&suite, &ben).await;
    assert_eq!(ear.hear().await, Revoked::CredentialId(session));
}

async fn a_stream_ends_with_its_process_and_says_so(suite: Suite) {
    let mut ear = Ear::open(&suite).await;
    suite.database.life().soft().cancel();
    let ended = ear.word().await.unwrap_err();
    assert_eq!(ended.code(), tonic::Code::Unavailable);
    assert_eq!(reason::<()>(Err(ended)), ErrorReason::Unavailable);
}

async fn an_exchange_names_what_a_revocation_will_name(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let ann = suite.person(&owner, "acme", "ann", Role::Agent).await;
    let key = suite.key(&owner, &["members:read"]).await;
    let exchanged = async |credential: Credential| suite.exchanged(credential).await.unwrap();
    let first = exchanged(Credential::SessionSecret(ann.secret.clone())).await;
    assert!(first.credential_id.starts_with("sess_"), "{}", first.credential_id);
    assert_eq!(first.principal_id, ann.id);
    let again = exchanged(Credential::SessionSecret(ann.secret)).await;
    assert_eq!((again.credential_id, again.principal_id), (first.credential_id.clone(), ann.id));
    let another =
        suite.sign_in("acme", "ann@acme.example.org", crate::harness::PASSWORD, None).await.unwrap();
    let another = exchanged(Credential::SessionSecret(another.session_secret)).await;
    assert_ne!(another.credential_id, first.credential_id);
    let of_key = exchanged(Credential::ApiKey(key.secret)).await;
    assert_eq!((of_key.credential_id, of_key.principal_id), (key.id.clone(), key.id));
    let of_operator = exchanged(Credential::OperatorToken(OPERATOR.to_owned())).await;
    assert_eq!((of_operator.credential_id, of_operator.principal_id), (String::new(), String::new()));
}

async fn each_revocation_is_one_fact_without_a_secret(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let ann = suite.person(&owner, "acme", "ann", Role::Agent).await;
    let key = suite.key(&owner, &["members:read"]).await;
    for _ in 0..2 {
        sign_out(&suite, &ann).await;
        let request = RevokeApiKeyRequest { api_key_id: key.id.clone() };
        suite.credentials(&owner).revoke_api_key(request).await.unwrap();
    }
    let told = suite.told(&owner).await;
    let of_kind = |kind: i32| -> Vec<&Fact> {
        told.iter().map(AsRef::as_ref).filter(|fact| fact.kind == kind).collect()
    };
    let (sessions, keys) = (of_kind(3), of_kind(4));
    assert_eq!((sessions.len(), keys.len()), (1, 1));
    for fact in [sessions[0], keys[0]] {
        assert_eq!((fact.body.len(), fact.item), (0, None));
        assert_eq!(fact.actor_kind, i32::from(ActorKind::Member));
        assert!(fact.actor.is_some());
    }
    assert_ne!(sessions[0].actor, keys[0].actor, "each ended their own");
}

async fn only_the_gateway_hears_of_revocations(suite: Suite) {
    use baton_proto::internal::team::v1::revocation_service_client::RevocationServiceClient;
    let owner = suite.workspace("acme").await;
    let (stranger, _) = suite.another_service("notification", &[]).service_token().unwrap();
    for token in [owner, stranger] {
        let mut revocations = RevocationServiceClient::new(suite.gateway.with_token(&token));
        let refused = revocations.watch_revocations(WatchRevocationsRequest {}).await;
        assert_eq!(reason(refused.map(drop)), ErrorReason::PermissionDenied);
    }
}

mod postgres_shared {
    use super::*;

    /// Which of two processes numbers facts is not ours to say: each is revoked in, and listened to from the other.
    #[tokio::test]
    async fn s_11_what_another_process_revoked_is_told_too() {
        let Some(suite) = Suite::postgres().await else { return };
        let owner = suite.workspace("acme").await;
        let (ann, ben) = (
            suite.person(&owner, "acme", "ann", Role::Agent).await,
            suite.person(&owner, "acme", "ben", Role::Agent).await,
        );
        let key = suite.key(&owner, &["members:read"]).await;
        let session = credential_of(&suite, &ann).await;
        let another = suite.another().await;
        let mut here = Ear::open(&suite).await;
        let mut sessions = SessionServiceClient::new(another.gateway.as_self());
        sessions.sign_out(SignOutRequest { session_secret: ann.secret.clone() }).await.unwrap();
        assert_eq!(here.hear().await, Revoked::CredentialId(session.clone()));
        let mut credentials = CredentialServiceClient::new(another.gateway.with_token(&owner));
        credentials.revoke_api_key(RevokeApiKeyRequest { api_key_id: key.id.clone() }).await.unwrap();
        assert_eq!(here.hear().await, Revoked::PrincipalId(key.id));
        let mut members = MemberServiceClient::new(another.gateway.with_token(&owner));
        let request = SetMemberRolesRequest { member_id: ann.id.clone(), roles: vec![Role::Viewer.into()] };
        members.set_member_roles(request).await.unwrap();
        assert_eq!(here.hear().await, Revoked::PrincipalId(ann.id));
        members.remove_member(RemoveMemberRequest { member_id: ben.id.clone() }).await.unwrap();
        assert_eq!(here.hear().await, Revoked::PrincipalId(ben.id));
    }

    #[tokio::test]
    async fn s_11_what_is_revoked_here_is_told_by_another_process() {
        let Some(suite) = Suite::postgres().await else { return };
        let owner = suite.workspace("acme").await;
        let ann = suite.person(&owner, "acme", "ann", Role::Agent).await;
        let session = credential_of(&suite, &ann).await;
        let another = suite.another().await;
        let line = another.gateway.as_self().lasting();
        let mut revocations =
            baton_proto::internal::team::v1::revocation_service_client::RevocationServiceClient::new(line);
        let stream = revocations.watch_revocations(WatchRevocationsRequest {}).await.unwrap().into_inner();
        let mut there = Ear { stream, clock: suite.clock.clone() };
        assert_eq!(there.word().await.unwrap(), None);
        sign_out(&suite, &ann).await;
        let told = loop {
            // What was numbered before it was known there may come late, never too little.
            match there.hear().await {
                told @ Revoked::CredentialId(_) => break told,
                Revoked::PrincipalId(_) => {}
            }
        };
        assert_eq!(told, Revoked::CredentialId(session));
        let facts = suite.database.facts().after(0, 200, &FactFilter::default()).await.unwrap();
        assert!(facts.iter().any(|fact| fact.kind == 3));
    }
}
