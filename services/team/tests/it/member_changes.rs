//! Members given other roles, and members removed: never without an owner, and what went with them is gone at once.

use baton_kit::{data::Fact, door::refusal};
use baton_proto::{
    common::v1::{ActorKind, ErrorReason},
    internal::team::v1::exchange_request::Credential,
    team::v1::{
        ApiKey, CreateApiKeyRequest, CreateMemberRequest, CreateTeamRequest, GetMemberRequest,
        GetTeamRequest, ListMembersRequest, Member, MemberChanged, RemoveMemberRequest, Role,
        SetMemberRolesRequest, SetTeamMembersRequest, Team, TeamChanged, TeamColor, WhoAmIRequest,
    },
};
use prost::Message as _;
use tonic::Status;
use tonic_types::StatusExt as _;

use crate::{
    harness::{PASSWORD, Suite, face, member_request, on_both_engines, reason},
    sign_in::texts,
};

/// Rounds of a race: enough for the losing order to show, few enough to hash that many passwords.
const ROUNDS: usize = 8;

on_both_engines!(
    roles_are_replaced_and_the_next_token_has_their_scopes,
    roles_held_already_change_nothing,
    only_owners_make_and_unmake_owners,
    a_key_takes_no_more_than_it_may_do_itself,
    the_last_owner_is_neither_demoted_nor_removed,
    two_owners_who_demote_each_other_at_once_leave_one,
    two_owners_who_remove_each_other_at_once_leave_one,
    a_removed_member_is_out_at_once_and_cannot_come_in_again,
    a_removed_member_stays_removed,
    a_removed_member_leaves_every_team_and_it_is_told,
    whoever_is_put_into_a_team_while_being_removed_is_in_none,
    whoever_signs_in_while_being_removed_has_no_session,
    the_address_of_a_removed_member_may_be_given_again,
    keys_made_by_a_removed_member_stay,
    g_s1_another_workspaces_member_is_changed_by_nobody_else,
    every_fault_of_a_change_is_told_at_once,
);

async fn set_roles(suite: &Suite, token: &str, member: &str, roles: &[Role]) -> Result<Member, Status> {
    let roles = roles.iter().map(|role| i32::from(*role)).collect();
    let request = SetMemberRolesRequest { member_id: member.to_owned(), roles };
    Ok(suite.members(token).set_member_roles(request).await?.into_inner().member.unwrap())
}

async fn remove(suite: &Suite, token: &str, member: &str) -> Result<Member, Status> {
    let request = RemoveMemberRequest { member_id: member.to_owned() };
    Ok(suite.members(token).remove_member(request).await?.into_inner().member.unwrap())
}

async fn read(suite: &Suite, token: &str, member: &str) -> Member {
    let request = GetMemberRequest { member_id: member.to_owned() };
    suite.members(token).get_member(request).await.unwrap().into_inner().member.unwrap()
}

/// Somebody new with one role, and how they sign in.
async fn add(suite: &Suite, token: &str, name: &str, role: Role) -> (Member, String) {
    let email = format!("{name}@acme.example.org");
    let made = suite.members(token).create_member(member_request(&email, role)).await.unwrap();
    (made.into_inner().member.unwrap(), email)
}

async fn scopes_of(suite: &Suite, token: &str) -> Vec<String> {
    suite.credentials(token).who_am_i(WhoAmIRequest {}).await.unwrap().into_inner().scopes
}

async fn roles_are_replaced_and_the_next_token_has_their_scopes(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let (bob, email) = add(&suite, &owner, "bob", Role::Agent).await;
    let before = suite.token_of("acme", &email).await;
    let changed = set_roles(&suite, &owner, &bob.id, &[Role::Viewer, Role::Editor]).await.unwrap();
    let roles = vec![Role::Editor.into(), Role::Viewer.into()];
    assert_eq!(changed, Member { roles, revision: 2, ..bob });
    assert_eq!(read(&suite, &owner, &changed.id).await, changed);
    let after = suite.token_of("acme", &email).await;
    assert!(scopes_of(&suite, &before).await.contains(&"conversations:write".to_owned()));
    let now = scopes_of(&suite, &after).await;
    assert!(now.contains(&"routing:write".to_owned()) && !now.contains(&"conversations:write".to_owned()));
}

