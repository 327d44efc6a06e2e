//! What stands in a thread: messages, and the notes between them.

use baton_proto::conversation::v1 as wire;

use crate::http::{
    convert::{some, time, word},
    widget::Source,
    words::{AuthorKind, DeliveryState, SystemNotice},
};

/// A message as the staff sees it.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(in crate::http::inbox) struct Message {
    /// `msg_…`.
    id: String,
    /// `conv_…`.
    conversation_id: String,
    /// 1, 2, 3 … without a gap in each conversation.
    sequence: i64,
    /// The revision of the conversation that it made.
    revision: i64,
    /// Who wrote it.
    author_kind: AuthorKind,
    /// The contact, member or assistant.
    author_id: Option<String>,
    /// Plain text with a small safe Markdown; never HTML.
    text: String,
    /// The sender's own id of it.
    client_message_id: Option<String>,
    /// The epoch of control it was written under.
    control_epoch: i64,
    /// What a system message says.
    system_notice: Option<SystemNotice>,
    /// What an AI answer rests on.
    sources: Vec<Source>,
    /// How far it got on its channel.
    delivery_state: DeliveryState,
    /// When it was accepted, RFC 3339.
    create_time: Option<String>,
    /// The channel's own id of it.
    external_id: Option<String>,
}

/// What the staff wrote for the staff.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(in crate::http::inbox) struct Note {
    /// `note_…`.
    id: String,
    /// `conv_…`.
    conversation_id: String,
    /// It stands after the message with this sequence.
    after_sequence: i64,
    /// The revision of the conversation that it made.
    revision: i64,
    /// The member who wrote it, `mem_…`.
    author_id: String,
    /// Plain text with a small safe Markdown; never HTML.
    text: String,
    /// When it was left, RFC 3339.
    create_time: Option<String>,
}

impl From<wire::Note> for Note {
    fn from(note: wire::Note) -> Self {
        Self {
            id: note.id,
            conversation_id: note.conversation_id,
            after_sequence: note.after_sequence,
            revision: note.revision,
            author_id: note.author_id,
            text: note.text,
            create_time: time(note.create_time),
        }
    }
}

impl From<wire::Message> for Message {
    fn from(message: wire::Message) -> Self {
        Self {
            id: message.id,
            conversation_id: message.conversation_id,
            sequence: message.sequence,
            revision: message.revision,
            author_kind: message.author_kind.into(),
            author_id: some(message.author_id),
            text: message.text,
            client_message_id: some(message.client_message_id),
            control_epoch: message.control_epoch,
            system_notice: word(message.system_notice),
            sources: message.sources.into_iter().map(Source::from).collect(),
            delivery_state: message.delivery_state.into(),
            create_time: time(message.create_time),
            external_id: some(message.external_id),
        }
    }
}
