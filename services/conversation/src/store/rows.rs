//! Rows to domain and back. A row that cannot be what it says fails with its address; nothing is guessed.

use baton_kit::{data::StoreError, life::ids::WorkspaceId};
use jiff::Timestamp;
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use super::entity::{conversation, handoff, head, message, note};
use crate::domain::{
    conversation::{Control, Conversation, Priority, PrioritySource, Status},
    handoff::{Handoff, HandoffReason, HandoffState, Promise},
    ids::{AssistantId, ContactId, ConversationId, HandoffId, MemberId, MessageId, NoteId, TeamId},
    message::{Actor, Author, Message, Notice},
    note::Note,
};

/// `DeliveryState` of the contract: stored by Baton, where the widget channel stops.
const ACCEPTED: i32 = 1;

pub(super) fn broken(table: &str, id: Uuid, what: impl std::fmt::Display) -> StoreError {
    StoreError::Broken(format!("{table} {id}: {what}"))
}

pub(super) fn number<T: TryFrom<i32>>(
    table: &str,
    id: Uuid,
    column: &str,
    value: i32,
) -> Result<T, StoreError> {
    T::try_from(value).map_err(|_| broken(table, id, format_args!("{column} is {value}")))
}

pub(super) fn time(table: &str, id: Uuid, micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros).map_err(|error| broken(table, id, error))
}

/// A conversation from its three rows.
pub(super) fn conversation(
    row: conversation::Model,
    head: head::Model,
    last: Option<handoff::Model>,
) -> Result<Conversation, StoreError> {
    let at = |micros| time("conversations", row.id, micros);
    let priority =
        row.priority.map(|value| number("conversations", row.id, "priority", value)).transpose()?;
    let source = row
        .priority_source
        .map(|value| number("conversations", row.id, "priority_source", value))
        .transpose()?;
    Ok(Conversation {
        id: ConversationId::from_uuid(row.id),
        workspace: WorkspaceId::from_uuid(row.workspace_id),
        assistant: AssistantId::from_uuid(row.assistant_id),
        contact: ContactId::from_uuid(row.contact_id),
        channel: row.channel.clone(),
        external_id: row.external_id.clone(),
        origin: row.origin.clone(),
        status: number::<Status>("conversations", row.id, "status", head.status)?,
        control: number::<Control>("conversations", row.id, "control", head.control)?,
        control_epoch: head.control_epoch,
        assignment_version: head.assignment_version,
        assignee: head.assignee_id.map(MemberId::from_uuid),
        last_assignee: row.last_assignee_id.map(MemberId::from_uuid),
        team: row.team_id.map(TeamId::from_uuid),
        priority: priority
            .zip(source)
            .map(|(priority, source): (Priority, PrioritySource)| (priority, source)),
        priority_reason: row.priority_reason,
        priority_said_at: row.priority_said_at.map(at).transpose()?,
        snoozed_until: row.snoozed_until.map(at).transpose()?,
        instruction: row.instruction,
        handoff: last.map(handoff).transpose()?,
        last_sequence: head.last_sequence,
        revision: head.revision,
        last_member_sequence: head.last_member_sequence,
        last_visitor_sequence: head.last_visitor_sequence,
        answered_sequence: head.answered_sequence,
        ai_since_sequence: head.ai_since_sequence,
        created_at: at(row.created_at)?,
        last_activity_at: at(head.last_activity_at)?,
    })
}

fn handoff(row: handoff::Model) -> Result<Handoff, StoreError> {
    let id = row.id;
    let when = |micros: Option<i64>| micros.map(|micros| time("handoffs", id, micros)).transpose();
    let cause = row.return_cause.map(|value| number("handoffs", id, "return_cause", value)).transpose()?;
    let asked = row.assigned_by.map(|value| number("handoffs", id, "assigned_by", value)).transpose()?;
    let promise_by = when(row.promise_by)?;
    let outside_hours = row.promise_outside_hours.unwrap_or_default();
    Ok(Handoff {
        id: HandoffId::from_uuid(row.id),
        state: number::<HandoffState>("handoffs", row.id, "state", row.state)?,
        reason: number::<HandoffReason>("handoffs", row.id, "reason", row.reason)?,
        previous: row.previous_id.map(HandoffId::from_uuid),
        created_at: time("handoffs", row.id, row.created_at)?,
        waiting_since: time("handoffs", row.id, row.waiting_since)?,
        closed_at: when(row.closed_at)?,
        return_cause: cause,
        made_at_sequence: row.made_at_sequence,
        assigned_by: asked,
        promise: row.promise_text.map(|text| Promise { by: promise_by, text, outside_hours }),
        fallback_promised_at: when(row.fallback_promised_at)?,
        alarmed_at: when(row.alarmed_at)?,
    })
}

