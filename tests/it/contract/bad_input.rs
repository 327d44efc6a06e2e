//! Every unary method of the partner door is given nonsense in every field: it is refused in words, never stumbled over.
//!
//! Messages are made from descriptors, so a new field or method is walked the day it is written.

use baton_kit::door::refusal::reason_of;
use baton_proto::{
    common::v1::ErrorReason,
    team::v1::{CreateTeamRequest, Team, TeamColor, team_service_client::TeamServiceClient},
};
use prost_reflect::{
    DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage as _, Value, prost::Message as _,
};
use serde_json::Value as Json;
use tonic::Code;

use super::calls::{call, is_output_only, path_of, unary_methods};
use crate::harness::{
    browser::{Inbox, Widget, text},
    house::House,
    partner::{self, Line},
};

const OVERSIZED: usize = 1024 * 1024;
const SCOPES: [&str; 10] = [
    "conversations:read",
    "conversations:write",
    "assistants:read",
    "assistants:write",
    "knowledge:read",
    "knowledge:write",
    "members:read",
    "members:write",
    "keys:write",
    "routing:read",
];

/// A role whose scopes the walking key holds itself.
const AGENT: i32 = baton_proto::team::v1::Role::Agent as i32;

/// Real ids of one workspace.
struct Ids {
    conversation: String,
    assistant: String,
    contact: String,
    member: String,
    api_key: String,
    team: String,
    etag: String,
}

impl Ids {
    /// What a field of this name holds; `None` for what is no id of Baton's.
    fn of(&self, field: &str) -> Option<String> {
        let id = match field {
            "conversation_id" => &self.conversation,
            "assistant_id" => &self.assistant,
            "contact_id" => &self.contact,
            "member_id" => &self.member,
            "api_key_id" => &self.api_key,
            "team_id" => &self.team,
            // Documents cannot be read back yet: well-formed, and nobody's.
            "document_id" => return Some(format!("doc_{}", "0".repeat(26))),
            "id" | "request_id" | "client_message_id" | "external_id" => return None,
            other if other.ends_with("_id") => panic!("say here what {other} holds"),
            _ => return None,
        };
        Some(id.clone())
    }

    /// An id that is real, but of another kind.
    fn wrong_kind(&self, field: &str) -> String {
        if field == "member_id" { self.conversation.clone() } else { self.member.clone() }
    }
}

/// A workspace with something in it, and a key that may do everything a key may.
async fn workspace(house: &House, slug: &str) -> (Line, Ids) {
    let cast = house.workspace(slug).await;
    let (widget, inbox) = (Widget::open(cast.address, &cast.widget_key).await, Inbox::of(&cast).await);
    let id = widget.says("first", "Hello, what does shipping cost?", None).await;
    let found = inbox.get(&format!("conversations/{id}")).await.expect("the conversation");
    let line = partner::line(cast.address, &inbox.api_key(&SCOPES).await).await;
    let keys = inbox.get("api-keys").await.expect("the keys");
    let spare = inbox.api_key(&["routing:read"]).await;
    drop(spare);
    let api_key = key_that_is_not_ours(&keys, &inbox).await;
    let team = team(&line).await;
    let ids = Ids {
        team: team.id,
        etag: team.etag,
        conversation: id,
        assistant: text(&found, "assistant_id"),
        contact: text(&found, "contact_id"),
        member: inbox.member.clone(),
        api_key,
    };
    (line, ids)
}

async fn team(line: &Line) -> Team {
    let team = Team { name: "Billing".to_owned(), color: TeamColor::Gray.into(), ..Default::default() };
    let request = CreateTeamRequest { request_id: "billing".to_owned(), team: Some(team) };
    let made = TeamServiceClient::new(line.clone()).create_team(request).await.expect("a team");
    made.into_inner().team.expect("a team")
}

/// Revoking the key the walk itself uses would end the walk.
async fn key_that_is_not_ours(before: &Json, inbox: &Inbox) -> String {
    let known: Vec<String> =
        before["api_keys"].as_array().expect("keys").iter().map(|key| text(key, "id")).collect();
    let now = inbox.get("api-keys").await.expect("the keys");
    let all = now["api_keys"].as_array().expect("keys").iter().map(|key| text(key, "id"));
    all.into_iter().find(|id| !known.contains(id)).expect("a second key")
}

