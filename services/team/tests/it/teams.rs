//! Teams: one a name, changed by whoever saw the latest state, made of the workspace's own active members.

use std::sync::Arc;

use baton_kit::{data::Fact, door::refusal};
use baton_proto::{
    common::v1::ErrorReason,
    team::v1::{
        ArchiveTeamRequest, CreateTeamRequest, GetTeamRequest, ListMembersRequest, ListTeamsRequest,
        RemoveMemberRequest, Role, SetTeamMembersRequest, Team, TeamChanged, TeamColor, UpdateTeamRequest,
    },
};
use prost::Message as _;
use prost_types::FieldMask;
use tonic::Status;
use tonic_types::StatusExt as _;

use crate::harness::{Suite, face, on_both_engines, reason};

on_both_engines!(
    a_team_is_read_as_made,
    f_6_a_name_in_another_case_is_the_same_name,
    the_same_request_makes_one_team,
    the_same_request_twice_at_once_makes_one_team,
    an_update_changes_what_its_mask_names,
    an_update_from_a_stale_state_is_refused,
    of_two_updates_at_once_from_one_state_one_wins,
    what_is_so_already_is_no_change,
    members_are_replaced_as_a_whole,
    another_workspaces_members_are_refused,
    a_member_who_is_no_longer_active_is_refused,
    an_archived_team_keeps_its_name_and_stays_listed,
    f_10_pages_hold_every_team_once_in_order,
    another_workspaces_team_is_not_found,
    each_change_is_told_once_without_the_description,
    every_fault_of_a_team_is_told_at_once,
);

const NOBODY: &str = "team_00000000000000000000000000";

fn team_request(name: &str, member_ids: &[String]) -> CreateTeamRequest {
    let team = Team {
        name: name.to_owned(),
        description: "Who knows about invoices".to_owned(),
        color: TeamColor::Teal.into(),
        member_ids: member_ids.to_vec(),
        ..Default::default()
    };
    CreateTeamRequest { request_id: format!("make-{}", name.len()), team: Some(team) }
}

async fn make(suite: &Suite, token: &str, name: &str, member_ids: &[String]) -> Result<Team, Status> {
    let mut request = team_request(name, member_ids);
    request.request_id = format!("make-{name:?}").replace(|c: char| !c.is_ascii_graphic(), "_");
    Ok(suite.teams(token).create_team(request).await?.into_inner().team.unwrap())
}

async fn get(suite: &Suite, token: &str, id: &str) -> Result<Team, Status> {
    let request = GetTeamRequest { team_id: id.to_owned() };
    Ok(suite.teams(token).get_team(request).await?.into_inner().team.unwrap())
}

async fn update(suite: &Suite, token: &str, seen: &Team, paths: &[&str], to: Team) -> Result<Team, Status> {
    let paths = paths.iter().map(|path| (*path).to_owned()).collect();
    let request = UpdateTeamRequest {
        team_id: seen.id.clone(),
        team: Some(to),
        update_mask: Some(FieldMask { paths }),
        etag: seen.etag.clone(),
    };
    Ok(suite.teams(token).update_team(request).await?.into_inner().team.unwrap())
}

async fn set_members(suite: &Suite, token: &str, seen: &Team, ids: &[String]) -> Result<Team, Status> {
    let request =
        SetTeamMembersRequest { team_id: seen.id.clone(), member_ids: ids.to_vec(), etag: seen.etag.clone() };
    Ok(suite.teams(token).set_team_members(request).await?.into_inner().team.unwrap())
}

async fn archive(suite: &Suite, token: &str, id: &str) -> Result<Team, Status> {
    let request = ArchiveTeamRequest { team_id: id.to_owned() };
    Ok(suite.teams(token).archive_team(request).await?.into_inner().team.unwrap())
}

/// The ids of everybody in the workspace, oldest first.
async fn everybody(suite: &Suite, token: &str) -> Vec<String> {
    let page = suite.members(token).list_members(ListMembersRequest::default()).await.unwrap();
    page.into_inner().members.into_iter().map(|member| member.id).collect()
}