async fn roles_held_already_change_nothing(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let (bob, _) = add(&suite, &owner, "bob", Role::Agent).await;
    assert_eq!(set_roles(&suite, &owner, &bob.id, &[Role::Agent]).await.unwrap(), bob);
    assert_eq!(suite.told(&owner).await.len(), 2, "the owner and bob, once each");
}

async fn only_owners_make_and_unmake_owners(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let admin = suite.member(&owner, "acme", Role::Admin).await;
    let (bob, _) = add(&suite, &owner, "bob", Role::Agent).await;
    let (other, _) = add(&suite, &owner, "other", Role::Owner).await;
    for refused in [
        set_roles(&suite, &admin, &bob.id, &[Role::Owner]).await,
        set_roles(&suite, &admin, &other.id, &[Role::Agent]).await,
        remove(&suite, &admin, &other.id).await,
    ] {
        assert_eq!(reason(refused), ErrorReason::PermissionDenied);
    }
    assert_eq!(read(&suite, &owner, &other.id).await, other);
    set_roles(&suite, &admin, &bob.id, &[Role::Admin]).await.unwrap();
    set_roles(&suite, &owner, &bob.id, &[Role::Owner]).await.unwrap();
    set_roles(&suite, &owner, &other.id, &[Role::Agent]).await.unwrap();
    remove(&suite, &admin, &other.id).await.expect("no owner any more");
}

async fn a_key_takes_no_more_than_it_may_do_itself(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let scopes = ["members:read", "members:write", "conversations:read"].map(str::to_owned).to_vec();
    let api_key = Some(ApiKey { display_name: "hr".to_owned(), scopes, ..Default::default() });
    let made = suite.credentials(&owner).create_api_key(CreateApiKeyRequest { api_key }).await.unwrap();
    let key = suite.exchange(Credential::ApiKey(made.into_inner().secret)).await.unwrap();
    let (agent, _) = add(&suite, &owner, "agent", Role::Agent).await;
    let (viewer, _) = add(&suite, &owner, "viewer", Role::Viewer).await;
    assert_eq!(reason(remove(&suite, &key, &agent.id).await), ErrorReason::PermissionDenied);
    let demoted = set_roles(&suite, &key, &agent.id, &[Role::Viewer]).await;
    assert_eq!(reason(demoted), ErrorReason::PermissionDenied);
    remove(&suite, &key, &viewer.id).await.unwrap();
}

async fn the_last_owner_is_neither_demoted_nor_removed(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let me = suite.credentials(&owner).who_am_i(WhoAmIRequest {}).await.unwrap().into_inner().id;
    for refused in [set_roles(&suite, &owner, &me, &[Role::Admin]).await, remove(&suite, &owner, &me).await] {
        assert_eq!(reason(refused), ErrorReason::LastOwner);
    }
    set_roles(&suite, &owner, &me, &[Role::Owner, Role::Agent]).await.expect("an owner all the same");
    let (second, _) = add(&suite, &owner, "second", Role::Owner).await;
    set_roles(&suite, &owner, &me, &[Role::Admin]).await.expect("another one is there");
    let refused = remove(&suite, &owner, &second.id).await;
    assert_eq!(
        reason(refused),
        ErrorReason::PermissionDenied,
        "the token still says everything, the roles not"
    );
}

async fn owners(suite: &Suite, token: &str) -> Vec<String> {
    let request = ListMembersRequest { page_size: 200, ..Default::default() };
    let page = suite.members(token).list_members(request).await;
    let all = page.unwrap().into_inner().members.into_iter();
    all.filter(|member| member.active && member.roles.contains(&Role::Owner.into()))
        .map(|member| member.id)
        .collect()
}

