//! What service notification looks up for its letters: in the workspace that it names, and nowhere else.

use baton_kit::door::access::WORKSPACE_HEADER;
use baton_proto::{
    common::v1::ErrorReason,
    team::v1::{
        CreateTeamRequest, GetMemberRequest, GetTeamRequest, GetWorkspaceRequest, ListMembersRequest, Role,
        Team, TeamColor,
    },
};
use tonic::Request;

use crate::harness::{Suite, on_both_engines, reason};

on_both_engines!(notification_reads_members_teams_and_the_workspace_it_names, no_other_service_reads_them);

fn at<T>(workspace: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert(WORKSPACE_HEADER, workspace.parse().unwrap());
    request
}

async fn id_of_workspace(suite: &Suite, token: &str) -> String {
    let read = suite.workspaces(token).get_workspace(GetWorkspaceRequest {}).await.unwrap();
    read.into_inner().workspace.unwrap().id
}

async fn team(suite: &Suite, token: &str) -> String {
    let (name, color) = ("Billing".to_owned(), TeamColor::Gray.into());
    let team = Some(Team { name, color, ..Default::default() });
    let request = CreateTeamRequest { request_id: "billing".to_owned(), team };
    suite.teams(token).create_team(request).await.unwrap().into_inner().team.unwrap().id
}

async fn notification_reads_members_teams_and_the_workspace_it_names(suite: Suite) {
    let (acme, other) = (suite.workspace("acme").await, suite.workspace("other").await);
    let ann = suite.person(&acme, "acme", "ann", Role::Agent).await;
    let team_id = team(&suite, &acme).await;
    let (here, there) = (id_of_workspace(&suite, &acme).await, id_of_workspace(&suite, &other).await);
    let (token, _) = suite.another_service("notification", &[]).service_token().unwrap();
    let (mut members, mut teams) = (suite.members(&token), suite.teams(&token));
    let member = GetMemberRequest { member_id: ann.id.clone() };
    let wanted = GetTeamRequest { team_id: team_id.clone() };
    let read = members.get_member(at(&here, member.clone())).await.unwrap().into_inner().member.unwrap();
    assert_eq!((read.id, read.email.as_str()), (ann.id, "ann@acme.example.org"));
    let read = teams.get_team(at(&here, wanted.clone())).await.unwrap().into_inner().team.unwrap();
    assert_eq!((read.id, read.name.as_str()), (team_id, "Billing"));
    let mut workspaces = suite.workspaces(&token);
    let read = workspaces.get_workspace(at(&here, GetWorkspaceRequest {})).await.unwrap().into_inner();
    assert_eq!(read.workspace.unwrap().id, here);
    assert_eq!(reason(members.get_member(at(&there, member.clone())).await), ErrorReason::NotFound);
    assert_eq!(reason(teams.get_team(at(&there, wanted.clone())).await), ErrorReason::NotFound);
    // Without a workspace it is nobody's.
    assert_eq!(reason(members.get_member(member).await), ErrorReason::PermissionDenied);
    assert_eq!(reason(teams.get_team(wanted).await), ErrorReason::PermissionDenied);
    assert_eq!(reason(workspaces.get_workspace(GetWorkspaceRequest {}).await), ErrorReason::PermissionDenied);
    let all = members.list_members(at(&here, ListMembersRequest::default())).await;
    assert_eq!(reason(all), ErrorReason::PermissionDenied);
}

async fn no_other_service_reads_them(suite: Suite) {
    let acme = suite.workspace("acme").await;
    let here = id_of_workspace(&suite, &acme).await;
    let ann = suite.person(&acme, "acme", "ann", Role::Agent).await;
    let team_id = team(&suite, &acme).await;
    let (token, _) = suite.another_service("routing", &[]).service_token().unwrap();
    let member = suite.members(&token).get_member(at(&here, GetMemberRequest { member_id: ann.id })).await;
    let team = suite.teams(&token).get_team(at(&here, GetTeamRequest { team_id })).await;
    assert_eq!(reason(member), ErrorReason::PermissionDenied);
    assert_eq!(reason(team), ErrorReason::PermissionDenied);
}
