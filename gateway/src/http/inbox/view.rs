//! What the staff sees of conversations.

use baton_proto::{
    conversation::v1::{self as wire, event::Subject},
    internal::conversation::v1::TailEvent,
};
use bytes::Bytes;

use super::super::{
    convert::{some, time, word},
    widget::Source,
    words::{
        ActorKind, AuthorKind, Control, DeliveryState, EventKind, HandoffReason, HandoffState, Priority,
        PrioritySource, Status, SystemNotice,
    },
};
use crate::live;

/// A thread between one contact and the business.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(super) struct Conversation {
    /// `conv_…`.
    id: String,
    /// `asst_…`.
    assistant_id: String,
    /// `cont_…`.
    contact_id: String,
    /// `web` for the widget.
    channel: String,
    /// The channel's own id of the thread.
    external_id: Option<String>,
    /// What made it: `widget`, `api`.
    origin: String,
    /// Where it stands.
    status: Status,
    /// Who may speak for the business.
    control: Control,
    /// Rises with every change of control.
    control_epoch: i64,
    /// Give it back as `expected_assignment_version`.
    assignment_version: i64,
    /// The member responsible, `mem_…`.
    assignee_id: Option<String>,
    /// The last member who was.
    last_assignee_id: Option<String>,
    /// `team_…`.
    team_id: Option<String>,
    /// How urgent; absent if nobody said.
    priority: Option<Priority>,
    /// Who said so.
    priority_source: Option<PrioritySource>,
    /// True exactly while control is `waiting`.
    needs_agent_intervention: bool,
    /// The open handoff, or the last one.
    handoff: Option<Handoff>,
    /// The sequence of the last message.
    last_sequence: i64,
    /// Rises with every change.
    revision: i64,
    /// When it began, RFC 3339.
    create_time: Option<String>,
    /// When the last message was accepted, RFC 3339.
    last_activity_time: Option<String>,
}

/// One passage from AI to people.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(super) struct Handoff {
    /// `hand_…`.
    id: String,
    /// Where it stands.
    state: HandoffState,
    /// Why it was made.
    reason: HandoffReason,
    /// The handoff it continues.
    previous_handoff_id: Option<String>,
    /// When it was asked for, RFC 3339.
    create_time: Option<String>,
    /// When it was closed, RFC 3339.
    close_time: Option<String>,
}

/// A message as the staff sees it.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(super) struct Message {
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

/// One change of one conversation: a message, a note, or the state after it.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(super) struct InboxEvent {
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
    /// With every other kind.
    state: Option<ConversationState>,
}

/// What the staff wrote for the staff.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(super) struct Note {
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

/// Who did something.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(super) struct Actor {
    /// What kind of principal.
    kind: ActorKind,
    /// The contact, member, assistant or key.
    id: Option<String>,
}

/// The state of a conversation at one revision, without any text.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(super) struct ConversationState {
    /// `asst_…`.
    assistant_id: String,
    /// `cont_…`.
    contact_id: String,
    /// Where it stands.
    status: Status,
    /// Who may speak.
    control: Control,
    /// The epoch of control.
    control_epoch: i64,
    /// The version of assignment.
    assignment_version: i64,
    /// The member responsible.
    assignee_id: Option<String>,
    /// The team.
    team_id: Option<String>,
    /// How urgent.
    priority: Option<Priority>,
    /// The open handoff, or the one this change closed.
    handoff: Option<Handoff>,
    /// When the visitor began to wait for a person, RFC 3339.
    waiting_since: Option<String>,
}

impl From<wire::Conversation> for Conversation {
    fn from(conversation: wire::Conversation) -> Self {
        Self {
            id: conversation.id,
            assistant_id: conversation.assistant_id,
            contact_id: conversation.contact_id,
            channel: conversation.channel,
            external_id: some(conversation.external_id),
            origin: conversation.origin,
            status: conversation.status.into(),
            control: conversation.control.into(),
            control_epoch: conversation.control_epoch,
            assignment_version: conversation.assignment_version,
            assignee_id: some(conversation.assignee_id),
            last_assignee_id: some(conversation.last_assignee_id),
            team_id: some(conversation.team_id),
            priority: word(conversation.priority),
            priority_source: word(conversation.priority_source),
            needs_agent_intervention: conversation.needs_agent_intervention,
            handoff: conversation.handoff.map(Handoff::from),
            last_sequence: conversation.last_sequence,
            revision: conversation.revision,
            create_time: time(conversation.create_time),
            last_activity_time: time(conversation.last_activity_time),
        }
    }
}

impl From<wire::Handoff> for Handoff {
    fn from(handoff: wire::Handoff) -> Self {
        Self {
            id: handoff.id,
            state: handoff.state.into(),
            reason: handoff.reason.into(),
            previous_handoff_id: some(handoff.previous_handoff_id),
            create_time: time(handoff.create_time),
            close_time: time(handoff.close_time),
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

impl From<wire::Event> for InboxEvent {
    fn from(event: wire::Event) -> Self {
        let (message, note, state) = match event.subject {
            Some(Subject::Message(message)) => (Some(message.into()), None, None),
            Some(Subject::Note(note)) => (None, Some(note.into()), None),
            Some(Subject::State(state)) => (None, None, Some(state.into())),
            None => (None, None, None),
        };
        Self {
            id: event.id,
            kind: event.kind.into(),
            conversation_id: event.conversation_id,
            revision: event.revision,
            actor: event.actor.map(|actor| Actor { kind: actor.kind.into(), id: some(actor.id) }),
            create_time: time(event.create_time),
            message,
            note,
            state,
        }
    }
}

impl From<wire::ConversationState> for ConversationState {
    fn from(state: wire::ConversationState) -> Self {
        Self {
            assistant_id: state.assistant_id,
            contact_id: state.contact_id,
            status: state.status.into(),
            control: state.control.into(),
            control_epoch: state.control_epoch,
            assignment_version: state.assignment_version,
            assignee_id: some(state.assignee_id),
            team_id: some(state.team_id),
            priority: word(state.priority),
            handoff: state.handoff.map(Handoff::from),
            waiting_since: time(state.waiting_since),
        }
    }
}

/// A change as it goes to the staff.
pub(crate) fn frame(token: &str, event: &TailEvent) -> Option<Bytes> {
    let event = InboxEvent::from(event.staff.clone()?);
    // A plain struct, which always serialises.
    let data = serde_json::to_string(&event).ok()?;
    Some(live::frame("event", Some(token), &data))
}
