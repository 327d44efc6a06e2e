//! Every method, walked by everybody: in get exactly those whom its row names, with the scopes that their role gives them.

use baton_kit::door::{
    principal::{Kind, Scope},
    refusal::reason_of,
};
use baton_proto::{common::v1::ErrorReason, team::v1::Role};
use bytes::Bytes;
use tonic::Status;

use super::{
    calls::{call, path_of},
    furnish,
    place::{Furnished, MemberId, Place},
    principals::{Principal, ROLES, SERVICES, allowed},
    stations::{Spot, Station, stations},
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
fn astray(station: &Station, who: &Principal, answer: &Result<Bytes, Status>) -> Option<String> {
    let path = path_of(&station.method);
    let reason = answer.as_ref().err().and_then(reason_of);
    let denied = reason == Some(ErrorReason::PermissionDenied);
    let inside = REFUSED_INSIDE.iter().any(|(method, kind, _)| *method == path && *kind == who.kind);
    let expected = inside || !who.gets_in_by(station.rule);
    let known = answer.is_ok() || reason.is_some();
    let fine = denied == expected && known && reason != Some(ErrorReason::Unauthenticated);
    (!fine).then(|| format!("{} as {}: denied is {expected}, but {answer:?}", station.name(), who.name))
}

async fn walk(place: Place) {
    let home = place.workspace("walked").await;
    let everybody = everybody(&place, &home).await;
    let nobody = Principal { token: String::new(), ..home.persons.operator(&place.signers) };
    let (mut found, mut calls) = (Vec::new(), 0);
    // By the edge nobody comes with a token of these: see `operators`.
    for station in stations().into_iter().filter(|station| station.spot != Spot::Edge) {
        for who in &everybody {
            let answer = call(&station.way(&place, &home, who), &station.method, Vec::new()).await;
            found.extend(astray(&station, who, &answer));
            calls += 1;
        }
        let answer = call(&station.way(&place, &home, &nobody), &station.method, Vec::new()).await;
        let refused = answer.as_ref().err().and_then(reason_of) == Some(ErrorReason::Unauthenticated);
        if refused == station.rule.open {
            found.push(format!("{} as nobody: {answer:?}", station.name()));
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
