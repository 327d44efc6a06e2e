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
    application::{create_assistant, create_document, ports::Actor},
    domain::{
        assistant::{Assistant, AssistantSettings, HandoffAction},
        bm25::Hit,
        document::{Document, DocumentText},
        words::words,
    },
};

const NAME: usize = 80;
const INSTRUCTIONS: usize = 16 * 1024;
const WHEN_TO_USE: usize = 4 * 1024;
const PHRASES: usize = 50;
const PHRASE: usize = 100;
const TITLE: usize = 200;
const TEXT: usize = 256 * 1024;
const URI: usize = 2000;
const QUERY: usize = 1000;

pub(super) fn create_assistant(
    caller: &Caller,
    request: wire::CreateAssistantRequest,
) -> Result<create_assistant::Command, Refusal> {
    let mut fields = Fields::new();
    let request_id = fields.request_id("request_id", &request.request_id);
    let assistant = fields.present("assistant", request.assistant);
    let settings = assistant.and_then(|assistant| settings(&mut fields, assistant));
    let (request_id, settings) = fields.all((request_id, settings))?;
    let key = key(caller, "CreateAssistant", request_id)?;
    Ok(create_assistant::Command { key, actor: actor(caller), settings })
}

fn settings(fields: &mut Fields, assistant: wire::Assistant) -> Option<AssistantSettings> {
    let name = fields.name("assistant.name", &assistant.name, NAME);
    let instructions = fields.text("assistant.instructions", &assistant.instructions, 0..=INSTRUCTIONS);
    let handoff = handoff(fields, assistant.handoff.unwrap_or_default());
    Some(AssistantSettings { name: name?, instructions: instructions?, handoff: handoff? })
}

fn handoff(fields: &mut Fields, action: wire::HandoffAction) -> Option<HandoffAction> {
    let when_to_use = fields.text("assistant.handoff.when_to_use", &action.when_to_use, 0..=WHEN_TO_USE);
    let after = fields.within("assistant.handoff.after_no_answers", action.after_no_answers.into(), 0..=10);
    let phrases = phrases(fields, &action.phrases);
    Some(HandoffAction {
        enabled: action.enabled,
        when_to_use: when_to_use?,
        phrases: phrases?,
        after_no_answers: u8::try_from(after?).ok()?,
    })
}

fn phrases(fields: &mut Fields, given: &[String]) -> Option<Vec<String>> {
    if given.len() > PHRASES {
        fields.fault("assistant.handoff.phrases", format_args!("must be at most {PHRASES}"));
        return None;
    }
    let mut read = |(n, phrase): (usize, &String)| {
        let field = format!("assistant.handoff.phrases[{n}]");
        let phrase = fields.name(&field, phrase, PHRASE)?;
        if words(&phrase).is_empty() {
            fields.fault(&field, "must have a letter or a digit");
            return None;
        }
        Some(phrase)
    };
    // Every phrase is read before the first fault ends it.
    let all: Vec<Option<String>> = given.iter().enumerate().map(&mut read).collect();
    all.into_iter().collect()
}

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

pub(super) fn assistant(assistant: Assistant) -> wire::Assistant {
    let AssistantSettings { name, instructions, handoff } = assistant.settings;
    wire::Assistant {
        id: assistant.id.to_string(),
        name,
        instructions,
        handoff: Some(wire::HandoffAction {
            enabled: handoff.enabled,
            when_to_use: handoff.when_to_use,
            phrases: handoff.phrases,
            after_no_answers: handoff.after_no_answers.into(),
        }),
        widget_key: assistant.widget_key,
        create_time: Some(timestamp(assistant.created_at)),
        revision: assistant.revision,
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