/// A message that could be taken, each name new.
fn plausible(descriptor: &MessageDescriptor, ids: &Ids, serial: &str) -> DynamicMessage {
    let mut message = DynamicMessage::new(descriptor.clone());
    for field in descriptor.fields() {
        let later_branch =
            field.containing_oneof().is_some_and(|oneof| oneof.fields().next() != Some(field.clone()));
        if is_output_only(&field) || later_branch || field.is_map() || narrows(descriptor, &field) {
            continue;
        }
        let value =
            if field.is_list() { plausible_list(&field) } else { plausible_value(&field, ids, serial) };
        if let Some(value) = value {
            message.set_field(&field, value);
        }
    }
    message
}

/// Whether a field would narrow a list to a team that has nothing.
fn narrows(descriptor: &MessageDescriptor, field: &FieldDescriptor) -> bool {
    field.name() == "team_id" && descriptor.package_name() != "baton.team.v1"
}

/// Lists that may not be empty.
fn plausible_list(field: &FieldDescriptor) -> Option<Value> {
    match field.name() {
        "scopes" => Some(Value::List(vec![Value::String("routing:read".to_owned())])),
        "roles" => Some(Value::List(vec![Value::EnumNumber(AGENT)])),
        _ => None,
    }
}

fn plausible_value(field: &FieldDescriptor, ids: &Ids, serial: &str) -> Option<Value> {
    let text = |text: &str| Some(Value::String(text.to_owned()));
    match (field.kind(), field.name()) {
        (Kind::Message(inner), "update_mask") => Some(Value::Message(all_of_a_team(inner))),
        (Kind::Message(inner), _) if inner.full_name().starts_with("google.") => None,
        (Kind::Enum(_), "color") => Some(Value::EnumNumber(TeamColor::Gray.into())),
        (Kind::String, "etag") => text(&ids.etag),
        (Kind::Message(inner), "start") => Some(Value::Message(from_now(inner))),
        // An answer is the assistant's alone.
        (Kind::Message(_), "answer" | "filter") => None,
        (Kind::Message(inner), _) => Some(Value::Message(plausible(&inner, ids, serial))),
        (Kind::String, name) if ids.of(name).is_some() => ids.of(name).map(Value::String),
        (Kind::String, "page_token" | "resume_token" | "uri" | "channel" | "external_id" | "when_to_use") => {
            None
        }
        (Kind::String, "email" | "owner_email") => text(&format!("m{serial}@demo.example.org")),
        (Kind::String, "password" | "owner_password") => text("eleven-blue-lanterns-4"),
        (Kind::String, "slug") => text(&format!("s{serial}")),
        (Kind::String, _) => text(&format!("x{serial}")),
        _ => None,
    }
}

fn all_of_a_team(mask: MessageDescriptor) -> DynamicMessage {
    let mut message = DynamicMessage::new(mask);
    let paths = ["name", "description", "color"].map(|path| Value::String(path.to_owned()));
    message.set_field_by_name("paths", Value::List(paths.to_vec()));
    message
}

