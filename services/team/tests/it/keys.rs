//! API keys: no more than their maker may do, shown once, gone when revoked.

use baton_proto::{
    common::v1::ErrorReason,
    internal::team::v1::exchange_request::Credential,
    team::v1::{
        ApiKey, CreateApiKeyRequest, CreateApiKeyResponse, ListApiKeysRequest, PrincipalKind,
        RevokeApiKeyRequest, Role, WhoAmIRequest,
    },
};
use tonic::Status;

use crate::harness::{Suite, on_both_engines, reason};

on_both_engines!(
    a_key_opens_what_its_scopes_say,
    a_key_cannot_have_more_scopes_than_its_maker,
    who_may_not_write_keys_makes_and_sees_none,
    a_key_ends_when_it_said,
    a_revoked_key_opens_nothing_and_stays_listed,
    keys_are_listed_in_pages_without_their_secrets,
    another_workspaces_key_is_not_found,
    every_fault_of_a_key_is_told_at_once,
);

async fn create(suite: &Suite, token: &str, api_key: ApiKey) -> Result<CreateApiKeyResponse, Status> {
    let request = CreateApiKeyRequest { api_key: Some(api_key) };
    Ok(suite.credentials(token).create_api_key(request).await?.into_inner())
}

fn key(scopes: &[&str]) -> ApiKey {
    let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    ApiKey { display_name: "importer".to_owned(), scopes, ..Default::default() }
}

async fn a_key_opens_what_its_scopes_say(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let given = key(&["members:read", "conversations:write", "members:read"]);
    let made = create(&suite, &owner, given).await.unwrap();
    assert!(made.secret.starts_with("batonkey_"));
    let token = suite.exchange(Credential::ApiKey(made.secret)).await.unwrap();
    let me = suite.credentials(&token).who_am_i(WhoAmIRequest {}).await.unwrap().into_inner();
    assert_eq!((me.kind(), me.id), (PrincipalKind::ApiKey, made.api_key.unwrap().id));
    assert_eq!(me.scopes, ["conversations:write", "members:read"]);
    suite.members(&token).list_members(baton_proto::team::v1::ListMembersRequest::default()).await.unwrap();
    assert_eq!(reason(create(&suite, &token, key(&["members:read"])).await), ErrorReason::PermissionDenied);
}

async fn a_key_cannot_have_more_scopes_than_its_maker(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let maker = create(&suite, &owner, key(&["keys:write", "members:read"])).await.unwrap();
    let maker = suite.exchange(Credential::ApiKey(maker.secret)).await.unwrap();
    create(&suite, &maker, key(&["members:read"])).await.unwrap();
    let refused = create(&suite, &maker, key(&["members:read", "members:write"])).await.unwrap_err();
    let metadata = baton_kit::door::refusal::metadata_of(&refused);
    assert_eq!(metadata.get("scope").unwrap(), "members:write");
    assert_eq!(reason::<()>(Err(refused)), ErrorReason::PermissionDenied);
}

async fn who_may_not_write_keys_makes_and_sees_none(suite: Suite) {
    let owner = suite.workspace("acme").await;
    for role in [Role::Editor, Role::Analyst, Role::Agent, Role::Viewer] {
        let token = suite.member(&owner, "acme", role).await;
        let made = create(&suite, &token, key(&["conversations:read"])).await;
        assert_eq!(reason(made), ErrorReason::PermissionDenied);
        let listed = suite.credentials(&token).list_api_keys(ListApiKeysRequest::default()).await;
        assert_eq!(reason(listed), ErrorReason::PermissionDenied);
    }
}

