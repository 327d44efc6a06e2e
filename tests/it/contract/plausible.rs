//! Messages that could be taken, made from descriptors: into them nonsense and other workspaces' ids are put.

use baton_kit::life::clock::SystemClock;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, MethodDescriptor, Value};

use super::{
    calls::{comment_of, is_internal, is_output_only},
    ids::Ids,
    stations::Spot,
};

/// A role whose scopes every walking principal holds itself.
const AGENT: i32 = baton_proto::team::v1::Role::Agent as i32;
/// Whom a canned response is for whose team can be another one's.
const A_TEAM: i32 = baton_proto::team::v1::CannedScope::Team as i32;
/// Gray, or the first value of whatever else must be chosen.
const FIRST: i32 = 1;
/// The year 2096: in the future for whoever wants that, and before 2100.
const LATER: i64 = 4_000_000_000;
const A_DAY: i64 = 86_400;

/// What messages are made for.
#[derive(Clone)]
pub struct Purpose<'a> {
    /// One of everything.
    pub ids: &'a Ids,
    /// Makes each name new.
    pub serial: String,
    /// Where it is asked.
    pub spot: Spot,
    /// Whether the assistant asks, of whom a request says more.
    pub by_assistant: bool,
}

/// A message that the method could take.
pub fn request(method: &MethodDescriptor, purpose: &Purpose<'_>) -> DynamicMessage {
    Making { purpose, internal: is_internal(method), root: method.input().name().to_owned() }
        .message(&method.input())
}

struct Making<'a> {
    purpose: &'a Purpose<'a>,
    /// Services fill what everybody else only reads.
    internal: bool,
    root: String,
}