/// A note from its row.
pub(super) fn note(row: note::Model) -> Result<Note, StoreError> {
    Ok(Note {
        id: NoteId::from_uuid(row.id),
        conversation: ConversationId::from_uuid(row.conversation_id),
        after_sequence: row.after_sequence,
        revision: row.revision,
        author: MemberId::from_uuid(row.author_id),
        created_at: time("notes", row.id, row.created_at)?,
        text: row.body,
    })
}

/// A message from its row.
pub(super) fn message(row: message::Model) -> Result<Message, StoreError> {
    let notice = row.notice.map(|value| number::<Notice>("messages", row.id, "notice", value)).transpose()?;
    let sources = row.sources.as_deref().map(serde_json::from_str).transpose();
    Ok(Message {
        id: MessageId::from_uuid(row.id),
        conversation: ConversationId::from_uuid(row.conversation_id),
        sequence: row.sequence,
        revision: row.revision,
        author: author(row.author_kind, row.author_id)
            .ok_or_else(|| broken("messages", row.id, "author_kind"))?,
        text: row.body,
        client_message_id: row.client_message_id,
        control_epoch: row.control_epoch,
        notice,
        sources: sources.map_err(|error| broken("messages", row.id, error))?.unwrap_or_default(),
        created_at: time("messages", row.id, row.created_at)?,
    })
}

fn author(kind: i32, id: Uuid) -> Option<Author> {
    Some(match kind {
        1 => Author::Visitor(ContactId::from_uuid(id)),
        2 => Author::Ai(AssistantId::from_uuid(id)),
        3 => Author::Member(MemberId::from_uuid(id)),
        4 => Author::System,
        _ => return None,
    })
}

/// An author as two columns; a notice has the nil id.
pub(super) fn author_columns(author: Author) -> (i32, Uuid) {
    match author {
        Author::Visitor(id) => (1, id.uuid()),
        Author::Ai(id) => (2, id.uuid()),
        Author::Member(id) => (3, id.uuid()),
        Author::System => (4, Uuid::nil()),
    }
}

/// An actor as two columns of a fact.
pub(super) fn actor_columns(actor: Actor) -> (i32, Option<Uuid>) {
    match actor {
        Actor::Visitor(id) => (1, Some(id.uuid())),
        Actor::Member(id) => (2, Some(id.uuid())),
        Actor::Assistant(id) => (3, Some(id.uuid())),
        Actor::ApiKey(id) => (4, Some(id.uuid())),
        Actor::System => (5, None),
    }
}

/// The actor a fact names; `None` for a kind of a newer version.
pub(super) fn actor(kind: i32, id: Option<Uuid>) -> Option<Actor> {
    Some(match (kind, id) {
        (1, Some(id)) => Actor::Visitor(ContactId::from_uuid(id)),
        (2, Some(id)) => Actor::Member(MemberId::from_uuid(id)),
        (3, Some(id)) => Actor::Assistant(AssistantId::from_uuid(id)),
        (4, Some(id)) => Actor::ApiKey(crate::domain::ids::KeyId::from_uuid(id)),
        (5, _) => Actor::System,
        _ => return None,
    })
}

/// The row of a new message.
///
/// # Errors
/// If the sources cannot be written.
pub(super) fn message_row(
    workspace: WorkspaceId,
    message: &Message,
) -> Result<message::ActiveModel, StoreError> {
    let (author_kind, author_id) = author_columns(message.author);
    let sources = if message.sources.is_empty() { None } else { Some(&message.sources) };
    let sources = sources.map(serde_json::to_string).transpose();
    Ok(message::ActiveModel {
        id: Set(message.id.uuid()),
        workspace_id: Set(workspace.uuid()),
        conversation_id: Set(message.conversation.uuid()),
        sequence: Set(message.sequence),
        revision: Set(message.revision),
        author_kind: Set(author_kind),
        author_id: Set(author_id),
        client_message_id: Set(message.client_message_id.clone()),
        body: Set(message.text.clone()),
        control_epoch: Set(message.control_epoch),
        notice: Set(message.notice.map(|notice| notice as i32)),
        sources: Set(sources.map_err(|error| broken("messages", message.id.uuid(), error))?),
        external_id: Set(None),
        delivery_state: Set(ACCEPTED),
        created_at: Set(message.created_at.as_microsecond()),
    })
}

