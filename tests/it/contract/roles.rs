//! Every method, walked by everybody: in get exactly those whom its row names, with the scopes that their role gives them.

use baton_kit::door::{
    principal::{Kind, Scope},
    refusal::reason_of,
};
use baton_proto::{common::v1::ErrorReason, team::v1::Role};
use bytes::Bytes;
use prost_reflect::MethodDescriptor;
use tonic::Status;

use super::{
    calls::{call, methods, path_of},
    furnish,
    place::{Furnished, MemberId, Place},
    principals::{Principal, ROLES, SERVICES, allowed},
    rules::rule_of,
};

/// Let in by the row, and refused behind it for what a row cannot say: this method, for this kind, because.
const REFUSED_INSIDE: [(&str, Kind, &str); 1] = [(
    "/baton.team.v1.WorkspaceService/GetWorkspace",
    Kind::Operator,
    "the operator is in no workspace and reads nothing in one",
)];

/// A member of each role, with the scopes that team gave it and no others.
async fn members(place: &Place, home: &Furnished) -> Vec<Principal> {
    let owner = home.persons.owner(&place.signers);
    let mut all = Vec::new();
    for role in ROLES {
        let email = format!("{}@{}.example.org", role.as_str_name().to_lowercase(), home.ids.slug);
        let id = furnish::member(place, &owner, &email, role).await;
        let session = furnish::signed_in(place, &home.persons, &home.ids.slug, &email).await;
        let scopes = furnish::scopes_of(place, &home.persons, session).await;
        let expected: Vec<&str> = allowed(role).iter().map(|scope| scope.as_str()).collect();
        assert_eq!(scopes, expected, "what {role:?} allows");
        all.push(member(place, home, &id, role));
    }
    all
}

/// A real one's token lives a minute, which is less than the walk.
fn member(place: &Place, home: &Furnished, id: &str, role: Role) -> Principal {
    let id = id.parse::<MemberId>().expect("an id").uuid();
    home.persons.member(&place.signers, id, &allowed(role), &format!("{role:?}"))
}

async fn everybody(place: &Place, home: &Furnished) -> Vec<Principal> {
    let (persons, signers) = (&home.persons, &place.signers);
    let mut all = members(place, home).await;
    all.push(persons.visitor(signers));
    all.push(persons.operator(signers));
    all.extend(
        Scope::ALL.iter().map(|scope| persons.key(signers, &[*scope], &format!("a key with {scope}"))),
    );
    all.extend(SERVICES.map(|service| persons.service(signers, service)));
    all
}

/// Why an answer is not what the rows say; `None` if it is.
fn astray(method: &MethodDescriptor, who: &Principal, answer: &Result<Bytes, Status>) -> Option<String> {
    let path = path_of(method);
    let reason = answer.as_ref().err().and_then(reason_of);
    let denied = reason == Some(ErrorReason::PermissionDenied);
    let inside = REFUSED_INSIDE.iter().any(|(method, kind, _)| *method == path && *kind == who.kind);
    let expected = inside || !who.gets_in_by(rule_of(&path));
    let known = answer.is_ok() || reason.is_some();
    let fine = denied == expected && known && reason != Some(ErrorReason::Unauthenticated);
    (!fine).then(|| format!("{path} as {}: denied is {expected}, but {answer:?}", who.name))
}

async fn walk(place: Place) {
    let home = place.workspace("walked").await;
    let everybody = everybody(&place, &home).await;
    let nobody = Principal { token: String::new(), ..home.persons.operator(&place.signers) };
    let (mut found, mut calls) = (Vec::new(), 0);
    for method in methods() {
        for who in &everybody {
            let answer = call(&place.way(&method, who), &method, Vec::new()).await;
            found.extend(astray(&method, who, &answer));
            calls += 1;
        }
        let answer = call(&place.way(&method, &nobody), &method, Vec::new()).await;
        let refused = answer.as_ref().err().and_then(reason_of) == Some(ErrorReason::Unauthenticated);
        if refused == rule_of(&path_of(&method)).open {
            found.push(format!("{} as nobody: {answer:?}", path_of(&method)));
        }
    }
    println!("{calls} calls by {} principals", everybody.len());
    assert!(found.is_empty(), "{} of {calls} calls:\n{}", found.len(), found.join("\n"));
    place.close().await;
}

#[tokio::test]
async fn g_s1_every_method_lets_in_exactly_whom_its_row_names_on_sqlite() {
    walk(Place::sqlite().await).await;
}

#[tokio::test]
async fn g_s1_every_method_lets_in_exactly_whom_its_row_names_on_postgresql() {
    if let Some(place) = Place::postgres().await {
        walk(place).await;
    }
}
