//! What a visitor sees. Types of their own: what is not here cannot leak.

use baton_proto::{
    conversation::v1 as staff,
    internal::conversation::v1::{self as wire, TailEvent, visitor_item::Item},
};
use bytes::Bytes;

use super::super::{
    convert::{some, time, word},
    words::{AuthorKind, Control, Status, SystemNotice},
};
use crate::live;

/// A conversation as its visitor sees it.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(super) struct WidgetConversation {
    /// `conv_…`.
    id: String,
    /// Who answers.
    control: Control,
    /// Rises with every change of control; drop partial answers of an older one.
    control_epoch: i64,
    /// True if it is over.
    resolved: bool,
    /// The sequence of the last message.
    last_sequence: i64,
    /// Rises with every change; keep the highest you saw.
    revision: i64,
}

/// A message as its visitor sees it.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(super) struct WidgetMessage {
    /// `msg_…`.
    id: String,
    /// Its place in the thread: 1, 2, 3 … without a gap.
    sequence: i64,
    /// Who wrote it.
    author_kind: AuthorKind,
    /// Plain text with a small safe Markdown; never HTML.
    text: String,
    /// The visitor's own id of it.
    client_message_id: Option<String>,
    /// What a system message says.
    system_notice: Option<SystemNotice>,
    /// What an AI answer rests on.
    sources: Vec<Source>,
    /// When it was accepted, RFC 3339.
    create_time: Option<String>,
}

/// What an AI answer rests on.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Source {
    /// `doc_…`.
    pub(crate) document_id: String,
    /// Its title.
    pub(crate) title: String,
    /// Where it can be read.
    pub(crate) uri: Option<String>,
}

impl From<staff::Source> for Source {
    fn from(source: staff::Source) -> Self {
        Self { document_id: source.document_id, title: source.title, uri: some(source.uri) }
    }
}

impl From<wire::VisitorConversation> for WidgetConversation {
    fn from(conversation: wire::VisitorConversation) -> Self {
        Self {
            id: conversation.id,
            control: conversation.control.into(),
            control_epoch: conversation.control_epoch,
            resolved: conversation.resolved,
            last_sequence: conversation.last_sequence,
            revision: conversation.revision,
        }
    }
}

impl From<staff::Conversation> for WidgetConversation {
    fn from(conversation: staff::Conversation) -> Self {
        Self {
            id: conversation.id,
            control: conversation.control.into(),
            control_epoch: conversation.control_epoch,
            resolved: Status::from(conversation.status) == Status::Resolved,
            last_sequence: conversation.last_sequence,
            revision: conversation.revision,
        }
    }
}

impl From<wire::VisitorMessage> for WidgetMessage {
    fn from(message: wire::VisitorMessage) -> Self {
        Self {
            id: message.id,
            sequence: message.sequence,
            author_kind: message.author_kind.into(),
            text: message.text,
            client_message_id: some(message.client_message_id),
            system_notice: word(message.system_notice),
            sources: message.sources.into_iter().map(Source::from).collect(),
            create_time: time(message.create_time),
        }
    }
}

impl From<staff::Message> for WidgetMessage {
    fn from(message: staff::Message) -> Self {
        Self {
            id: message.id,
            sequence: message.sequence,
            author_kind: message.author_kind.into(),
            text: message.text,
            client_message_id: some(message.client_message_id),
            system_notice: word(message.system_notice),
            sources: message.sources.into_iter().map(Source::from).collect(),
            create_time: time(message.create_time),
        }
    }
}

/// A change as it goes to its visitor; `None` if it is not theirs to see.
pub(crate) fn frame(token: &str, event: &TailEvent) -> Option<Bytes> {
    let (name, data) = match event.visitor.as_ref()?.item.clone()? {
        Item::Message(message) => ("message", serde_json::to_string(&WidgetMessage::from(message))),
        Item::Conversation(conversation) => {
            ("conversation", serde_json::to_string(&WidgetConversation::from(conversation)))
        }
    };
    // Both are plain structs, which always serialise.
    Some(live::frame(name, Some(token), &data.ok()?))
}
