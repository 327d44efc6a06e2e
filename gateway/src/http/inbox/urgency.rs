//! When a conversation is worked on: its priority, and putting it off.

use baton_proto::conversation::v1::{SetPriorityRequest, SnoozeConversationRequest};

use super::{
    super::{
        answers::{Answer, shown},
        body::Body,
        clients::Desk,
        convert::instant,
        params::Id,
        words::Priority,
    },
    view::Conversation,
};

/// How urgent.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetPriority {
    /// Absent to clear it.
    priority: Option<Priority>,
    /// Why; at most 500 bytes, and only with a priority.
    reason: Option<String>,
}

/// Until when.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Snooze {
    /// When it wakes by itself, RFC 3339, at most 366 days ahead; absent for only by hand or by the visitor.
    until_time: Option<String>,
    /// Refuse if the assignment version is another one.
    expected_assignment_version: Option<i64>,
}

/// Sets or clears the priority. It stands above what the assistant thinks.
#[utoipa::path(put, path = "/v1/inbox/conversations/{id}/priority", operation_id = "setPriority", tag = "inbox", request_body = SetPriority,
    responses((status = 200, body = Conversation)))]
pub(super) async fn set_priority(
    Desk(desk): Desk,
    Id(conversation_id): Id,
    Body(body): Body<SetPriority>,
) -> Answer<Conversation> {
    let priority = body.priority.map(i32::from).unwrap_or_default();
    let request = SetPriorityRequest { conversation_id, priority, reason: body.reason.unwrap_or_default() };
    shown(desk.conversations().set_priority(request).await?)
}

/// Puts a conversation off. A visitor's message wakes it.
#[utoipa::path(post, path = "/v1/inbox/conversations/{id}/snooze", operation_id = "snooze", tag = "inbox", request_body = Snooze,
    responses((status = 200, body = Conversation)))]
pub(super) async fn snooze(
    Desk(desk): Desk,
    Id(conversation_id): Id,
    Body(body): Body<Snooze>,
) -> Answer<Conversation> {
    let request = SnoozeConversationRequest {
        conversation_id,
        until_time: instant("until_time", body.until_time)?,
        expected_assignment_version: body.expected_assignment_version.unwrap_or_default(),
    };
    shown(desk.conversations().snooze_conversation(request).await?)
}
