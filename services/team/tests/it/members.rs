//! Members: one a person, with no more rights than whoever adds them has.

use baton_kit::door::refusal;
use baton_proto::{
    common::v1::ErrorReason,
    team::v1::{ApiKey, CreateApiKeyRequest, GetMemberRequest, ListMembersRequest, Member, Role},
};
use tonic_types::StatusExt as _;

use crate::harness::{Suite, member_request, on_both_engines, reason};
use baton_proto::internal::team::v1::exchange_request::Credential;

on_both_engines!(
    a_member_is_read_as_added,
    f_6_an_address_in_another_case_is_the_same_address,
    the_same_address_lives_in_two_workspaces,
    the_same_request_adds_one_member,
    the_same_request_twice_at_once_adds_one_member,
    only_owners_make_owners,
    a_key_cannot_make_somebody_mightier_than_itself,
    f_10_pages_hold_every_member_once_in_order,
    f_10_a_page_token_is_good_for_its_own_list_only,
    another_workspaces_member_is_not_found,
    every_fault_of_a_member_is_told_at_once,
    s_64_passwords_of_7_and_129_characters_are_refused,
);

async fn a_member_is_read_as_added(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let mut request = member_request("Bob@acme.example.org", Role::Agent);
    let member = request.member.as_mut().unwrap();
    member.display_name = "  Ame\u{301}lie ".to_owned();
    member.roles = vec![Role::Viewer.into(), Role::Agent.into(), Role::Viewer.into()];
    member.id = "mem_ignored".to_owned();
    let added = suite.members(&owner).create_member(request).await.unwrap().into_inner().member.unwrap();
    assert_eq!((added.display_name.as_str(), added.email.as_str()), ("Amélie", "Bob@acme.example.org"));
    assert_eq!(added.roles, [i32::from(Role::Agent), i32::from(Role::Viewer)]);
    assert_eq!((added.active, added.revision), (true, 1));
    let read = get(&suite, &owner, &added.id).await.unwrap();
    assert_eq!(read, added);
    suite.token_of("acme", "bob@ACME.example.org").await;
}

async fn get(suite: &Suite, token: &str, id: &str) -> Result<Member, tonic::Status> {
    let request = GetMemberRequest { member_id: id.to_owned() };
    Ok(suite.members(token).get_member(request).await?.into_inner().member.unwrap())
}

async fn f_6_an_address_in_another_case_is_the_same_address(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let refused =
        suite.members(&owner).create_member(member_request("OWNER@Acme.Example.org", Role::Agent)).await;
    let refused = refused.unwrap_err();
    assert_eq!(refusal::reason_of(&refused), Some(ErrorReason::AlreadyExists));
    assert_eq!(refusal::metadata_of(&refused).get("field").unwrap(), "member.email");
}

async fn the_same_address_lives_in_two_workspaces(suite: Suite) {
    let (acme, other) = (suite.workspace("acme").await, suite.workspace("other").await);
    for owner in [&acme, &other] {
        suite.members(owner).create_member(member_request("bob@example.org", Role::Agent)).await.unwrap();
    }
}

async fn the_same_request_adds_one_member(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let mut members = suite.members(&owner);
    let request = member_request("bob@acme.example.org", Role::Agent);
    let first = members.create_member(request.clone()).await.unwrap().into_inner();
    assert_eq!(members.create_member(request.clone()).await.unwrap().into_inner(), first);
    let mut other = member_request("eve@acme.example.org", Role::Agent);
    other.request_id.clone_from(&request.request_id);
    assert_eq!(reason(members.create_member(other).await), ErrorReason::RequestIdReused);
    let mut password = request;
    password.password = "another password".to_owned();
    assert_eq!(reason(members.create_member(password).await), ErrorReason::RequestIdReused);
}

async fn the_same_request_twice_at_once_adds_one_member(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let (mut one, mut other) = (suite.members(&owner), suite.members(&owner));
    let request = member_request("bob@acme.example.org", Role::Agent);
    let (one, other) = tokio::join!(one.create_member(request.clone()), other.create_member(request));
    assert_eq!(one.unwrap().into_inner(), other.unwrap().into_inner());
}

async fn only_owners_make_owners(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let admin = suite.member(&owner, "acme", Role::Admin).await;
    let request = member_request("second@acme.example.org", Role::Owner);
    let by_admin = suite.members(&admin).create_member(request.clone()).await;
    assert_eq!(reason(by_admin), ErrorReason::PermissionDenied);
    suite.members(&owner).create_member(request).await.unwrap();
    let agent = suite.member(&admin, "acme", Role::Agent).await;
    let by_agent =
        suite.members(&agent).create_member(member_request("x@acme.example.org", Role::Viewer)).await;
    assert_eq!(reason(by_agent), ErrorReason::PermissionDenied);
}

