//! The thread as the staff sees it, and their replies.

use baton_proto::conversation::v1::{
    self as wire, ListMessagesRequest, ListMessagesResponse, PostMessageRequest,
};

use super::{
    super::{
        answers::{Answer, Made, made, page, whole},
        body::Body,
        clients::Desk,
        params::{Id, Params},
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

page! {
    /// A page of messages by rising sequence.
    MessagePage of messages: Message from ListMessagesResponse, then resume_token
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

impl From<wire::Message> for Replied {
    fn from(message: wire::Message) -> Self {
        Self { message: message.into() }
    }
}

/// Lists the messages of a conversation by rising sequence.
#[utoipa::path(get, path = "/v1/inbox/conversations/{id}/messages", operation_id = "listMessages", tag = "inbox", params(Page),
    responses((status = 200, body = MessagePage)))]
pub(super) async fn list(
    Desk(desk): Desk,
    Id(conversation_id): Id,
    Params(page): Params<Page>,
) -> Answer<MessagePage> {
    let request = ListMessagesRequest {
        conversation_id,
        after_sequence: page.after,
        page_size: page.page_size,
        page_token: page.page_token.unwrap_or_default(),
    };
    whole(desk.conversations().list_messages(request).await?)
}

/// Replies. Who replies takes the conversation over.
#[utoipa::path(post, path = "/v1/inbox/conversations/{id}/messages", operation_id = "reply", tag = "inbox", request_body = Reply,
    responses((status = 201, body = Replied)))]
pub(super) async fn post(
    Desk(desk): Desk,
    Id(conversation_id): Id,
    Body(reply): Body<Reply>,
) -> Made<Replied> {
    let request = PostMessageRequest {
        conversation_id,
        text: reply.text,
        client_message_id: reply.client_message_id,
        answer: None,
        expected_member_sequence: reply.expected_member_sequence,
    };
    made(desk.conversations().post_message(request).await?)
}
