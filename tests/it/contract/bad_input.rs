//! Every method is given nonsense in every field, by somebody who may call it, wherever it is spoken: it is refused in words, never
//! stumbled over.
//!
//! Messages are made from descriptors, so a new field or method is walked the day it is written.

use baton_kit::door::{
    principal::{Kind as PrincipalKind, Scope},
    refusal::reason_of,
};
use prost_reflect::{
    DynamicMessage, FieldDescriptor, Kind, MapKey, ReflectMessage as _, Value, prost::Message as _,
};
use tonic::Code;

use super::{
    calls::{Way, call, is_internal, is_output_only, methods, path_of},
    furnish,
    ids::Ids,
    place::{Furnished, Place},
    plausible::{self, Purpose},
    principals::Principal,
    rules::rule_of,
    stations::{Spot, Station, stations},
};

const OVERSIZED: usize = 1024 * 1024;

/// What comes after everything else, in this order: the story of the one conversation, and what ends things.
const LAST: [&str; 32] = [
    "SetPromise",
    "SuggestPriority",
    "AttachBrief",
    "RegenerateBrief",
    "Assign",
    "Release",
    "WithdrawHandoff",
    "GetTurnContext",
    "ReportProgress",
    "PushDelta",
    "FinishTurn",
    "TakeOver",
    "AssignConversation",
    "SnoozeConversation",
    "WakeConversation",
    "UnassignConversation",
    "HandToTeam",
    "HandBack",
    "ResolveConversation",
    "ReopenConversation",
    "UpdateAssistant",
    "UpdateContact",
    "SetOfficeHours",
    "SetTeamMembers",
    "UpdateTeam",
    "ArchiveTeam",
    "RevokeApiKey",
    "DeleteDocument",
    "RemoveMember",
    "SignOut",
    // Whoever is there is given what waits.
    "SetAvailability",
    // Its etag is read before every other.
    "DeleteCannedResponse",
];

/// Everybody who could be let in, and by which way: programs and operators come by the edge, as they would.
fn friend(place: &Place, home: &Furnished, station: &Station) -> (Principal, Way) {
    let Station { method, rule, .. } = station;
    let mut all = home.persons.mightiest(&place.signers);
    all.sort_by_key(|who| who.kind != PrincipalKind::ApiKey);
    let who = all.into_iter().find(|who| who.gets_in_by(rule)).expect("nobody may call it");
    let program = matches!(who.kind, PrincipalKind::ApiKey | PrincipalKind::Operator);
    let by_edge = program && !is_internal(method) && !rule.open;
    let spot = if by_edge { Spot::Edge } else { station.spot };
    let way = spot.way(place, home, &who);
    (who, way)
}

fn base(station: &Station, ids: &Ids, who: &Principal, serial: &str) -> DynamicMessage {
    let (serial, spot, by_assistant) = (serial.to_owned(), station.spot, who.is_assistant());
    plausible::request(&station.method, &Purpose { ids, serial, spot, by_assistant })
}

/// One way in which a field is wrong.
struct Wrong {
    what: String,
    value: Value,
    /// Whether the contract lets nobody take it.
    refused: bool,
}

fn wrongs(field: &FieldDescriptor, ids: &Ids) -> Vec<Wrong> {
    let refused = !is_output_only(field);
    let wrong = |what: &str, value: Value| {
        let value = if field.is_list() { Value::List(vec![value]) } else { value };
        Wrong { what: what.to_owned(), value, refused }
    };
    match field.kind() {
        Kind::Message(entry) if field.is_map() => {
            let text =
                |field: &str| entry.get_field_by_name(field).is_some_and(|of| of.kind() == Kind::String);
            assert!(text("key") && text("value"), "say here what is wrong in {}", field.full_name());
            let broken = [("1 MiB", "x".repeat(OVERSIZED)), ("NUL", "a\0b".to_owned())];
            let spoilt = |(what, bad): (&str, String)| {
                let by_key = of_one(bad.clone(), "x".to_owned());
                let by_value = of_one("contact.name".to_owned(), bad);
                [wrong(&format!("a key of {what}"), by_key), wrong(&format!("a value of {what}"), by_value)]
            };
            broken.into_iter().flat_map(spoilt).collect()
        }
        Kind::String => {
            let mut all = vec![
                wrong("1 MiB", Value::String("x".repeat(OVERSIZED))),
                wrong("NUL", Value::String("a\0b".to_owned())),
            ];
            if ids.of(field.name()).is_some() {
                all.push(wrong("an id of another kind", Value::String(ids.wrong_kind(field.name()))));
                all.push(wrong("no id", Value::String("conv_../../etc".to_owned())));
            }
            all
        }
        Kind::Enum(_) => vec![wrong("999", Value::EnumNumber(999)), wrong("-1", Value::EnumNumber(-1))],
        Kind::Int32 => vec![wrong("-1", Value::I32(-1)), wrong("the least", Value::I32(i32::MIN))],
        Kind::Int64 => vec![wrong("-1", Value::I64(-1)), wrong("the least", Value::I64(i64::MIN))],
        Kind::Message(inner) if inner.full_name() == "google.protobuf.Timestamp" => {
            let mut beyond = DynamicMessage::new(inner);
            beyond.set_field_by_name("seconds", Value::I64(i64::MAX));
            beyond.set_field_by_name("nanos", Value::I32(-1));
            vec![wrong("beyond all time", Value::Message(beyond))]
        }
        _ => Vec::new(),
    }
}

