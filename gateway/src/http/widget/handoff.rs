//! `POST /v1/widget/handoff` and `/v1/widget/withdraw`: the visitor asks for a person, or takes it back.

use axum::{Json, extract::State};
use baton_proto::conversation::v1::{
    RequestHandoffRequest, WithdrawHandoffRequest, handoff_service_client::HandoffServiceClient,
};

use super::{
    super::{
        app::App,
        body::Body,
        convert::present,
        problem::{Document, Problem},
        session::Visitor,
    },
    view::WidgetConversation,
};

/// Which conversation.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    /// `conv_…`.
    conversation_id: String,
}

/// The conversation after a wish.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct WidgetState {
    /// The conversation.
    conversation: WidgetConversation,
}

/// Asks for a person. While one is waited for, asking again changes nothing.
#[utoipa::path(post, path = "/v1/widget/handoff", operation_id = "requestWidgetHandoff", tag = "widget", request_body = Which,
    security(("visitor" = [])),
    responses((status = 200, body = WidgetState), (status = "default", body = Document, content_type = "application/problem+json")))]
pub(super) async fn request(
    State(app): State<App>,
    Visitor(caller): Visitor,
    Body(body): Body<Which>,
) -> Result<Json<WidgetState>, Problem> {
    let mut handoffs = HandoffServiceClient::new(app.peers.conversation.on_behalf_of(&caller));
    // Reason and epoch are the assistant's to give: a visitor's follow from who they are.
    let request =
        RequestHandoffRequest { conversation_id: body.conversation_id, ..RequestHandoffRequest::default() };
    let answer = handoffs.request_handoff(request).await?.into_inner();
    Ok(Json(WidgetState { conversation: present(answer.conversation, "conversation")?.into() }))
}

/// Takes the wish for a person back: the assistant answers again.
#[utoipa::path(post, path = "/v1/widget/withdraw", operation_id = "withdrawWidgetHandoff", tag = "widget", request_body = Which,
    security(("visitor" = [])),
    responses((status = 200, body = WidgetState), (status = "default", body = Document, content_type = "application/problem+json")))]
pub(super) async fn withdraw(
    State(app): State<App>,
    Visitor(caller): Visitor,
    Body(body): Body<Which>,
) -> Result<Json<WidgetState>, Problem> {
    let mut handoffs = HandoffServiceClient::new(app.peers.conversation.on_behalf_of(&caller));
    let request = WithdrawHandoffRequest { conversation_id: body.conversation_id };
    let answer = handoffs.withdraw_handoff(request).await?.into_inner();
    Ok(Json(WidgetState { conversation: present(answer.conversation, "conversation")?.into() }))
}