/// Two owners turn on each other at once, `ROUNDS` times. A third one, who has long gone, only reads.
async fn duel(suite: Suite, strike: impl AsyncFn(&Suite, &str, &str) -> Result<Member, Status>) {
    let mut last = suite.workspace("acme").await;
    let mut last_id = owners(&suite, &last).await.pop().unwrap();
    for round in 0..ROUNDS {
        let (other, email) = add(&suite, &last, &format!("rival{round}"), Role::Owner).await;
        let rival = suite.token_of("acme", &email).await;
        let (one, two) = tokio::join!(strike(&suite, &last, &other.id), strike(&suite, &rival, &last_id));
        let (winner, loser) = if one.is_ok() { (one, two) } else { (two, one) };
        winner.unwrap();
        let refused = reason(loser);
        assert!(matches!(refused, ErrorReason::PermissionDenied | ErrorReason::LastOwner), "{refused:?}");
        let left = owners(&suite, &last).await;
        assert_eq!(left.len(), 1, "exactly one owner stays");
        if left[0] == other.id {
            (last, last_id) = (rival, other.id);
        }
    }
}

async fn two_owners_who_demote_each_other_at_once_leave_one(suite: Suite) {
    duel(suite, async |suite, token, member| set_roles(suite, token, member, &[Role::Admin]).await).await;
}

async fn two_owners_who_remove_each_other_at_once_leave_one(suite: Suite) {
    duel(suite, async |suite, token, member| remove(suite, token, member).await).await;
}

async fn a_removed_member_is_out_at_once_and_cannot_come_in_again(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let (bob, email) = add(&suite, &owner, "bob", Role::Agent).await;
    let open = suite.sign_in("acme", &email, PASSWORD, None).await.unwrap().session_secret;
    let removed = remove(&suite, &owner, &bob.id).await.unwrap();
    assert_eq!(removed, Member { active: false, revision: 2, ..bob });
    assert_eq!(read(&suite, &owner, &removed.id).await, removed, "what they wrote still names them");
    let session = suite.exchange(Credential::SessionSecret(open)).await;
    assert_eq!(reason(session), ErrorReason::Unauthenticated);
    let again = suite.sign_in("acme", &email, PASSWORD, None).await.unwrap_err();
    let nobody = suite.sign_in("acme", "nobody@acme.example.org", PASSWORD, None).await.unwrap_err();
    assert_eq!(face(&again), face(&nobody));
    assert_eq!(texts(&suite, "SELECT password_hash FROM member WHERE NOT active").await, [""]);
    assert_eq!(texts(&suite, "SELECT CAST(COUNT(*) AS TEXT) FROM session s JOIN member m ON m.id = s.member_id WHERE NOT m.active").await, ["0"]);
}

async fn a_removed_member_stays_removed(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let (bob, email) = add(&suite, &owner, "bob", Role::Agent).await;
    let removed = remove(&suite, &owner, &bob.id).await.unwrap();
    assert_eq!(remove(&suite, &owner, &bob.id).await.unwrap(), removed);
    assert_eq!(reason(set_roles(&suite, &owner, &bob.id, &[Role::Viewer]).await), ErrorReason::WrongState);
    let repeated: CreateMemberRequest = member_request(&email, Role::Agent);
    let repeated = suite.members(&owner).create_member(repeated).await.unwrap().into_inner();
    assert_eq!(repeated.member, Some(removed), "the request that added them says what became of it");
    assert_eq!(suite.told(&owner).await.len(), 3, "the owner added, bob added, bob removed");
}

fn member_in(fact: &Fact) -> MemberChanged {
    MemberChanged::decode(fact.body.as_slice()).unwrap()
}

fn team_in(fact: &Fact) -> Team {
    TeamChanged::decode(fact.body.as_slice()).unwrap().team.unwrap()
}

