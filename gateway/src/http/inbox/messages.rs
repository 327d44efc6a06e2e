//! The thread as the staff sees it, and their replies.

use axum::{Json, extract::State, http::StatusCode};
use baton_proto::conversation::v1::{
    ListMessagesRequest, PostMessageRequest, conversation_service_client::ConversationServiceClient,
};

use super::{
    super::{
        app::App,
        body::Body,
        convert::{present, some},
        params::{Id, Params},
        problem::{Document, Problem},
        session::Member,
    },
    view::Message,
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Page {
    /// Only messages above this sequence.
    #[serde(default)]
    #[param(required = false)]
    after: i64,
    /// At most this many; 100 if not given, at most 500.
    #[serde(default)]
    #[param(required = false)]
    page_size: i32,
    /// From the last page; the other parameters must be the same.
    page_token: Option<String>,
}

/// A page of messages by rising sequence.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct MessagePage {
    /// The page.
    messages: Vec<Message>,
    /// For the next page; absent on the last.
    next_page_token: Option<String>,
    /// `Last-Event-ID` of a stream that misses nothing after this.
    resume_token: String,
}

/// A member's reply.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Reply {
    /// The client's own id of it: 1 to 64 printable ASCII characters. Sent again, it is stored once.
    client_message_id: String,
    /// 1 byte to 16 KiB of UTF-8.
    text: String,
    /// The sequence of the last member message the caller has seen, 0 for none; a newer one refuses the reply.
    expected_member_sequence: Option<i64>,
}

/// The reply as stored.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct Replied {
    /// The message.
    message: Message,
}

/// Lists the messages of a conversation by rising sequence.
#[utoipa::path(get, path = "/v1/inbox/conversations/{id}/messages", operation_id = "listMessages", tag = "inbox",
    params(("id" = String, Path, description = "`conv_…`"), Page), security(("session" = [])),
    responses((status = 200, body = MessagePage), (status = "default", body = Document, content_type = "application/problem+json")))]
pub(super) async fn list(
    State(app): State<App>,
    member: Member,
    Id(conversation_id): Id,
    Params(page): Params<Page>,
) -> Result<Json<MessagePage>, Problem> {
    let mut conversations = ConversationServiceClient::new(app.peers.conversation.with_token(&member.token));
    let request = ListMessagesRequest {
        conversation_id,
        after_sequence: page.after,
        page_size: page.page_size,
        page_token: page.page_token.unwrap_or_default(),
    };
    let answer = conversations.list_messages(request).await?.into_inner();
    Ok(Json(MessagePage {
        messages: answer.messages.into_iter().map(Message::from).collect(),
        next_page_token: some(answer.next_page_token),
        resume_token: answer.resume_token,
    }))
}

/// Replies. Who replies takes the conversation over.
#[utoipa::path(post, path = "/v1/inbox/conversations/{id}/messages", operation_id = "reply", tag = "inbox", request_body = Reply,
    params(("id" = String, Path, description = "`conv_…`"), ("X-Baton-CSRF" = String, Header, description = "`1`")),
    security(("session" = [])),
    responses((status = 201, body = Replied), (status = "default", body = Document, content_type = "application/problem+json")))]
pub(super) async fn post(
    State(app): State<App>,
    member: Member,
    Id(conversation_id): Id,
    Body(reply): Body<Reply>,
) -> Result<(StatusCode, Json<Replied>), Problem> {
    let mut conversations = ConversationServiceClient::new(app.peers.conversation.with_token(&member.token));
    let request = PostMessageRequest {
        conversation_id,
        text: reply.text,
        client_message_id: reply.client_message_id,
        answer: None,
        expected_member_sequence: reply.expected_member_sequence,
    };
    let answer = conversations.post_message(request).await?.into_inner();
    let message = present(answer.message, "message")?.into();
    Ok((StatusCode::CREATED, Json(Replied { message })))
}
