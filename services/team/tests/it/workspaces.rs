//! Workspaces: made by the operator alone, whole or not at all, once however often it is asked.

use baton_kit::{
    data::{FactFilter, StoreError},
    door::refusal,
    life::ids::WorkspaceId,
};
use baton_proto::{
    common::v1::ErrorReason,
    team::v1::{
        CannedScope, GetServerInfoRequest, GetWorkspaceRequest, ListMembersRequest, MemberChanged, Role,
        server_info_service_client::ServerInfoServiceClient,
    },
};
use baton_team::Bootstrap;
use prost::Message as _;
use sea_orm::ConnectionTrait as _;

use crate::{
    canned,
    harness::{PASSWORD, Suite, on_both_engines, reason, workspace_request},
};

on_both_engines!(
    the_owner_of_a_new_workspace_can_sign_in_at_once,
    the_same_request_makes_one_workspace,
    a_taken_slug_leaves_nothing_behind,
    only_the_operator_makes_workspaces,
    bootstrapping_twice_makes_one_workspace,
    a_first_start_leaves_canned_responses_once,
    s_68_a_first_start_that_dies_in_between_leaves_nothing_and_the_next_one_all,
    s_68_of_two_first_starts_at_once_one_wins,
    a_fact_tells_of_the_owner_without_the_address,
    what_the_server_is_needs_no_credential,
);

async fn the_owner_of_a_new_workspace_can_sign_in_at_once(suite: Suite) {
    let mut operator = suite.workspaces(&suite.operator().await);
    let made = operator.create_workspace(workspace_request("acme")).await.unwrap().into_inner();
    let session = suite.sign_in("acme", "owner@acme.example.org", PASSWORD, None).await.unwrap();
    assert_eq!((session.member_id, session.display_name.as_str()), (made.owner_id, "Ada"));
    let token = suite.token_of("acme", "owner@acme.example.org").await;
    let read = suite.workspaces(&token).get_workspace(GetWorkspaceRequest {}).await.unwrap().into_inner();
    assert_eq!(read.workspace, made.workspace);
}

async fn the_same_request_makes_one_workspace(suite: Suite) {
    let mut operator = suite.workspaces(&suite.operator().await);
    let first = operator.create_workspace(workspace_request("acme")).await.unwrap().into_inner();
    let second = operator.create_workspace(workspace_request("acme")).await.unwrap().into_inner();
    assert_eq!(first, second);
    let mut other = workspace_request("other");
    other.request_id = "make-acme".to_owned();
    assert_eq!(reason(operator.create_workspace(other).await), ErrorReason::RequestIdReused);
    let mut password = workspace_request("acme");
    password.owner_password = "another password".to_owned();
    assert_eq!(reason(operator.create_workspace(password).await), ErrorReason::RequestIdReused);
}

async fn a_taken_slug_leaves_nothing_behind(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let mut again = workspace_request("acme");
    again.request_id = "again".to_owned();
    again.owner_email = "somebody@else.example.org".to_owned();
    let refused = suite.workspaces(&suite.operator().await).create_workspace(again).await.unwrap_err();
    assert_eq!(refusal::reason_of(&refused), Some(ErrorReason::AlreadyExists));
    assert_eq!(refusal::metadata_of(&refused).get("field").unwrap(), "workspace.slug");
    let members = suite.members(&owner).list_members(ListMembersRequest::default()).await.unwrap();
    assert_eq!(members.into_inner().members.len(), 1);
    let facts = suite.database.facts();
    let (_, count) = settled(&suite).await;
    assert_eq!(facts.after(0, 10, &FactFilter::default()).await.unwrap().len(), count);
    assert_eq!(count, 1);
}

async fn only_the_operator_makes_workspaces(suite: Suite) {
    let owner = suite.workspace("acme").await;
    let by_owner = suite.workspaces(&owner).create_workspace(workspace_request("mine")).await;
    assert_eq!(reason(by_owner), ErrorReason::PermissionDenied);
    let by_nobody = suite.workspaces("").create_workspace(workspace_request("mine")).await;
    assert_eq!(reason(by_nobody), ErrorReason::Unauthenticated);
    let operator = suite.operator().await;
    let reads = suite.workspaces(&operator).get_workspace(GetWorkspaceRequest {}).await;
    assert_eq!(reason(reads), ErrorReason::PermissionDenied, "the operator reads nothing in a workspace");
    let lists = suite.members(&operator).list_members(ListMembersRequest::default()).await;
    assert_eq!(reason(lists), ErrorReason::PermissionDenied);
}

fn demo() -> Bootstrap {
    Bootstrap {
        workspace_slug: "demo".to_owned(),
        workspace_name: "Demo".to_owned(),
        owner_email: "owner@demo.example.org".to_owned(),
        owner_name: "Ada".to_owned(),
        owner_password: PASSWORD.into(),
    }
}

