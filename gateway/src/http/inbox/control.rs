//! Who has a conversation, by commands that need nothing but what the caller saw; and handing back, which may say what to do.

use baton_proto::conversation::v1::{
    HandBackRequest, ReopenConversationRequest, ResolveConversationRequest, TakeOverRequest,
    UnassignConversationRequest, WakeConversationRequest,
};

use super::{
    super::{
        answers::{Answer, shown},
        body::Body,
        clients::Desk,
        params::Id,
    },
    view::Conversation,
};

/// What the caller saw.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Seen {
    /// Refuse if the assignment version is another one.
    expected_assignment_version: Option<i64>,
}

/// How a conversation is handed back.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HandBack {
    /// What the assistant is to do now, never shown to the visitor; at most 4 KiB.
    instruction: Option<String>,
    /// Refuse if the assignment version is another one.
    expected_assignment_version: Option<i64>,
}

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident at $path:literal as $operation:literal: $service:ident.$call:ident($request:ident);)+) => { $(
        $(#[$doc])*
        #[utoipa::path(post, path = $path, operation_id = $operation, tag = "inbox", request_body = Seen,
            responses((status = 200, body = Conversation)))]
        pub(super) async fn $name(
            Desk(desk): Desk,
            Id(conversation_id): Id,
            Body(seen): Body<Seen>,
        ) -> Answer<Conversation> {
            let expected_assignment_version = seen.expected_assignment_version.unwrap_or_default();
            let request = $request { conversation_id, expected_assignment_version };
            shown(desk.$service().$call(request).await?)
        }
    )+ };
}

commands! {
    /// Takes a conversation over, from the AI or a colleague.
    take_over at "/v1/inbox/conversations/{id}/take-over" as "takeOver": handoffs.take_over(TakeOverRequest);

    /// Resolves a conversation.
    resolve at "/v1/inbox/conversations/{id}/resolve" as "resolve":
        conversations.resolve_conversation(ResolveConversationRequest);

    /// Re-opens a resolved conversation for the signed-in member.
    reopen at "/v1/inbox/conversations/{id}/reopen" as "reopen":
        conversations.reopen_conversation(ReopenConversationRequest);

    /// Puts a conversation back into the queue: a person is looked for again.
    unassign at "/v1/inbox/conversations/{id}/unassign" as "unassign":
        conversations.unassign_conversation(UnassignConversationRequest);

    /// Ends a snooze.
    wake at "/v1/inbox/conversations/{id}/wake" as "wake": conversations.wake_conversation(WakeConversationRequest);
}

/// Gives a conversation back to the AI, if wanted with what is to be done.
#[utoipa::path(post, path = "/v1/inbox/conversations/{id}/hand-back", operation_id = "handBack", tag = "inbox", request_body = HandBack,
    responses((status = 200, body = Conversation)))]
pub(super) async fn hand_back(
    Desk(desk): Desk,
    Id(conversation_id): Id,
    Body(body): Body<HandBack>,
) -> Answer<Conversation> {
    let request = HandBackRequest {
        conversation_id,
        expected_assignment_version: body.expected_assignment_version.unwrap_or_default(),
        instruction: body.instruction.unwrap_or_default(),
    };
    shown(desk.handoffs().hand_back(request).await?)
}