async fn team(suite: &Suite, token: &str, name: &str, member_ids: &[&Member]) -> Team {
    let member_ids = member_ids.iter().map(|member| member.id.clone()).collect();
    let team =
        Team { name: name.to_owned(), color: TeamColor::Teal.into(), member_ids, ..Default::default() };
    let request = CreateTeamRequest { request_id: format!("make-{name}"), team: Some(team) };
    suite.teams(token).create_team(request).await.unwrap().into_inner().team.unwrap()
}

async fn team_as_it_is(suite: &Suite, token: &str, team: &Team) -> Team {
    let request = GetTeamRequest { team_id: team.id.clone() };
    suite.teams(token).get_team(request).await.unwrap().into_inner().team.unwrap()
}

async fn a_removed_member_leaves_every_team_and_it_is_told(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let (bob, _) = add(&suite, &owner, "bob", Role::Agent).await;
    let (eve, _) = add(&suite, &owner, "eve", Role::Agent).await;
    let (both, alone) =
        (team(&suite, &owner, "Both", &[&bob, &eve]).await, team(&suite, &owner, "Alone", &[&bob]).await);
    let without = team(&suite, &owner, "Without", &[&eve]).await;
    remove(&suite, &owner, &bob.id).await.unwrap();
    for (before, left) in [(&both, vec![eve.id.clone()]), (&alone, vec![])] {
        let now = team_as_it_is(&suite, &owner, before).await;
        let expected = Team { member_ids: left, revision: 2, etag: now.etag.clone(), ..before.clone() };
        assert_eq!(now, expected);
        assert_ne!(now.etag, before.etag, "a change that saw the member is stale now");
    }
    assert_eq!(team_as_it_is(&suite, &owner, &without).await, without);
    let facts = suite.told(&owner).await;
    let [.., left, one, other] = &facts[..] else { panic!("{} facts", facts.len()) };
    assert_eq!((left.kind, left.revision), (1, 2));
    assert_eq!(left.actor_kind, i32::from(ActorKind::Member));
    let told = member_in(left);
    assert!(
        told.scopes.is_empty() && told.member.is_some_and(|member| member.id == bob.id && !member.active)
    );
    assert_eq!((one.kind, other.kind), (2, 2));
    let mut told = [team_in(one), team_in(other)].map(|team| (team.id, team.member_ids, team.revision));
    told.sort();
    let mut expected = [(both.id, vec![eve.id], 2), (alone.id, vec![], 2)];
    expected.sort();
    assert_eq!(told, expected);
}

async fn whoever_is_put_into_a_team_while_being_removed_is_in_none(suite: Suite) {
    let owner = suite.workspace("acme").await;
    for round in 0..ROUNDS {
        let (bob, _) = add(&suite, &owner, &format!("bob{round}"), Role::Agent).await;
        let team = team(&suite, &owner, &format!("Team{round}"), &[]).await;
        let (team_id, etag) = (team.id.clone(), team.etag.clone());
        let request = SetTeamMembersRequest { team_id, member_ids: vec![bob.id.clone()], etag };
        let mut teams = suite.teams(&owner);
        let (put, removed) = tokio::join!(teams.set_team_members(request), remove(&suite, &owner, &bob.id));
        removed.unwrap();
        assert!(put.is_ok() || reason(put) == ErrorReason::InvalidFields);
        assert!(team_as_it_is(&suite, &owner, &team).await.member_ids.is_empty());
    }
}

async fn whoever_signs_in_while_being_removed_has_no_session(suite: Suite) {
    let owner = suite.workspace("acme").await;
    for round in 0..ROUNDS {
        let (bob, email) = add(&suite, &owner, &format!("bob{round}"), Role::Agent).await;
        let signing = suite.sign_in("acme", &email, PASSWORD, None);
        let (signed, removed) = tokio::join!(signing, remove(&suite, &owner, &bob.id));
        removed.unwrap();
        assert!(signed.is_ok() || reason(signed) == ErrorReason::SignInRefused);
        let kept = "SELECT CAST(COUNT(*) AS TEXT) FROM session s JOIN member m ON m.id = s.member_id WHERE NOT m.active";
        assert_eq!(texts(&suite, kept).await, ["0"]);
    }
}