async fn a_key_ends_when_it_said(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let now = suite.clock.shared().now().as_second();
    let ends = |seconds| ApiKey {
        expire_time: Some(prost_types::Timestamp { seconds: now + seconds, nanos: 0 }),
        ..key(&["members:read"])
    };
    assert_eq!(reason(create(&suite, &owner, ends(0)).await), ErrorReason::InvalidFields);
    let made = create(&suite, &owner, ends(30)).await.unwrap();
    assert_eq!(made.api_key.unwrap().expire_time.unwrap().seconds, now + 30);
    suite.pass(29);
    suite.exchange(Credential::ApiKey(made.secret.clone())).await.unwrap();
    suite.pass(1);
    let late = suite.exchange(Credential::ApiKey(made.secret)).await;
    assert_eq!(reason(late), ErrorReason::Unauthenticated);
}

async fn a_revoked_key_opens_nothing_and_stays_listed(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let made = create(&suite, &owner, key(&["members:read"])).await.unwrap();
    let request = RevokeApiKeyRequest { api_key_id: made.api_key.unwrap().id };
    let mut credentials = suite.credentials(&owner);
    let revoked = credentials.revoke_api_key(request.clone()).await.unwrap().into_inner();
    suite.pass(5);
    let again = credentials.revoke_api_key(request).await.unwrap().into_inner();
    assert_eq!(again, revoked);
    assert!(revoked.api_key.as_ref().unwrap().revoke_time.is_some());
    let outcome = suite.exchange(Credential::ApiKey(made.secret)).await;
    assert_eq!(reason(outcome), ErrorReason::Unauthenticated);
    let listed = credentials.list_api_keys(ListApiKeysRequest::default()).await.unwrap().into_inner();
    assert_eq!(listed.api_keys, [revoked.api_key.unwrap()]);
}

async fn keys_are_listed_in_pages_without_their_secrets(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(create(&suite, &owner, key(&["members:read"])).await.unwrap());
        suite.pass(1);
    }
    let mut credentials = suite.credentials(&owner);
    let mut request = ListApiKeysRequest { page_size: 2, ..Default::default() };
    let first = credentials.list_api_keys(request.clone()).await.unwrap().into_inner();
    request.page_token = first.next_page_token;
    let second = credentials.list_api_keys(request).await.unwrap().into_inner();
    assert_eq!(second.next_page_token, "");
    let listed: Vec<ApiKey> = first.api_keys.into_iter().chain(second.api_keys).collect();
    assert!(made.iter().all(|made| !format!("{listed:?}").contains(&made.secret)));
    let made: Vec<ApiKey> = made.into_iter().map(|made| made.api_key.unwrap()).collect();
    assert_eq!(listed, made);
}

async fn another_workspaces_key_is_not_found(suite: Suite) {
    let (acme, other) = (suite.workspace("acme").await, suite.workspace("other").await);
    let made = create(&suite, &acme, key(&["members:read"])).await.unwrap();
    let request = RevokeApiKeyRequest { api_key_id: made.api_key.unwrap().id };
    let outcome = suite.credentials(&other).revoke_api_key(request).await;
    assert_eq!(reason(outcome), ErrorReason::NotFound);
    suite.exchange(Credential::ApiKey(made.secret)).await.expect("nobody else's business");
    let listed = suite.credentials(&other).list_api_keys(ListApiKeysRequest::default()).await.unwrap();
    assert_eq!(listed.into_inner().api_keys, []);
}

async fn every_fault_of_a_key_is_told_at_once(suite: Suite) {
    use tonic_types::StatusExt as _;
    let owner = suite.workspace("acme").await;
    let bad = ApiKey {
        display_name: "\u{200b}".to_owned(),
        expire_time: Some(prost_types::Timestamp { seconds: i64::MAX, nanos: -1 }),
        ..key(&["members:read", "moon:land"])
    };
    let refused = create(&suite, &owner, bad).await.unwrap_err();
    let told = refused.get_details_bad_request().unwrap().field_violations;
    let told: Vec<&str> = told.iter().map(|violation| violation.field.as_str()).collect();
    assert_eq!(told, ["api_key.display_name", "api_key.scopes[1]", "api_key.expire_time"]);
    assert_eq!(reason(create(&suite, &owner, key(&[])).await), ErrorReason::InvalidFields);
}