impl Making<'_> {
    fn message(&self, descriptor: &MessageDescriptor) -> DynamicMessage {
        let mut message = DynamicMessage::new(descriptor.clone());
        for field in descriptor.fields() {
            if field.is_map() || self.is_left_out(descriptor, &field) {
                continue;
            }
            let value = if field.is_list() { self.list(&field) } else { self.value(&field) };
            if let Some(value) = value {
                message.set_field(&field, value);
            }
        }
        message
    }

    fn is_left_out(&self, descriptor: &MessageDescriptor, field: &FieldDescriptor) -> bool {
        let later_branch =
            field.containing_oneof().is_some_and(|oneof| oneof.fields().next() != Some(field.clone()));
        // Lists are not narrowed to a team that has nothing, nor a conversation moved to one.
        let narrows = field.name() == "team_id"
            && (descriptor.package_name() != "baton.team.v1" || self.root == "ListCannedResponsesRequest");
        let assistants = comment_of(field).contains("ssistant's alone")
            || matches!(field.name(), "answer")
            || comment_of(field).starts_with("Required for the assistant");
        (is_output_only(field) && !self.internal)
            || later_branch
            || narrows
            || (assistants && !self.purpose.by_assistant)
    }

    /// Lists that may not be empty.
    fn list(&self, field: &FieldDescriptor) -> Option<Value> {
        let one = |value: Value| Some(Value::List(vec![value]));
        match (field.kind(), field.name()) {
            (_, "scopes") => one(Value::String("routing:read".to_owned())),
            (_, "roles") => one(Value::EnumNumber(AGENT)),
            (_, "sequences") => one(Value::I64(1)),
            (_, "notice_ids") => one(Value::String(self.purpose.ids.notice.clone())),
            (Kind::Message(inner), "lines" | "preferences") => one(Value::Message(self.message(&inner))),
            _ => None,
        }
    }

    fn value(&self, field: &FieldDescriptor) -> Option<Value> {
        match field.kind() {
            Kind::Message(inner) => self.inner(field, inner),
            Kind::Enum(_) => self.choice(field),
            Kind::String => self.text(field).map(Value::String),
            Kind::Int64 => self.number(field.name()).map(Value::I64),
            Kind::Int32 => self.number(field.name()).and_then(|n| i32::try_from(n).ok()).map(Value::I32),
            _ => None,
        }
    }

    fn inner(&self, field: &FieldDescriptor, inner: MessageDescriptor) -> Option<Value> {
        match (inner.full_name(), field.name()) {
            ("google.protobuf.FieldMask", _) => Some(Value::Message(self.mask(inner))),
            ("google.protobuf.Timestamp", _) if comment_of(field).starts_with("Required.") => {
                Some(Value::Message(at(inner, LATER)))
            }
            // Without a time, only what nobody waits for an answer to may be put off.
            ("google.protobuf.Timestamp", "until_time") => {
                Some(Value::Message(at(inner, SystemClock::new().now().as_second() + A_DAY)))
            }
            (name, _) if name.starts_with("google.") => None,
            (_, "filter") => None,
            (_, "start") => Some(Value::Message(from_the_earliest(inner))),
            _ => Some(Value::Message(self.message(&inner))),
        }
    }

    fn choice(&self, field: &FieldDescriptor) -> Option<Value> {
        let must = comment_of(field).starts_with("Required") || self.internal;
        match field.name() {
            "scope" => Some(Value::EnumNumber(A_TEAM)),
            name => {
                (must || matches!(name, "color" | "priority" | "kind")).then_some(Value::EnumNumber(FIRST))
            }
        }
    }

    fn text(&self, field: &FieldDescriptor) -> Option<String> {
        let Purpose { ids, serial, spot, .. } = self.purpose;
        match field.name() {
            "token" if self.root.ends_with("UnsubscribeRequest") => Some(ids.unsubscribe.clone()),
            "name" if self.root == "GetFiledMailRequest" => Some(ids.mail.clone()),
            "service" => Some(spot.service().to_owned()),
            "consumer" => Some(spot.consumer().to_owned()),
            "page_token" | "resume_token" | "uri" | "channel" | "external_id" | "when_to_use"
            | "contact_field" => None,
            "slug" | "workspace_slug" if self.root == "SignInRequest" => Some(ids.slug.clone()),
            "email" if self.root == "SignInRequest" => Some(ids.email.clone()),
            // For visitors only, who need none.
            "email" if self.root == "RequestHandoffRequest" => None,
            "password" if self.root == "SignInRequest" => Some(ids.password.clone()),
            "password" | "owner_password" => Some("eleven-blue-lanterns-4".to_owned()),
            "email" | "owner_email" => Some(format!("m{serial}@demo.example.org")),
            "etag" => ids.etag(&self.root),
            "slug" => Some(format!("s{serial}")),
            "session_secret" => Some(ids.session_secret.clone()),
            "widget_key" => Some(ids.widget_key.clone()),
            "decision_id" => Some(format!("dec_{:0>26}", serial.len())),
            "time_zone" => Some("Europe/Berlin".to_owned()),
            "language" => Some("en".to_owned()),
            name => ids.of(name).or_else(|| Some(format!("x{serial}"))),
        }
    }

    fn number(&self, field: &str) -> Option<i64> {
        let ids = self.purpose.ids;
        match field {
            "control_epoch" => Some(ids.control_epoch),
            "expected_assignment_version" => Some(ids.assignment_version),
            "visitor_sequence" | "sequence" | "up_to_sequence" => Some(1),
            "limit" => Some(5),
            "position" => self.dead_letter(),
            "minutes" => Some(60),
            // Longer than any walk takes.
            "handoff_within_seconds" => Some(86_400),
            _ => None,
        }
    }

    fn dead_letter(&self) -> Option<i64> {
        let Purpose { ids, spot, .. } = self.purpose;
        ids.dead_letters.iter().find(|(service, _)| *service == spot.service()).map(|(_, at)| *at)
    }

    fn mask(&self, mask: MessageDescriptor) -> DynamicMessage {
        let paths: &[&str] = match self.root.as_str() {
            "UpdateTeamRequest" => &["name", "description", "color"],
            "UpdateAssistantRequest" => &["name", "instructions", "handoff"],
            "UpdateContactRequest" => &["display_name", "email"],
            "UpdateCannedResponseRequest" => &["shortcut", "title", "text"],
            other => panic!("say here what {other} may change"),
        };
        let mut message = DynamicMessage::new(mask);
        let paths = paths.iter().map(|path| Value::String((*path).to_owned())).collect();
        message.set_field_by_name("paths", Value::List(paths));
        message
    }
}

fn at(timestamp: MessageDescriptor, seconds: i64) -> DynamicMessage {
    let mut message = DynamicMessage::new(timestamp);
    message.set_field_by_name("seconds", Value::I64(seconds));
    message
}

/// Everything there ever was, so that what must not be seen would be.
fn from_the_earliest(start: MessageDescriptor) -> DynamicMessage {
    let mut message = DynamicMessage::new(start);
    message.set_field_by_name("point", Value::EnumNumber(2));
    message
}
