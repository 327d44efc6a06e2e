//! What a visitor sees. Types of their own: what is not here cannot leak.

use baton_proto::{
    conversation::v1 as staff,
    internal::conversation::v1::{
        self as wire, TailActivity, TailEvent, visitor_activity::What, visitor_item::Item,
    },
};
use bytes::Bytes;

use super::super::{
    convert::{some, time, word},
    words::{AuthorKind, Control, Status, SystemNotice},
};
use crate::live;

/// An item of the stream, by its SSE event: `message`, `conversation`, `typing` or `delta`.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
#[serde(untagged)]
pub(super) enum WidgetItem {
    /// `message`.
    Message(WidgetMessage),
    /// `conversation`.
    Conversation(WidgetConversation),
    /// `typing`.
    Typing(Typing),
    /// `delta`.
    Delta(Delta),
}

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
    /// While a person is waited for, when somebody answers; absent until it is known.
    promise: Option<Promise>,
    /// True if the answer was promised by e-mail.
    answer_by_email: bool,
    /// True while nobody works, nobody took it and no e-mail address is known. In the thread and on the stream only.
    email_wanted: Option<bool>,
    /// While a person has it, their name. In the thread and on the stream only.
    assignee_name: Option<String>,
}

/// What the visitor is told about when somebody answers.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Promise {
    /// When somebody will have answered, RFC 3339; absent if only the text says it.
    promised_by_time: Option<String>,
    /// What the visitor reads.
    text: String,
    /// True if nobody works at the moment.
    outside_hours: bool,
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
    /// The name of the assistant or the member who wrote it. In the thread and on the stream only.
    author_name: Option<String>,
}

/// What an AI answer rests on.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Source {
    /// `doc_…`.
    document_id: String,
    /// Its title.
    title: String,
    /// Where it can be read.
    uri: Option<String>,
}

/// Whether somebody of the staff writes. Seen now or never; over if it is not repeated for 6 s.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(super) struct Typing {
    /// `conv_…`.
    conversation_id: String,
    /// True while somebody writes.
    staff_typing: bool,
}

/// A piece of an answer that is being made. Seen now or never; the answer itself comes as a message and replaces all of it.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Delta {
    /// `conv_…`.
    conversation_id: String,
    /// The epoch of control it is made under; drop it below the highest you saw.
    control_epoch: i64,
    /// The turn; a newer one replaces what an older one showed.
    turn_id: String,
    /// Where the text stands in the answer, in bytes of UTF-8; 0 begins it anew.
    offset: i64,
    /// The text.
    text: String,
}

impl Delta {
    /// A piece in its conversation.
    pub(crate) fn of(conversation_id: &str, delta: staff::AnswerDelta) -> Self {
        Self {
            conversation_id: conversation_id.to_owned(),
            control_epoch: delta.control_epoch,
            turn_id: delta.turn_id,
            offset: delta.offset,
            text: delta.text,
        }
    }
}

impl From<staff::Source> for Source {
    fn from(source: staff::Source) -> Self {
        Self { document_id: source.document_id, title: source.title, uri: some(source.uri) }
    }
}

impl From<staff::ReplyPromise> for Promise {
    fn from(promise: staff::ReplyPromise) -> Self {
        Self {
            promised_by_time: time(promise.promised_by_time),
            text: promise.text,
            outside_hours: promise.outside_hours,
        }
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
            promise: conversation.promise.map(Promise::from),
            answer_by_email: conversation.answer_by_email,
            email_wanted: Some(conversation.email_wanted),
            assignee_name: some(conversation.assignee_name),
        }
    }
}

/// What commands answer with, for visitors: the handoff counts only while it is waited for.
impl From<staff::Conversation> for WidgetConversation {
    fn from(conversation: staff::Conversation) -> Self {
        let awaited = conversation.handoff.filter(|_| conversation.needs_agent_intervention);
        let by_email = awaited.as_ref().is_some_and(|handoff| handoff.fallback_promised_time.is_some());
        Self {
            id: conversation.id,
            control: conversation.control.into(),
            control_epoch: conversation.control_epoch,
            resolved: Status::from(conversation.status) == Status::Resolved,
            last_sequence: conversation.last_sequence,
            revision: conversation.revision,
            promise: awaited.and_then(|handoff| handoff.promise).map(Promise::from),
            answer_by_email: by_email,
            email_wanted: None,
            assignee_name: None,
        }
    }
}

macro_rules! message_of {
    ($($wire:ty, by $author:expr;)+) => { $(
        impl From<$wire> for WidgetMessage {
            fn from(message: $wire) -> Self {
                let author: fn(&$wire) -> Option<String> = $author;
                Self {
                    author_name: author(&message),
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
    )+ };
}

// From threads and streams as conversation shows them to visitors, and from the answer to a visitor's own message.
message_of! {
    wire::VisitorMessage, by |message| some(message.author_name.clone());
    staff::Message, by |_| None;
}

impl WidgetItem {
    /// Plain structs, which always serialise.
    fn frame(&self, token: Option<&str>) -> Option<Bytes> {
        let name = match self {
            Self::Message(_) => "message",
            Self::Conversation(_) => "conversation",
            Self::Typing(_) => "typing",
            Self::Delta(_) => "delta",
        };
        Some(live::frame(name, token, &serde_json::to_string(self).ok()?))
    }
}

/// A change as it goes to its visitor; `None` if it is not theirs to see.
pub(crate) fn frame(token: &str, event: &TailEvent) -> Option<Bytes> {
    let item = match event.visitor.as_ref()?.item.clone()? {
        Item::Message(message) => WidgetItem::Message(message.into()),
        Item::Conversation(conversation) => WidgetItem::Conversation(conversation.into()),
    };
    item.frame(Some(token))
}

/// What is seen now or never as it goes to its visitor. Without a place: it cannot be come back to.
pub(crate) fn activity_frame(activity: &TailActivity) -> Option<Bytes> {
    let wire::VisitorActivity { conversation_id, what } = activity.visitor.clone()?;
    let item = match what? {
        What::StaffTyping(staff_typing) => WidgetItem::Typing(Typing { conversation_id, staff_typing }),
        What::Delta(delta) => WidgetItem::Delta(Delta::of(&conversation_id, delta)),
    };
    item.frame(None)
}
