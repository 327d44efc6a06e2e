//! Generated from the contract: every method has one rule, every role gets in where its scopes say, and nonsense is told so.

use std::collections::BTreeSet;

use baton_kit::door::{access::Rule, peer::Line, principal::Scope, refusal};
use baton_kit_testing::logs::LogWatch;
use baton_proto::{common::v1::ErrorReason, team::v1::Role};
use baton_team::RULES;
use bytes::Bytes;
use tonic::{Code, Request, Status, client::Grpc};

use crate::{
    harness::Suite,
    raw::{Contract, FILLINGS, Filling, Raw},
};

const PACKAGES: [&str; 2] = ["baton.team.v1", "baton.internal.team.v1"];

/// Requests in which nothing is required, and one that promises that something is *not* there.
const MAY_SUCCEED: [&str; 7] =
    ["WhoAmI", "GetWorkspace", "GetServerInfo", "ListMembers", "ListTeams", "ListApiKeys", "SignOut"];

#[test]
fn every_method_has_exactly_one_rule_and_every_rule_a_method() {
    let methods: Vec<String> =
        Contract::read().methods(&PACKAGES).into_iter().map(|(path, _)| path).collect();
    let ruled: Vec<&str> = RULES.iter().map(|rule| rule.method).collect();
    assert_eq!(ruled.len(), ruled.iter().collect::<BTreeSet<_>>().len(), "a method has two rules");
    let methods: BTreeSet<&str> = methods.iter().map(String::as_str).collect();
    assert_eq!(ruled.into_iter().collect::<BTreeSet<_>>(), methods);
}

async fn call(line: Line, path: &str, body: Bytes) -> Result<Bytes, Status> {
    let mut client = Grpc::new(line);
    client.ready().await.unwrap();
    let path = path.parse().unwrap();
    Ok(client.unary(Request::new(body), path, Raw).await?.into_inner())
}

fn rule_of(path: &str) -> &'static Rule {
    RULES.iter().find(|rule| rule.method == path).unwrap()
}

/// Somebody whom the rule lets in.
async fn friend(suite: &Suite, owner: &str, rule: &Rule) -> Line {
    if rule.operator {
        suite.gateway.with_token(&suite.operator().await)
    } else if rule.services.contains(&"gateway") {
        suite.gateway.as_self()
    } else {
        suite.gateway.with_token(owner)
    }
}

#[tokio::test]
async fn nonsense_in_any_field_of_any_request_is_told_and_never_our_fault() {
    let watch = LogWatch::new();
    let _guard = watch.watch_thread();
    let suite = Suite::sqlite().await;
    let owner = suite.workspace("acme").await;
    let contract = Contract::read();
    for (path, method) in contract.methods(&PACKAGES) {
        let may_succeed = MAY_SUCCEED.contains(&method.name());
        for filling in FILLINGS {
            for choice in 0..3 {
                let body = contract.fill(method.input_type(), filling, choice);
                let line = friend(&suite, &owner, rule_of(&path)).await;
                let outcome = call(line, &path, body).await;
                let told = outcome.as_ref().map_or_else(Status::code, |_| Code::Ok);
                let fine = match told {
                    Code::InvalidArgument
                    | Code::NotFound
                    | Code::Unauthenticated
                    | Code::PermissionDenied => true,
                    Code::Ok => may_succeed,
                    _ => false,
                };
                assert!(fine, "{path} with {filling:?}: {outcome:?}");
            }
        }
        let empty = call(friend(&suite, &owner, rule_of(&path)).await, &path, Bytes::new()).await;
        assert!(
            may_succeed || empty.as_ref().is_err_and(|s| s.code() == Code::InvalidArgument),
            "{path}: {empty:?}"
        );
    }
    watch.assert_clean();
}

#[tokio::test]
async fn every_method_lets_in_exactly_the_roles_whose_scopes_it_asks_for() {
    let suite = Suite::sqlite().await;
    let owner = suite.workspace("acme").await;
    let mut tokens = vec![(Role::Owner, owner.clone())];
    for role in [Role::Admin, Role::Editor, Role::Analyst, Role::Agent, Role::Viewer] {
        tokens.push((role, suite.member(&owner, "acme", role).await));
    }
    for (path, method) in Contract::read().methods(&PACKAGES) {
        let rule = rule_of(&path);
        let body = Contract::read().fill(method.input_type(), Filling::Nothing, 0);
        for (role, token) in &tokens {
            let outcome = call(suite.gateway.with_token(token), &path, body.clone()).await;
            let denied = outcome
                .as_ref()
                .is_err_and(|status| refusal::reason_of(status) == Some(ErrorReason::PermissionDenied));
            let admitted =
                rule.open || rule.authenticated || rule.members.is_some_and(|scope| holds(*role, scope));
            assert_eq!(denied, !admitted, "{path} as {role:?}: {outcome:?}");
        }
        let anonymous = call(suite.gateway.anonymous(), &path, body).await;
        let refused = anonymous.is_err_and(|status| status.code() == Code::Unauthenticated);
        assert_eq!(refused, !rule.open, "{path} as nobody");
    }
}

/// Said here once more, and differently, so that a slip in the service's own table shows.
fn holds(role: Role, scope: Scope) -> bool {
    match role {
        Role::Unspecified => false,
        Role::Owner | Role::Admin => true,
        Role::Editor | Role::Analyst | Role::Agent => scope == Scope::MembersRead,
        Role::Viewer => false,
    }
}