fn named(name: &str) -> Team {
    Team { name: name.to_owned(), ..Default::default() }
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}

async fn a_team_is_read_as_made(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let agent = suite.member(&owner, "acme", Role::Agent).await;
    let everybody = everybody(&suite, &owner).await;
    let made = make(&suite, &owner, "  Re\u{301}clamations ", &everybody).await.unwrap();
    assert_eq!((made.name.as_str(), made.color()), ("Réclamations", TeamColor::Teal));
    assert_eq!(made.description, "Who knows about invoices");
    assert_eq!(made.member_ids, sorted(everybody));
    assert_eq!((made.archived, made.revision), (false, 1));
    assert!(made.id.starts_with("team_") && !made.etag.is_empty() && made.create_time.is_some());
    assert_eq!(get(&suite, &agent, &made.id).await.unwrap(), made);
    assert_eq!(reason(make(&suite, &agent, "Sales", &[]).await), ErrorReason::PermissionDenied);
}

async fn f_6_a_name_in_another_case_is_the_same_name(suite: Suite) {
    let (acme, other) = (suite.workspace("acme").await, suite.workspace("other").await);
    make(&suite, &acme, "Réclamations", &[]).await.unwrap();
    let sales = make(&suite, &acme, "Sales", &[]).await.unwrap();
    let again = make(&suite, &acme, "RE\u{301}CLAMATIONS", &[]).await;
    let renamed = update(&suite, &acme, &sales, &["name"], named("réclamationS")).await;
    for refused in [again.unwrap_err(), renamed.unwrap_err()] {
        assert_eq!(refusal::reason_of(&refused), Some(ErrorReason::AlreadyExists));
        assert_eq!(refusal::metadata_of(&refused).get("field").unwrap(), "team.name");
    }
    assert_eq!(get(&suite, &acme, &sales.id).await.unwrap(), sales);
    assert_eq!(update(&suite, &acme, &sales, &["name"], named("SALES")).await.unwrap().name, "SALES");
    make(&suite, &other, "réclamations", &[]).await.expect("nobody else's business");
}

async fn the_same_request_makes_one_team(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let mut teams = suite.teams(&owner);
    let request = team_request("Billing", &everybody(&suite, &owner).await);
    let first = teams.create_team(request.clone()).await.unwrap().into_inner();
    assert_eq!(teams.create_team(request.clone()).await.unwrap().into_inner(), first);
    for spoil in [
        |team: &mut Team| team.name.push('s'),
        |team: &mut Team| team.description.clear(),
        |team: &mut Team| team.set_color(TeamColor::Red),
        |team: &mut Team| team.member_ids.clear(),
    ] {
        let mut other = request.clone();
        spoil(other.team.as_mut().unwrap());
        assert_eq!(reason(teams.create_team(other).await), ErrorReason::RequestIdReused);
    }
    assert_eq!(facts_of_teams(&suite, &owner).await.len(), 1);
}

async fn the_same_request_twice_at_once_makes_one_team(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let (mut one, mut other) = (suite.teams(&owner), suite.teams(&owner));
    let request = team_request("Billing", &[]);
    let (one, other) = tokio::join!(one.create_team(request.clone()), other.create_team(request));
    assert_eq!(one.unwrap().into_inner(), other.unwrap().into_inner());
}