/// The row of a conversation without its counters.
pub(super) fn conversation_row(it: &Conversation) -> conversation::ActiveModel {
    conversation::ActiveModel {
        id: Set(it.id.uuid()),
        workspace_id: Set(it.workspace.uuid()),
        assistant_id: Set(it.assistant.uuid()),
        contact_id: Set(it.contact.uuid()),
        channel: Set(it.channel.clone()),
        external_id: Set(it.external_id.clone()),
        origin: Set(it.origin.clone()),
        status: Set(it.status as i32),
        control: Set(it.control as i32),
        assignee_id: Set(it.assignee.map(MemberId::uuid)),
        last_assignee_id: Set(it.last_assignee.map(MemberId::uuid)),
        team_id: Set(it.team.map(TeamId::uuid)),
        priority: Set(it.priority.map(|(priority, _)| priority as i32)),
        priority_source: Set(it.priority.map(|(_, source)| source as i32)),
        priority_reason: Set(it.priority_reason.clone()),
        priority_said_at: Set(it.priority_said_at.map(Timestamp::as_microsecond)),
        snoozed_until: Set(it.snoozed_until.map(Timestamp::as_microsecond)),
        instruction: Set(it.instruction.clone()),
        handoff_id: Set(it.handoff.as_ref().map(|handoff| handoff.id.uuid())),
        open_handoff_id: Set(it.open_handoff().map(|handoff| handoff.id.uuid())),
        created_at: Set(it.created_at.as_microsecond()),
    }
}

/// The row of counters and guards.
pub(super) fn head_row(it: &Conversation) -> head::ActiveModel {
    head::ActiveModel {
        conversation_id: Set(it.id.uuid()),
        workspace_id: Set(it.workspace.uuid()),
        contact_id: Set(it.contact.uuid()),
        assistant_id: Set(it.assistant.uuid()),
        status: Set(it.status as i32),
        control: Set(it.control as i32),
        control_epoch: Set(it.control_epoch),
        assignment_version: Set(it.assignment_version),
        assignee_id: Set(it.assignee.map(MemberId::uuid)),
        last_sequence: Set(it.last_sequence),
        revision: Set(it.revision),
        last_member_sequence: Set(it.last_member_sequence),
        last_visitor_sequence: Set(it.last_visitor_sequence),
        answered_sequence: Set(it.answered_sequence),
        ai_since_sequence: Set(it.ai_since_sequence),
        last_activity_at: Set(it.last_activity_at.as_microsecond()),
    }
}

/// The row of a handoff.
pub(super) fn handoff_row(it: &Conversation, handoff: &Handoff) -> handoff::ActiveModel {
    let promise = handoff.promise.as_ref();
    handoff::ActiveModel {
        id: Set(handoff.id.uuid()),
        workspace_id: Set(it.workspace.uuid()),
        conversation_id: Set(it.id.uuid()),
        state: Set(handoff.state as i32),
        reason: Set(handoff.reason as i32),
        previous_id: Set(handoff.previous.map(HandoffId::uuid)),
        created_at: Set(handoff.created_at.as_microsecond()),
        waiting_since: Set(handoff.waiting_since.as_microsecond()),
        closed_at: Set(handoff.closed_at.map(Timestamp::as_microsecond)),
        return_cause: Set(handoff.return_cause.map(|cause| cause as i32)),
        made_at_sequence: Set(handoff.made_at_sequence),
        assigned_by: Set(handoff.assigned_by.map(|by| by as i32)),
        promise_text: Set(promise.map(|promise| promise.text.clone())),
        promise_by: Set(promise.and_then(|promise| promise.by).map(Timestamp::as_microsecond)),
        promise_outside_hours: Set(promise.map(|promise| promise.outside_hours)),
        fallback_promised_at: Set(handoff.fallback_promised_at.map(Timestamp::as_microsecond)),
        alarmed_at: Set(handoff.alarmed_at.map(Timestamp::as_microsecond)),
    }
}