/// A map with one entry.
fn of_one(key: String, value: String) -> Value {
    Value::Map([(MapKey::String(key), Value::String(value))].into())
}

/// A message with one field wrong, at any depth, and everything around it as given.
fn spoilt(base: &DynamicMessage, ids: &Ids) -> Vec<(String, DynamicMessage, bool)> {
    let mut all = Vec::new();
    for field in base.descriptor().fields() {
        for wrong in wrongs(&field, ids) {
            let mut message = base.clone();
            message.set_field(&field, wrong.value);
            all.push((format!("{} = {}", field.name(), wrong.what), message, wrong.refused));
        }
        if let Kind::Message(inner) = field.kind()
            && !inner.full_name().starts_with("google.")
            && !field.is_map()
        {
            let around = base.get_field(&field).as_message().cloned();
            let around =
                around.filter(|_| base.has_field(&field)).unwrap_or_else(|| DynamicMessage::new(inner));
            for (what, inner, refused) in spoilt(&around, ids) {
                let mut message = base.clone();
                let value = Value::Message(inner);
                message.set_field(&field, if field.is_list() { Value::List(vec![value]) } else { value });
                all.push((format!("{}.{what}", field.name()), message, refused && !is_output_only(&field)));
            }
        }
    }
    all
}

/// Why an answer is not one the contract allows to nonsense.
fn stumbled(answer: &Result<bytes::Bytes, tonic::Status>, refused: bool) -> Option<String> {
    match answer {
        Ok(_) if refused => Some("was taken".to_owned()),
        Ok(_) => None,
        Err(status) => {
            let allowed = [
                Code::InvalidArgument,
                Code::NotFound,
                Code::Unauthenticated,
                Code::AlreadyExists,
                Code::FailedPrecondition,
                Code::Aborted,
            ];
            let fine = allowed.contains(&status.code()) && reason_of(status).is_some();
            (!fine).then(|| format!("{:?} {:?}: {}", status.code(), reason_of(status), status.message()))
        }
    }
}

async fn walk(place: Place) {
    let home = place.workspace("walked").await;
    let (mut found, mut calls) = (Vec::new(), 0);
    for station in stations() {
        let (who, way) = friend(&place, &home, &station);
        let (method, name, ids) = (&station.method, station.name(), &home.ids);
        let empty = DynamicMessage::new(method.input());
        let mut cases = vec![("nothing".to_owned(), empty.clone(), false)];
        let only = |(what, message, refused)| (format!("only {what}"), message, refused);
        cases.extend(spoilt(&empty, ids).into_iter().map(only));
        cases.extend(spoilt(&base(&station, ids, &who, "base"), ids));
        for (what, message, refused) in cases {
            calls += 1;
            let answer = call(&way, method, message.encode_to_vec()).await;
            let why = stumbled(&answer, refused);
            found.extend(why.map(|why| format!("{name} by {} with {what}: {why}", who.name)));
        }
    }
    println!("{calls} calls with nonsense");
    assert!(found.is_empty(), "{} of {calls} calls stumbled:\n{}", found.len(), found.join("\n"));
    drop(home);
    place.close().await;
}

/// What the nonsense is put into must be sense: otherwise another fault would hide the one that is tried.
#[tokio::test]
async fn what_the_nonsense_is_put_into_would_be_taken() {
    let place = Place::sqlite().await;
    let mut home = place.workspace("plausible").await;
    let mut found = Vec::new();
    let mut stations = stations();
    let rank = |name: &str| LAST.iter().position(|last| *last == name).map_or(0, |n| n + 1);
    stations.sort_by_key(|station| rank(station.method.name()));
    for station in stations {
        let (who, way) = friend(&place, &home, &station);
        let method = &station.method;
        home.ids = furnish::as_it_is_now(&place, &home.persons, home.ids).await;
        let message = base(&station, &home.ids, &who, &method.name().to_lowercase());
        if let Err(status) = call(&way, method, message.encode_to_vec()).await {
            let (name, code, words) = (station.name(), status.code(), status.message());
            found.push(format!("{name} by {}: {code:?} {words}\n    {message}", who.name));
        }
    }
    assert!(found.is_empty(), "refused although nothing is wrong:\n{}", found.join("\n"));
    drop(home);
    place.close().await;
}

/// Nobody needs a scope that nobody has.
#[test]
fn every_scope_opens_something() {
    for scope in Scope::ALL {
        let opened = methods().iter().any(|method| {
            let rule = rule_of(&path_of(method));
            rule.members == Some(*scope) || rule.keys == Some(*scope)
        });
        assert!(opened, "{scope} opens nothing");
    }
}

#[tokio::test]
async fn nonsense_in_any_field_is_refused_in_words_on_sqlite() {
    walk(Place::sqlite().await).await;
}

#[tokio::test]
async fn nonsense_in_any_field_is_refused_in_words_on_postgresql() {
    if let Some(place) = Place::postgres().await {
        walk(place).await;
    }
}