async fn an_update_changes_what_its_mask_names(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let made = make(&suite, &owner, "Billing", &everybody(&suite, &owner).await).await.unwrap();
    let mut to = Team { name: "Sales".to_owned(), archived: true, ..Default::default() };
    to.set_color(TeamColor::Pink);
    let changed = update(&suite, &owner, &made, &["color"], to.clone()).await.unwrap();
    let expected =
        Team { color: TeamColor::Pink.into(), revision: 2, etag: changed.etag.clone(), ..made.clone() };
    assert_eq!(changed, expected);
    assert_ne!(changed.etag, made.etag);
    let changed = update(&suite, &owner, &changed, &["name", "description"], to).await.unwrap();
    assert_eq!((changed.name.as_str(), changed.description.as_str()), ("Sales", ""));
    assert_eq!((changed.member_ids.clone(), changed.archived, changed.revision), (made.member_ids, false, 3));
    assert_eq!(get(&suite, &owner, &changed.id).await.unwrap(), changed);
}

async fn an_update_from_a_stale_state_is_refused(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let seen = make(&suite, &owner, "Billing", &[]).await.unwrap();
    let current = update(&suite, &owner, &seen, &["name"], named("Sales")).await.unwrap();
    let refused = update(&suite, &owner, &seen, &["name"], named("Support")).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::Aborted);
    assert_eq!(refusal::metadata_of(&refused).get("etag"), Some(&current.etag));
    assert_eq!(reason::<()>(Err(refused)), ErrorReason::StaleEtag);
    let foreign = Team { etag: "anything".to_owned(), ..current.clone() };
    assert_eq!(reason(set_members(&suite, &owner, &seen, &[]).await), ErrorReason::StaleEtag);
    assert_eq!(reason(set_members(&suite, &owner, &foreign, &[]).await), ErrorReason::StaleEtag);
    assert_eq!(get(&suite, &owner, &seen.id).await.unwrap(), current);
}

async fn of_two_updates_at_once_from_one_state_one_wins(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let seen = make(&suite, &owner, "Billing", &[]).await.unwrap();
    let (one, other) = tokio::join!(
        update(&suite, &owner, &seen, &["name"], named("Sales")),
        update(&suite, &owner, &seen, &["name"], named("Support")),
    );
    assert_ne!(one.is_ok(), other.is_ok());
    let (won, lost) = if one.is_ok() { (one, other) } else { (other, one) };
    assert_eq!(reason(lost), ErrorReason::StaleEtag);
    assert_eq!(get(&suite, &owner, &seen.id).await.unwrap(), won.unwrap());
}

async fn what_is_so_already_is_no_change(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let everybody = everybody(&suite, &owner).await;
    let made = make(&suite, &owner, "Billing", &everybody).await.unwrap();
    assert_eq!(update(&suite, &owner, &made, &["name"], named("Billing")).await.unwrap(), made);
    assert_eq!(set_members(&suite, &owner, &made, &everybody).await.unwrap(), made);
    assert_eq!(facts_of_teams(&suite, &owner).await.len(), 1);
}

async fn members_are_replaced_as_a_whole(suite: Suite) {
    let owner = suite.workspace("acme").await;
    for role in [Role::Agent, Role::Viewer] {
        suite.member(&owner, "acme", role).await;
    }
    let everybody = everybody(&suite, &owner).await;
    let mut team = make(&suite, &owner, "Billing", &everybody[..1]).await.unwrap();
    for ids in [&everybody[1..], &everybody[..2], &[], &everybody[..]] {
        team = set_members(&suite, &owner, &team, ids).await.unwrap();
        assert_eq!(team.member_ids, sorted(ids.to_vec()));
        assert_eq!(get(&suite, &owner, &team.id).await.unwrap(), team);
    }
    assert_eq!(team.revision, 5);
}

