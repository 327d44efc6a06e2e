//! `POST /v1/widget/messages`: the visitor writes.

use axum::{Json, extract::State, http::StatusCode};
use baton_kit::door::principal::Caller;
use baton_proto::conversation::v1::{
    PostMessageRequest, StartConversationRequest, conversation_service_client::ConversationServiceClient,
};

use super::{
    super::{
        app::App,
        body::Body,
        convert::present,
        problem::{Document, Problem},
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
    security(("visitor" = [])),
    responses((status = 201, body = WidgetPosted), (status = "default", body = Document, content_type = "application/problem+json")))]
pub(super) async fn post(
    State(app): State<App>,
    Visitor(caller): Visitor,
    Body(body): Body<WidgetPost>,
) -> Result<(StatusCode, Json<WidgetPosted>), Problem> {
    let posted = match body.conversation_id {
        Some(id) => {
            go_on(
                &app,
                &caller,
                PostMessageRequest {
                    conversation_id: id,
                    text: body.text,
                    client_message_id: body.client_message_id,
                    ..PostMessageRequest::default()
                },
            )
            .await?
        }
        None => {
            begin(
                &app,
                &caller,
                StartConversationRequest {
                    text: body.text,
                    client_message_id: body.client_message_id,
                    channel: CHANNEL.to_owned(),
                    ..StartConversationRequest::default()
                },
            )
            .await?
        }
    };
    Ok((StatusCode::CREATED, Json(posted)))
}

async fn begin(
    app: &App,
    caller: &Caller,
    request: StartConversationRequest,
) -> Result<WidgetPosted, Problem> {
    let mut conversations = ConversationServiceClient::new(app.peers.conversation.on_behalf_of(caller));
    let started = conversations.start_conversation(request).await?.into_inner();
    let conversation = present(started.conversation, "conversation")?;
    Ok(WidgetPosted {
        message: present(started.message, "message")?.into(),
        conversation_id: conversation.id.clone(),
        conversation: Some(conversation.into()),
    })
}

async fn go_on(app: &App, caller: &Caller, request: PostMessageRequest) -> Result<WidgetPosted, Problem> {
    let mut conversations = ConversationServiceClient::new(app.peers.conversation.on_behalf_of(caller));
    let message = present(conversations.post_message(request).await?.into_inner().message, "message")?;
    Ok(WidgetPosted {
        conversation_id: message.conversation_id.clone(),
        message: message.into(),
        conversation: None,
    })
}
