//! A conversation, as it is read and as its changes tell it.

use baton_proto::conversation::v1 as wire;

use super::{Brief, Handoff};
use crate::http::{
    convert::{some, time, word},
    words::{Control, Priority, PrioritySource, Status},
};

/// A thread between one contact and the business.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(in crate::http::inbox) struct Conversation {
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
    /// Why it is so urgent.
    priority_reason: Option<String>,
    /// While it is snoozed, when it wakes by itself, RFC 3339.
    snoozed_until_time: Option<String>,
    /// What to read before answering; absent until it is made, and in lists.
    brief: Option<Brief>,
}

/// The state of a conversation at one revision, without any text.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(in crate::http::inbox) struct ConversationState {
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
    /// The member responsible before.
    last_assignee_id: Option<String>,
    /// How urgent.
    priority: Option<Priority>,
    /// Who said so.
    priority_source: Option<PrioritySource>,
    /// The open handoff, or the one this change closed.
    handoff: Option<Handoff>,
    /// When the visitor began to wait for a person, RFC 3339.
    waiting_since: Option<String>,
    /// The sequence of the last message.
    last_sequence: i64,
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
            priority_reason: some(conversation.priority_reason),
            snoozed_until_time: time(conversation.snoozed_until_time),
            brief: conversation.brief.map(Brief::from),
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
            last_assignee_id: some(state.last_assignee_id),
            priority: word(state.priority),
            priority_source: word(state.priority_source),
            handoff: state.handoff.map(Handoff::from),
            waiting_since: time(state.waiting_since),
            last_sequence: state.last_sequence,
        }
    }
}