async fn another_workspaces_members_are_refused(suite: Suite) {
    let (acme, other) = (suite.workspace("acme").await, suite.workspace("other").await);
    let (ours, theirs) = (everybody(&suite, &acme).await, everybody(&suite, &other).await);
    let team = make(&suite, &acme, "Billing", &ours).await.unwrap();
    let nobody = "mem_00000000000000000000000000".to_owned();
    for foreign in [&theirs[0], &nobody] {
        let mixed = [ours[0].clone(), foreign.clone()];
        let made = make(&suite, &acme, &format!("With {foreign}"), &mixed).await.unwrap_err();
        let set = set_members(&suite, &acme, &team, &mixed).await.unwrap_err();
        for (refused, field) in [(made, "team.member_ids"), (set, "member_ids")] {
            assert_eq!(refusal::reason_of(&refused), Some(ErrorReason::InvalidFields));
            let told = refused.get_details_bad_request().unwrap().field_violations;
            let told: Vec<(&str, String)> =
                told.iter().map(|v| (v.field.as_str(), v.description.replace(foreign, "ID"))).collect();
            assert_eq!(told, [(field, "ID is no active member of this workspace".to_owned())]);
        }
    }
    assert_eq!(get(&suite, &acme, &team.id).await.unwrap(), team);
    assert_eq!(list(&suite, &acme, ListTeamsRequest::default()).await.0, [team]);
}

async fn a_member_who_is_no_longer_active_is_refused(suite: Suite) {
    let owner = suite.workspace("acme").await;
    suite.member(&owner, "acme", Role::Agent).await;
    let everybody = everybody(&suite, &owner).await;
    let team = make(&suite, &owner, "Billing", &[]).await.unwrap();
    let request = RemoveMemberRequest { member_id: everybody[1].clone() };
    suite.members(&owner).remove_member(request).await.unwrap();
    let refused = set_members(&suite, &owner, &team, &everybody).await;
    assert_eq!(reason(refused), ErrorReason::InvalidFields);
    set_members(&suite, &owner, &team, &everybody[..1]).await.unwrap();
}

async fn an_archived_team_keeps_its_name_and_stays_listed(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let made = make(&suite, &owner, "Billing", &everybody(&suite, &owner).await).await.unwrap();
    let archived = archive(&suite, &owner, &made.id).await.unwrap();
    assert_eq!(archived, Team { archived: true, revision: 2, etag: archived.etag.clone(), ..made });
    assert_eq!(archive(&suite, &owner, &archived.id).await.unwrap(), archived);
    assert_eq!(reason(make(&suite, &owner, "billing", &[]).await), ErrorReason::AlreadyExists);
    assert_eq!(list(&suite, &owner, ListTeamsRequest::default()).await.0, [archived]);
}

async fn list(suite: &Suite, token: &str, request: ListTeamsRequest) -> (Vec<Team>, String) {
    let page = suite.teams(token).list_teams(request).await.unwrap().into_inner();
    (page.teams, page.next_page_token)
}

async fn f_10_pages_hold_every_team_once_in_order(suite: Suite) {
    let (owner, other) = (suite.workspace("acme").await, suite.workspace("other").await);
    let everybody = everybody(&suite, &owner).await;
    let mut made = Vec::new();
    // The clock stands still for each pair: the id decides then.
    for n in 0..7 {
        suite.pass(n % 2);
        let members = if n % 3 == 0 { &everybody[..] } else { &[] };
        made.push(make(&suite, &owner, &format!("Team {n}"), members).await.unwrap());
    }
    let mut request = ListTeamsRequest { page_size: 3, ..Default::default() };
    let mut found = Vec::new();
    loop {
        let (teams, next) = list(&suite, &owner, request.clone()).await;
        assert!(teams.len() <= 3);
        found.extend(teams);
        if next.is_empty() {
            break;
        }
        request.page_token = next;
    }
    assert_eq!(found, made);
    let refused = suite.teams(&other).list_teams(request).await;
    assert_eq!(reason(refused), ErrorReason::InvalidToken);
    let negative = ListTeamsRequest { page_size: -1, ..Default::default() };
    assert_eq!(reason(suite.teams(&owner).list_teams(negative).await), ErrorReason::InvalidFields);
}