async fn bootstrapping_twice_makes_one_workspace(suite: Suite) {
    let first = suite.team.bootstrap(demo()).await.unwrap();
    assert!(first.created);
    let mut again = demo();
    again.owner_password = "another password".into();
    again.owner_email = "somebody@demo.example.org".to_owned();
    let second = suite.team.bootstrap(again).await.unwrap();
    assert_eq!((second.workspace, second.owner, second.created), (first.workspace, first.owner, false));
    suite.sign_in("demo", "owner@demo.example.org", PASSWORD, None).await.unwrap();
    let mut malformed = demo();
    malformed.workspace_slug = "Not A Slug".to_owned();
    malformed.owner_password = "short".into();
    let told = suite.team.bootstrap(malformed).await.unwrap_err().to_string();
    assert!(told.contains("workspace.slug") && told.contains("owner_password"), "{told}");
}

async fn a_first_start_leaves_canned_responses_once(suite: Suite) {
    suite.team.bootstrap(demo()).await.unwrap();
    let token = suite.token_of("demo", "owner@demo.example.org").await;
    let (first, _) = canned::list(&suite, &token, Default::default()).await.unwrap();
    let shortcuts: Vec<&str> = first.iter().map(|response| response.shortcut.as_str()).collect();
    assert_eq!(shortcuts, ["delay", "thanks"]);
    for response in &first {
        assert_eq!(response.scope(), CannedScope::Workspace);
        let rendered = canned::render(&suite, &token, &response.id, &[]).await.unwrap();
        assert!(rendered.text.contains("there") && rendered.missing.is_empty(), "{}", rendered.text);
    }
    canned::delete(&suite, &token, &first[0].id).await.unwrap();
    suite.team.bootstrap(demo()).await.unwrap();
    let (second, _) = canned::list(&suite, &token, Default::default()).await.unwrap();
    assert_eq!(second, first[1..], "what was deleted stays deleted");
}

async fn s_68_a_first_start_that_dies_in_between_leaves_nothing_and_the_next_one_all(suite: Suite) {
    // Canned responses cannot be written for a while, and whatever else can.
    statement(&suite, "ALTER TABLE canned_response RENAME TO away").await;
    suite.team.bootstrap(demo()).await.unwrap_err();
    statement(&suite, "ALTER TABLE away RENAME TO canned_response").await;
    assert!(suite.team.bootstrap(demo()).await.unwrap().created, "nothing was left of it");
    let token = suite.token_of("demo", "owner@demo.example.org").await;
    let (found, _) = canned::list(&suite, &token, Default::default()).await.unwrap();
    let shortcuts: Vec<&str> = found.iter().map(|response| response.shortcut.as_str()).collect();
    assert_eq!(shortcuts, ["delay", "thanks"]);
}

async fn statement(suite: &Suite, sql: &'static str) {
    let run = suite.database.handle().write(move |unit| {
        Box::pin(async move { Ok::<_, StoreError>(unit.tx().execute_unprepared(sql).await.map(drop)?) })
    });
    run.await.unwrap();
}

async fn s_68_of_two_first_starts_at_once_one_wins(suite: Suite) {
    let (one, other) = tokio::join!(suite.team.bootstrap(demo()), suite.team.bootstrap(demo()));
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!((one.workspace, one.owner), (other.workspace, other.owner));
    assert_ne!(one.created, other.created);
}

async fn a_fact_tells_of_the_owner_without_the_address(suite: Suite) {
    let made = suite.team.bootstrap(demo()).await.unwrap();
    let (facts, _) = settled(&suite).await;
    let fact = facts.first().unwrap();
    assert_eq!((fact.kind, fact.subject, fact.revision), (1, made.owner, 1));
    assert_eq!(fact.workspace, WorkspaceId::from_uuid(made.workspace.uuid()));
    let changed = MemberChanged::decode(fact.body.as_slice()).unwrap();
    let member = changed.member.unwrap();
    assert_eq!((member.email.as_str(), member.display_name.as_str(), member.active), ("", "Ada", true));
    assert_eq!(member.roles, [i32::from(Role::Owner)]);
    assert!(changed.scopes.contains(&"keys:write".to_owned()));
    assert!(!String::from_utf8_lossy(&fact.body).contains('@'));
}

/// The facts there are, once the first of them has its number.
async fn settled(suite: &Suite) -> (Vec<std::sync::Arc<baton_kit::data::Fact>>, usize) {
    let facts = suite.database.facts();
    let deadline = 200;
    for _ in 0..deadline {
        let found = facts.after(0, 10, &FactFilter::default()).await.unwrap();
        if !found.is_empty() {
            let count = found.len();
            return (found, count);
        }
        suite.clock.run(std::time::Duration::from_millis(50)).await;
        tokio::task::yield_now().await;
    }
    panic!("no fact was numbered");
}

async fn what_the_server_is_needs_no_credential(suite: Suite) {
    let mut client = ServerInfoServiceClient::new(suite.gateway.anonymous());
    let info = client.get_server_info(GetServerInfoRequest {}).await.unwrap().into_inner();
    assert_eq!(info.version, env!("CARGO_PKG_VERSION"));
    assert_eq!((info.max_message_bytes, info.feed_retention_days), (16 * 1024, 14));
    assert_eq!(info.features, ["partner-door"]);
}
