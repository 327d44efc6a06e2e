//! Members and teams.

use baton_proto::team::v1 as team;
use serde_json::{Value, json};

use super::asks;
use crate::house::House;

#[tokio::test]
async fn members_and_teams_are_kept_by_http() {
    let house = House::new().await;
    let person = team::Member {
        display_name: "Mia".into(),
        email: "mia@example.org".into(),
        roles: vec![team::Role::Agent.into(), team::Role::Editor.into()],
        ..Default::default()
    };
    let question = team::CreateMemberRequest {
        request_id: "r1".into(),
        member: Some(person.clone()),
        password: "a long enough one".into(),
    };
    let answer =
        team::CreateMemberResponse { member: Some(team::Member { id: "mem_1".into(), ..person.clone() }) };
    let body = json!({"request_id": "r1", "display_name": "Mia", "email": "mia@example.org", "roles": ["agent", "editor"], "password": "a long enough one"});
    let ask = ("/baton.team.v1.MemberService/CreateMember".to_owned(), question, answer);
    let seen = asks(&house, "POST members", body, ask).await;
    assert_eq!((&seen["id"], &seen["roles"]), (&json!("mem_1"), &json!(["agent", "editor"])));
    let question =
        team::SetMemberRolesRequest { member_id: "mem_1".into(), roles: vec![team::Role::Admin.into()] };
    let ask = (
        "/baton.team.v1.MemberService/SetMemberRoles".to_owned(),
        question,
        team::SetMemberRolesResponse { member: Some(person.clone()) },
    );
    asks(&house, "PUT members/mem_1/roles", json!({"roles": ["admin"]}), ask).await;
    let question = team::RemoveMemberRequest { member_id: "mem_1".into() };
    let answer = team::RemoveMemberResponse { member: Some(person) };
    let ask = ("/baton.team.v1.MemberService/RemoveMember".to_owned(), question, answer);
    assert_eq!(asks(&house, "POST members/mem_1/remove", Value::Null, ask).await["active"], false);
    let question = team::UpdateTeamRequest {
        team_id: "team_1".into(),
        team: Some(team::Team { color: team::TeamColor::Teal.into(), ..Default::default() }),
        update_mask: Some(prost_types::FieldMask { paths: vec!["color".into()] }),
        etag: "e1".into(),
    };
    let answer = team::UpdateTeamResponse { team: question.team.clone() };
    let ask = ("/baton.team.v1.TeamService/UpdateTeam".to_owned(), question, answer);
    assert_eq!(asks(&house, "PATCH teams/team_1", json!({"color": "teal"}), ask).await["color"], "teal");
    let question = team::ListTeamsRequest { page_size: 2, page_token: "p".into() };
    let answer = team::ListTeamsResponse { teams: vec![team::Team::default()], next_page_token: "q".into() };
    let ask = ("/baton.team.v1.TeamService/ListTeams".to_owned(), question, answer);
    let page = asks(&house, "GET teams?page_size=2&page_token=p", Value::Null, ask).await;
    assert_eq!((page["teams"].as_array().unwrap().len(), &page["next_page_token"]), (1, &json!("q")));
}
