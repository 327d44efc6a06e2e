//! `POST /v1/widget/messages`: the visitor writes.

use axum::{Json, extract::State, http::StatusCode};
use baton_proto::conversation::v1::{PostMessageRequest, StartConversationRequest};

use super::{
    super::{
        answers::{Carries as _, Made},
        app::App,
        body::Body,
        clients::{Clients, Guest},
        convert::present,
        limits::Sender,
        problem::Problem,
        session::Visitor,
    },
    view::{WidgetConversation, WidgetMessage},
};

const CHANNEL: &str = "web";

/// What the visitor wrote.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WidgetPost {
    /// The browser's own id of it: 1 to 64 printable ASCII characters. Sent again, it is stored once.
    client_message_id: String,
    /// 1 byte to 16 KiB of UTF-8.
    text: String,
    /// `conv_…`; without one a conversation is started, or the open one goes on.
    conversation_id: Option<String>,
}

/// The message as stored.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct WidgetPosted {
    /// The message.
    message: WidgetMessage,
    /// Where it stands, `conv_…`.
    conversation_id: String,
    /// The conversation after it, when one was started or gone on with.
    conversation: Option<WidgetConversation>,
}

/// Writes a message, starting a conversation if none is named.
#[utoipa::path(post, path = "/v1/widget/messages", operation_id = "postWidgetMessage", tag = "widget", request_body = WidgetPost,
    responses((status = 201, body = WidgetPosted)))]
pub(super) async fn post(
    State(app): State<App>,
    sender: Sender,
    Visitor(caller): Visitor,
    Guest(guest): Guest,
    Body(post): Body<WidgetPost>,
) -> Made<WidgetPosted> {
    app.limits.message(&caller)?;
    let WidgetPost { client_message_id, text, conversation_id } = post;
    let posted = match conversation_id {
        Some(conversation_id) => {
            let rest = PostMessageRequest::default();
            go_on(&guest, PostMessageRequest { conversation_id, text, client_message_id, ..rest }).await?
        }
        None => {
            sender.begins_conversation()?;
            let (channel, rest) = (CHANNEL.to_owned(), StartConversationRequest::default());
            begin(&guest, StartConversationRequest { text, client_message_id, channel, ..rest }).await?
        }
    };
    Ok((StatusCode::CREATED, Json(posted)))
}

async fn begin(guest: &Clients, request: StartConversationRequest) -> Result<WidgetPosted, Problem> {
    let started = guest.conversations().start_conversation(request).await?.into_inner();
    let conversation = present(started.conversation, "conversation")?;
    Ok(WidgetPosted {
        message: present(started.message, "message")?.into(),
        conversation_id: conversation.id.clone(),
        conversation: Some(conversation.into()),
    })
}

async fn go_on(guest: &Clients, request: PostMessageRequest) -> Result<WidgetPosted, Problem> {
    let message = guest.conversations().post_message(request).await?.into_inner().thing()?;
    let conversation_id = message.conversation_id.clone();
    Ok(WidgetPosted { conversation_id, message: message.into(), conversation: None })
}
