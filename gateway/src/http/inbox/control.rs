//! Who has a conversation: take over, hand back, resolve.

use axum::{Json, extract::State};
use baton_proto::conversation::v1::{
    HandBackRequest, ResolveConversationRequest, TakeOverRequest,
    conversation_service_client::ConversationServiceClient, handoff_service_client::HandoffServiceClient,
};

use super::{
    super::{
        app::App,
        body::Body,
        convert::present,
        params::Id,
        problem::{Document, Problem},
        session::Member,
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

/// Takes a conversation over, from the AI or a colleague.
#[utoipa::path(post, path = "/v1/inbox/conversations/{id}/take-over", operation_id = "takeOver", tag = "inbox", request_body = Seen,
    params(("id" = String, Path, description = "`conv_…`"), ("X-Baton-CSRF" = String, Header, description = "`1`")),
    security(("session" = [])),
    responses((status = 200, body = Conversation), (status = "default", body = Document, content_type = "application/problem+json")))]
pub(super) async fn take_over(
    State(app): State<App>,
    member: Member,
    Id(conversation_id): Id,
    Body(seen): Body<Seen>,
) -> Result<Json<Conversation>, Problem> {
    let mut handoffs = HandoffServiceClient::new(app.peers.conversation.with_token(&member.token));
    let request = TakeOverRequest { conversation_id, expected_assignment_version: seen.version() };
    let answer = handoffs.take_over(request).await?.into_inner();
    Ok(Json(present(answer.conversation, "conversation")?.into()))
}

/// Gives a conversation back to the AI.
#[utoipa::path(post, path = "/v1/inbox/conversations/{id}/hand-back", operation_id = "handBack", tag = "inbox", request_body = Seen,
    params(("id" = String, Path, description = "`conv_…`"), ("X-Baton-CSRF" = String, Header, description = "`1`")),
    security(("session" = [])),
    responses((status = 200, body = Conversation), (status = "default", body = Document, content_type = "application/problem+json")))]
pub(super) async fn hand_back(
    State(app): State<App>,
    member: Member,
    Id(conversation_id): Id,
    Body(seen): Body<Seen>,
) -> Result<Json<Conversation>, Problem> {
    let mut handoffs = HandoffServiceClient::new(app.peers.conversation.with_token(&member.token));
    let request = HandBackRequest { conversation_id, expected_assignment_version: seen.version() };
    let answer = handoffs.hand_back(request).await?.into_inner();
    Ok(Json(present(answer.conversation, "conversation")?.into()))
}

/// Resolves a conversation.
#[utoipa::path(post, path = "/v1/inbox/conversations/{id}/resolve", operation_id = "resolve", tag = "inbox", request_body = Seen,
    params(("id" = String, Path, description = "`conv_…`"), ("X-Baton-CSRF" = String, Header, description = "`1`")),
    security(("session" = [])),
    responses((status = 200, body = Conversation), (status = "default", body = Document, content_type = "application/problem+json")))]
pub(super) async fn resolve(
    State(app): State<App>,
    member: Member,
    Id(conversation_id): Id,
    Body(seen): Body<Seen>,
) -> Result<Json<Conversation>, Problem> {
    let mut conversations = ConversationServiceClient::new(app.peers.conversation.with_token(&member.token));
    let request = ResolveConversationRequest { conversation_id, expected_assignment_version: seen.version() };
    let answer = conversations.resolve_conversation(request).await?.into_inner();
    Ok(Json(present(answer.conversation, "conversation")?.into()))
}

impl Seen {
    fn version(&self) -> i64 {
        self.expected_assignment_version.unwrap_or_default()
    }
}