async fn the_address_of_a_removed_member_may_be_given_again(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let (gone, email) = add(&suite, &owner, "bob", Role::Agent).await;
    let mut request = member_request(&email.to_uppercase(), Role::Viewer);
    request.password = "another password".to_owned();
    assert_eq!(
        reason(suite.members(&owner).create_member(request.clone()).await),
        ErrorReason::AlreadyExists
    );
    remove(&suite, &owner, &gone.id).await.unwrap();
    let back = suite.members(&owner).create_member(request.clone()).await.unwrap().into_inner();
    let back = back.member.unwrap();
    assert_ne!(back.id, gone.id);
    assert_eq!(suite.sign_in("acme", &email, "another password", None).await.unwrap().member_id, back.id);
    assert_eq!(reason(suite.sign_in("acme", &email, PASSWORD, None).await), ErrorReason::SignInRefused);
    request.request_id = "once more".replace(' ', "-");
    assert_eq!(reason(suite.members(&owner).create_member(request).await), ErrorReason::AlreadyExists);
    remove(&suite, &owner, &back.id).await.expect("two removed ones with one address");
}

async fn keys_made_by_a_removed_member_stay(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let (bob, email) = add(&suite, &owner, "bob", Role::Admin).await;
    let admin = suite.token_of("acme", &email).await;
    let scopes = vec!["members:read".to_owned()];
    let api_key = Some(ApiKey { display_name: "importer".to_owned(), scopes, ..Default::default() });
    let made = suite.credentials(&admin).create_api_key(CreateApiKeyRequest { api_key }).await.unwrap();
    remove(&suite, &owner, &bob.id).await.unwrap();
    suite.exchange(Credential::ApiKey(made.into_inner().secret)).await.unwrap();
}

async fn g_s1_another_workspaces_member_is_changed_by_nobody_else(suite: Suite) {
    let (acme, other) = (suite.workspace("acme").await, suite.workspace("other").await);
    let theirs = owners(&suite, &other).await.pop().unwrap();
    let nobody = "mem_00000000000000000000000000";
    let told = async |member: &str| {
        [set_roles(&suite, &acme, member, &[Role::Agent]).await, remove(&suite, &acme, member).await]
            .map(|outcome| face(&outcome.unwrap_err()))
    };
    let of_theirs = told(&theirs).await;
    assert!(of_theirs.iter().all(|face| face.2 == Some(ErrorReason::NotFound)));
    assert_eq!(of_theirs, told(nobody).await);
    assert_eq!(read(&suite, &other, &theirs).await.revision, 1);
}

async fn every_fault_of_a_change_is_told_at_once(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let mut members = suite.members(&owner);
    let table: [(&[i32], &[&str]); 5] = [
        (&[], &["member_id", "roles"]),
        (&[0, 999], &["member_id", "roles[0]", "roles[1]"]),
        (&[5, 5], &["member_id", "roles"]),
        (&[1, 2, 3, 4, 5, 6, 6], &["member_id", "roles"]),
        (&[1; 65], &["member_id", "roles"]),
    ];
    for (roles, expected) in table {
        let request = SetMemberRolesRequest { member_id: "team_1".to_owned(), roles: roles.to_vec() };
        let refused = members.set_member_roles(request).await.unwrap_err();
        let told = refused.get_details_bad_request().unwrap().field_violations;
        assert_eq!(told.iter().map(|fault| fault.field.as_str()).collect::<Vec<_>>(), expected, "{roles:?}");
    }
    let refused = members.remove_member(RemoveMemberRequest::default()).await.unwrap_err();
    assert_eq!(refusal::reason_of(&refused), Some(ErrorReason::InvalidFields));
}