async fn a_key_cannot_make_somebody_mightier_than_itself(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let scopes = vec!["members:write".to_owned(), "conversations:read".to_owned()];
    let api_key = Some(ApiKey { display_name: "hr".to_owned(), scopes, ..Default::default() });
    let made = suite.credentials(&owner).create_api_key(CreateApiKeyRequest { api_key }).await.unwrap();
    let key = suite.exchange(Credential::ApiKey(made.into_inner().secret)).await.unwrap();
    let mut members = suite.members(&key);
    members.create_member(member_request("viewer@acme.example.org", Role::Viewer)).await.unwrap();
    for mighty in [Role::Owner, Role::Admin, Role::Agent] {
        let refused = members.create_member(member_request("mighty@acme.example.org", mighty)).await;
        assert_eq!(reason(refused), ErrorReason::PermissionDenied, "{mighty:?}");
    }
}

async fn f_10_pages_hold_every_member_once_in_order(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let mut members = suite.members(&owner);
    // The clock stands still for each pair: the id decides then.
    for n in 0..6 {
        if n % 2 == 0 {
            suite.pass(1);
        }
        members.create_member(member_request(&format!("m{n}@acme.example.org"), Role::Agent)).await.unwrap();
    }
    let mut request = ListMembersRequest { page_size: 3, ..Default::default() };
    let mut found = Vec::new();
    loop {
        let page = members.list_members(request.clone()).await.unwrap().into_inner();
        assert!(page.members.len() <= 3);
        found.extend(page.members.into_iter().map(|member| member.email));
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    let expected =
        ["owner", "m0", "m1", "m2", "m3", "m4", "m5"].map(|name| format!("{name}@acme.example.org"));
    assert_eq!(found, expected);
    let negative = ListMembersRequest { page_size: -1, ..Default::default() };
    assert_eq!(reason(members.list_members(negative).await), ErrorReason::InvalidFields);
    let huge = ListMembersRequest { page_size: 1_000_000_000, ..Default::default() };
    assert_eq!(members.list_members(huge).await.unwrap().into_inner().members.len(), 7);
}

async fn f_10_a_page_token_is_good_for_its_own_list_only(suite: Suite) {
    let (acme, other) = (suite.workspace("acme").await, suite.workspace("other").await);
    suite.member(&acme, "acme", Role::Agent).await;
    let request = ListMembersRequest { page_size: 1, ..Default::default() };
    let page = suite.members(&acme).list_members(request).await.unwrap().into_inner();
    let with = |token: &str| ListMembersRequest { page_size: 1, page_token: token.to_owned() };
    let token = page.next_page_token;
    assert_eq!(reason(suite.members(&other).list_members(with(&token)).await), ErrorReason::InvalidToken);
    for bad in [format!("{token}A"), token[1..].to_owned(), "!".to_owned(), "A".repeat(100_000)] {
        assert_eq!(reason(suite.members(&acme).list_members(with(&bad)).await), ErrorReason::InvalidToken);
    }
}

async fn another_workspaces_member_is_not_found(suite: Suite) {
    let (acme, other) = (suite.workspace("acme").await, suite.workspace("other").await);
    let page = suite.members(&other).list_members(ListMembersRequest::default()).await.unwrap().into_inner();
    let foreign = &page.members[0].id;
    assert!(get(&suite, &other, foreign).await.is_ok());
    let theirs = get(&suite, &acme, foreign).await.unwrap_err();
    let nobodys = get(&suite, &acme, "mem_00000000000000000000000000").await.unwrap_err();
    assert_eq!(crate::harness::face(&theirs), crate::harness::face(&nobodys));
    assert_eq!(refusal::reason_of(&theirs), Some(ErrorReason::NotFound));
}

async fn every_fault_of_a_member_is_told_at_once(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let mut request = member_request("nobody", Role::Agent);
    request.request_id = String::new();
    request.password = "password".to_owned();
    let member = request.member.as_mut().unwrap();
    member.display_name = "x".repeat(81);
    member.roles = vec![1, 0, 999];
    let refused = suite.members(&owner).create_member(request).await.unwrap_err();
    let told = refused.get_details_bad_request().unwrap().field_violations;
    let told: Vec<&str> = told.iter().map(|violation| violation.field.as_str()).collect();
    let expected = [
        "request_id",
        "member.display_name",
        "member.email",
        "member.roles[1]",
        "member.roles[2]",
        "password",
    ];
    assert_eq!(told, expected);
}

async fn s_64_passwords_of_7_and_129_characters_are_refused(suite: Suite) {
    let owner = suite.workspace("acme").await;
    for (characters, accepted) in [(7, false), (8, true), (128, true), (129, false)] {
        let email = format!("m{characters}@acme.example.org");
        let mut request = member_request(&email, Role::Agent);
        request.password = "ö1".repeat(characters).chars().take(characters).collect();
        let password = request.password.clone();
        let outcome = suite.members(&owner).create_member(request).await;
        assert_eq!(outcome.is_ok(), accepted, "{characters}");
        if accepted {
            suite.sign_in("acme", &email, &password, None).await.unwrap();
        }
    }
}
