//! What comes down the inbox's stream.

use baton_proto::{
    common::v1 as common,
    conversation::v1::{self as wire, activity::What, event::Subject},
    internal::conversation::v1::{TailActivity, TailEvent},
    notification::v1 as notification,
};
use bytes::Bytes;

use super::{Brief, ConversationState, Message, Note, Notice};
use crate::{
    http::{
        convert::{some, time},
        widget::Delta,
        words::{ActivityKind, ActorKind, EventKind},
    },
    live,
};

/// An item of the stream, by its SSE event: `event`, `activity` or `notice`.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
#[serde(untagged)]
pub(in crate::http::inbox) enum InboxItem {
    /// `event`.
    Event(Box<InboxEvent>),
    /// `activity`.
    Activity(Activity),
    /// `notice`.
    Notice(Notice),
}

/// One change of one conversation: what it is about, or the state after it.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(in crate::http::inbox) struct InboxEvent {
    /// `evt_…`; the same on every delivery.
    id: String,
    /// What happened.
    kind: EventKind,
    /// Where.
    conversation_id: String,
    /// Apply it only if it is above what you hold.
    revision: i64,
    /// Who did it.
    actor: Option<Actor>,
    /// When, RFC 3339.
    create_time: Option<String>,
    /// With `message_posted`.
    message: Option<Message>,
    /// With `note_changed`.
    note: Option<Note>,
    /// With `brief_attached`.
    brief: Option<Brief>,
    /// With `read_marked`.
    read_mark: Option<ReadMark>,
    /// With every other kind.
    state: Option<ConversationState>,
}

/// Who did something.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(in crate::http::inbox) struct Actor {
    /// What kind of principal.
    kind: ActorKind,
    /// The contact, member, assistant or key.
    id: Option<String>,
}

/// How far somebody has read.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(in crate::http::inbox) struct ReadMark {
    /// The contact or the member.
    reader: Option<Actor>,
    /// Everything up to this sequence was read.
    sequence: i64,
    /// When it was said, RFC 3339.
    update_time: Option<String>,
}

/// Something that is seen now or never. One of the two.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(in crate::http::inbox) struct Activity {
    /// `conv_…`.
    conversation_id: String,
    /// Somebody writes or looks; over if it is not repeated for 6 s.
    presence: Option<Presence>,
    /// The assistant's answer as it grows.
    delta: Option<Delta>,
}

/// Somebody writes or looks.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(in crate::http::inbox) struct Presence {
    /// Who.
    actor: Option<Actor>,
    /// What.
    kind: ActivityKind,
}

impl From<wire::Event> for InboxEvent {
    fn from(event: wire::Event) -> Self {
        let mut told = Self {
            id: event.id,
            kind: event.kind.into(),
            conversation_id: event.conversation_id,
            revision: event.revision,
            actor: event.actor.map(Actor::from),
            create_time: time(event.create_time),
            message: None,
            note: None,
            brief: None,
            read_mark: None,
            state: None,
        };
        match event.subject {
            Some(Subject::Message(message)) => told.message = Some(message.into()),
            Some(Subject::Note(note)) => told.note = Some(note.into()),
            Some(Subject::Brief(brief)) => told.brief = Some(brief.into()),
            Some(Subject::ReadMark(mark)) => told.read_mark = Some(mark.into()),
            Some(Subject::State(state)) => told.state = Some(state.into()),
            None => {}
        }
        told
    }
}

impl From<common::Actor> for Actor {
    fn from(actor: common::Actor) -> Self {
        Self { kind: actor.kind.into(), id: some(actor.id) }
    }
}

impl From<wire::ReadMark> for ReadMark {
    fn from(mark: wire::ReadMark) -> Self {
        Self {
            reader: mark.reader.map(Actor::from),
            sequence: mark.sequence,
            update_time: time(mark.update_time),
        }
    }
}

impl From<wire::Activity> for Activity {
    fn from(activity: wire::Activity) -> Self {
        let conversation_id = activity.conversation_id;
        let (presence, delta) = match activity.what {
            Some(What::Presence(presence)) => (Some(presence.into()), None),
            Some(What::Delta(delta)) => (None, Some(Delta::of(&conversation_id, delta))),
            None => (None, None),
        };
        Self { conversation_id, presence, delta }
    }
}

impl From<wire::Presence> for Presence {
    fn from(presence: wire::Presence) -> Self {
        Self { actor: presence.actor.map(Actor::from), kind: presence.kind.into() }
    }
}

impl InboxItem {
    /// Plain structs, which always serialise.
    fn frame(&self, token: Option<&str>) -> Option<Bytes> {
        let name = match self {
            Self::Event(_) => "event",
            Self::Activity(_) => "activity",
            Self::Notice(_) => "notice",
        };
        Some(live::frame(name, token, &serde_json::to_string(self).ok()?))
    }
}

/// A change as it goes to the staff.
pub(crate) fn frame(token: &str, event: &TailEvent) -> Option<Bytes> {
    InboxItem::Event(Box::new(event.staff.clone()?.into())).frame(Some(token))
}

/// What is seen now or never as it goes to the staff. Without a place: it cannot be come back to.
pub(crate) fn activity_frame(activity: &TailActivity) -> Option<Bytes> {
    let staff = activity.staff.clone().filter(|staff| staff.what.is_some())?;
    InboxItem::Activity(staff.into()).frame(None)
}

/// A notice as it goes to its member. Without a place: who was not there lists it.
pub(crate) fn notice_frame(notice: notification::Notice) -> Option<Bytes> {
    InboxItem::Notice(notice.into()).frame(None)
}
