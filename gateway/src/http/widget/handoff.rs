//! `POST /v1/widget/handoff` and `/v1/widget/withdraw`: the visitor asks for a person, or takes it back.

use baton_proto::conversation::v1::{Conversation, RequestHandoffRequest, WithdrawHandoffRequest};

use super::{
    super::{
        answers::{Answer, shown},
        body::Body,
        clients::Guest,
    },
    view::WidgetConversation,
};

/// A wish for a person.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Wish {
    /// `conv_…`.
    conversation_id: String,
    /// Where to answer if the visitor is gone by then; at most 254 bytes.
    email: Option<String>,
}

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

impl From<Conversation> for WidgetState {
    fn from(conversation: Conversation) -> Self {
        Self { conversation: conversation.into() }
    }
}

/// Asks for a person. While one is waited for, asking again changes nothing.
///
/// `EMAIL_REQUIRED` (409): the assistant hands nothing over. Ask again with an `email`, and the message is left for people.
#[utoipa::path(post, path = "/v1/widget/handoff", operation_id = "requestWidgetHandoff", tag = "widget", request_body = Wish,
    responses((status = 200, body = WidgetState)))]
pub(super) async fn request(Guest(guest): Guest, Body(wish): Body<Wish>) -> Answer<WidgetState> {
    // Reason and epoch are the assistant's to give: a visitor's follow from who they are.
    let request = RequestHandoffRequest {
        conversation_id: wish.conversation_id,
        email: wish.email.unwrap_or_default(),
        ..RequestHandoffRequest::default()
    };
    shown(guest.handoffs().request_handoff(request).await?)
}

/// Takes the wish for a person back: the assistant answers again.
#[utoipa::path(post, path = "/v1/widget/withdraw", operation_id = "withdrawWidgetHandoff", tag = "widget", request_body = Which,
    responses((status = 200, body = WidgetState)))]
pub(super) async fn withdraw(Guest(guest): Guest, Body(which): Body<Which>) -> Answer<WidgetState> {
    let request = WithdrawHandoffRequest { conversation_id: which.conversation_id };
    shown(guest.handoffs().withdraw_handoff(request).await?)
}