async fn another_workspaces_team_is_not_found(suite: Suite) {
    let (acme, other) = (suite.workspace("acme").await, suite.workspace("other").await);
    let theirs = make(&suite, &other, "Billing", &[]).await.unwrap();
    let nobodys = Team { id: NOBODY.to_owned(), ..theirs.clone() };
    let told = async |team: &Team| {
        [
            get(&suite, &acme, &team.id).await,
            update(&suite, &acme, team, &["name"], named("Mine")).await,
            set_members(&suite, &acme, team, &[]).await,
            archive(&suite, &acme, &team.id).await,
        ]
        .map(|outcome| face(&outcome.unwrap_err()))
    };
    let told_of_theirs = told(&theirs).await;
    assert!(told_of_theirs.iter().all(|face| face.2 == Some(ErrorReason::NotFound)));
    assert_eq!(told_of_theirs, told(&nobodys).await);
    assert_eq!(get(&suite, &other, &theirs.id).await.unwrap(), theirs);
    assert_eq!(list(&suite, &acme, ListTeamsRequest::default()).await.0, []);
}

/// What was told of the workspace's teams.
async fn facts_of_teams(suite: &Suite, token: &str) -> Vec<(Arc<Fact>, Team)> {
    let facts = suite.told(token).await.into_iter().filter(|fact| fact.kind == 2);
    facts.map(|fact| (fact.clone(), team_in(&fact))).collect()
}

fn team_in(fact: &Fact) -> Team {
    TeamChanged::decode(fact.body.as_slice()).unwrap().team.unwrap()
}

async fn each_change_is_told_once_without_the_description(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let made = make(&suite, &owner, "Billing", &[]).await.unwrap();
    let renamed = update(&suite, &owner, &made, &["name"], named("Sales")).await.unwrap();
    update(&suite, &owner, &made, &["name"], named("Late")).await.unwrap_err();
    let manned = set_members(&suite, &owner, &renamed, &everybody(&suite, &owner).await).await.unwrap();
    let archived = archive(&suite, &owner, &made.id).await.unwrap();
    archive(&suite, &owner, &made.id).await.unwrap();
    let facts = facts_of_teams(&suite, &owner).await;
    let states = [made, renamed, manned, archived];
    assert_eq!(facts.len(), states.len());
    for ((fact, told), state) in facts.into_iter().zip(states) {
        assert_eq!(fact.revision, state.revision);
        assert_eq!(fact.actor_kind, i32::from(baton_proto::common::v1::ActorKind::Member));
        assert_eq!(told, Team { description: String::new(), etag: String::new(), ..state });
    }
}

async fn every_fault_of_a_team_is_told_at_once(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let (ours, mut teams) = (everybody(&suite, &owner).await, suite.teams(&owner));
    let bad = Team {
        name: "x".repeat(61),
        description: "x".repeat(501),
        color: 13,
        member_ids: vec![ours[0].clone(), NOBODY.to_owned()],
        ..Default::default()
    };
    let faults = |status: Status| -> Vec<String> {
        let told = status.get_details_bad_request().unwrap().field_violations;
        told.into_iter().map(|violation| violation.field).collect()
    };
    let made =
        teams.create_team(CreateTeamRequest { request_id: String::new(), team: Some(bad.clone()) }).await;
    let expected = ["request_id", "team.name", "team.description", "team.color", "team.member_ids[1]"];
    assert_eq!(faults(made.unwrap_err()), expected);
    let seen = Team { id: "mem_1".to_owned(), ..Default::default() };
    let refused = update(&suite, &owner, &seen, &["name", "color", "archived"], bad).await.unwrap_err();
    assert_eq!(faults(refused), ["team_id", "update_mask", "team.name", "team.color", "etag"]);
    let made = make(&suite, &owner, "Billing", &[]).await.unwrap();
    let refused = update(&suite, &owner, &made, &[], named("Sales")).await.unwrap_err();
    assert_eq!(faults(refused), ["update_mask"]);
    for ids in [vec![ours[0].clone(); 2], vec![ours[0].clone(); 201]] {
        let refused = set_members(&suite, &owner, &made, &ids).await.unwrap_err();
        assert_eq!(faults(refused), ["member_ids"]);
    }
}