fn from_now(start: MessageDescriptor) -> DynamicMessage {
    let mut message = DynamicMessage::new(start);
    message.set_field_by_name("point", Value::EnumNumber(1));
    message
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
                Code::PermissionDenied,
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

async fn walk(house: House) {
    let (line, ids) = workspace(&house, "walked").await;
    let (mut found, mut calls) = (Vec::new(), 0);
    for method in unary_methods() {
        let path = path_of(&method);
        let empty = DynamicMessage::new(method.input());
        let mut cases = vec![("nothing".to_owned(), empty.clone(), false)];
        cases.extend(
            spoilt(&empty, &ids)
                .into_iter()
                .map(|(what, message, refused)| (format!("only {what}"), message, refused)),
        );
        cases.extend(spoilt(&plausible(&method.input(), &ids, "base"), &ids));
        for (what, message, refused) in cases {
            calls += 1;
            let answer = call(&line, &path, message.encode_to_vec()).await;
            found.extend(stumbled(&answer, refused).map(|why| format!("{path} with {what}: {why}")));
        }
    }
    println!("{calls} calls with nonsense");
    assert!(found.is_empty(), "{} of {calls} calls stumbled:\n{}", found.len(), found.join("\n"));
    drop(line);
    house.close().await;
}

/// What the nonsense is put into must be sense: otherwise another fault would hide the one that is tried.
#[tokio::test]
async fn what_the_nonsense_is_put_into_would_be_taken() {
    let house = House::sqlite().await;
    let (line, ids) = workspace(&house, "plausible").await;
    let (mut found, mut forbidden) = (Vec::new(), Vec::new());
    let mut methods = unary_methods();
    // Hardly anything can be done in a resolved conversation, or to a team that changed since it was read.
    methods
        .sort_by_key(|method| matches!(method.name(), "ResolveConversation" | "UpdateTeam" | "ArchiveTeam"));
    for method in methods {
        let path = path_of(&method);
        let message = plausible(&method.input(), &ids, &method.name().to_lowercase());
        match call(&line, &path, message.encode_to_vec()).await {
            Ok(_) => {}
            Err(status) if reason_of(&status) == Some(ErrorReason::PermissionDenied) => forbidden.push(path),
            Err(status) => found.push(format!("{path}: {:?} {}", status.code(), status.message())),
        }
    }
    println!("not for keys, so not walked beyond the door:\n{}", forbidden.join("\n"));
    assert!(found.is_empty(), "refused although nothing is wrong:\n{}", found.join("\n"));
    drop(line);
    house.close().await;
}

#[tokio::test]
async fn nonsense_in_any_field_is_refused_in_words_on_sqlite() {
    walk(House::sqlite().await).await;
}

#[tokio::test]
async fn nonsense_in_any_field_is_refused_in_words_on_postgresql() {
    if let Some(house) = House::postgres().await {
        walk(house).await;
    }
}

/// The message with each id in it, at any depth, replaced by another workspace's, one at a time.
fn with_foreign_ids(base: &DynamicMessage, foreign: &Ids) -> Vec<(String, DynamicMessage)> {
    let mut all = Vec::new();
    for field in base.descriptor().fields().filter(|field| !is_output_only(field) && !field.is_list()) {
        match field.kind() {
            Kind::String => {
                if let Some(id) = foreign.of(field.name()) {
                    let mut message = base.clone();
                    message.set_field(&field, Value::String(id));
                    all.push((field.name().to_owned(), message));
                }
            }
            Kind::Message(inner) if !inner.full_name().starts_with("google.") => {
                let around = base
                    .get_field(&field)
                    .as_message()
                    .cloned()
                    .unwrap_or_else(|| DynamicMessage::new(inner));
                for (what, inner) in with_foreign_ids(&around, foreign) {
                    let mut message = base.clone();
                    message.set_field(&field, Value::Message(inner));
                    all.push((format!("{}.{what}", field.name()), message));
                }
            }
            _ => {}
        }
    }
    all
}

/// Fields that narrow a list: what is not ours matches nothing, which says no more about it than NOT_FOUND does.
const FILTERS: [&str; 3] = ["team_id", "filter.team_id", "filter.conversation_id"];

#[tokio::test]
async fn g_s1_another_workspaces_id_is_not_found_whatever_asks_for_it() {
    let house = House::sqlite().await;
    let ((line, ours), (_, theirs)) = (workspace(&house, "ours").await, workspace(&house, "theirs").await);
    let (mut found, mut calls) = (Vec::new(), 0);
    for method in unary_methods() {
        let path = path_of(&method);
        for (what, message) in with_foreign_ids(&plausible(&method.input(), &ours, "wall"), &theirs) {
            calls += 1;
            let answer = call(&line, &path, message.encode_to_vec()).await;
            let fine = match &answer {
                Ok(bytes) => FILTERS.contains(&what.as_str()) && !holds_any(bytes, &theirs),
                // What a key may not do at all says nothing about any id.
                Err(status) => {
                    matches!(reason_of(status), Some(ErrorReason::NotFound | ErrorReason::PermissionDenied))
                }
            };
            if !fine {
                found.push(format!("{path} with their {what}: {answer:?}"));
            }
        }
    }
    println!("{calls} calls with another workspace's id");
    assert!(calls > 10 && found.is_empty(), "{} of {calls} calls:\n{}", found.len(), found.join("\n"));
    drop(line);
    house.close().await;
}

fn holds_any(bytes: &[u8], ids: &Ids) -> bool {
    let text = String::from_utf8_lossy(bytes);
    [&ids.conversation, &ids.assistant, &ids.contact, &ids.member, &ids.api_key, &ids.team]
        .into_iter()
        .any(|id| text.contains(id.as_str()))
}
