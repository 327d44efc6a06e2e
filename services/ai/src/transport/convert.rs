//! Wire to domain, collecting every fault, and back.
//!
//! Must not know the use cases but for their commands.

use baton_kit::{
    data::RequestKey,
    door::{
        fields::Fields,
        principal::{Caller, Kind},
        refusal::Refusal,
    },
};
use baton_proto::ai::v1 as wire;
use jiff::Timestamp;

use crate::{
    application::{create_document, ports::Actor},
    domain::{
        bm25::Hit,
        document::{Document, DocumentText},
    },
};

mod assistants;
mod brief;

pub(super) use assistants::{assistant, create_assistant, update_assistant};
pub(super) use brief::brief;

const TITLE: usize = 200;
const TEXT: usize = 256 * 1024;
const URI: usize = 2000;
const QUERY: usize = 1000;

pub(super) fn create_document(
    caller: &Caller,
    request: wire::CreateDocumentRequest,
) -> Result<create_document::Command, Refusal> {
    let mut fields = Fields::new();
    let request_id = fields.request_id("request_id", &request.request_id);
    let document = fields.present("document", request.document);
    let content = document.and_then(|document| content(&mut fields, &document));
    let (request_id, content) = fields.all((request_id, content))?;
    let key = key(caller, "CreateDocument", request_id)?;
    Ok(create_document::Command { key, actor: actor(caller), content })
}

fn content(fields: &mut Fields, document: &wire::Document) -> Option<DocumentText> {
    let title = fields.name("document.title", &document.title, TITLE);
    let text = fields.text("document.text", &document.text, 1..=TEXT);
    let uri = uri(fields, &document.uri);
    Some(DocumentText { title: title?, text: text?, uri: uri? })
}

/// Shown to visitors as a link: http or https and nothing else, so that no script hides in it.
fn uri(fields: &mut Fields, text: &str) -> Option<String> {
    if text.is_empty() {
        return Some(String::new());
    }
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let clean = !text.chars().any(|c| c.is_whitespace() || c.is_control() || "\"<>\\^`{|}".contains(c));
    if text.chars().count() <= URI && clean && host.starts_with(|c: char| c.is_alphanumeric() || c == '[') {
        return Some(text.to_owned());
    }
    fields
        .fault("document.uri", format_args!("must be an http or https address of at most {URI} characters"));
    None
}

pub(super) fn query(fields: &mut Fields, text: &str) -> Option<String> {
    if text.chars().count() > QUERY {
        fields.fault("query", format_args!("must have 1 to {QUERY} characters"));
        return None;
    }
    fields.text("query", text, 1..=QUERY * 4)
}

fn key(caller: &Caller, method: &'static str, request_id: String) -> Result<RequestKey, Refusal> {
    Ok(RequestKey { workspace: caller.workspace()?, principal: caller.fingerprint(), method, request_id })
}

fn actor(caller: &Caller) -> Actor {
    match caller.kind {
        Kind::Member => Actor::Member(caller.subject),
        Kind::ApiKey => Actor::ApiKey(caller.subject),
        Kind::Visitor | Kind::Service | Kind::Operator => Actor::System,
    }
}

pub(super) fn document(document: Document) -> wire::Document {
    let DocumentText { title, text, uri } = document.content;
    wire::Document {
        id: document.id.to_string(),
        title,
        text,
        uri,
        create_time: Some(timestamp(document.created_at)),
    }
}

pub(super) fn hit(hit: Hit) -> wire::SearchHit {
    let document_id = hit.source.document.to_string();
    wire::SearchHit { document_id, title: hit.source.title, passage: hit.passage, score: hit.score }
}

fn timestamp(at: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: at.as_second(), nanos: at.subsec_nanosecond() }
}
