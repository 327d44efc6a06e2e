//! The list of conversations, and one of them.

use baton_proto::conversation::v1::{
    GetConversationRequest, ListConversationsRequest, ListConversationsResponse,
};

use super::{
    super::{
        answers::{Answer, page, shown, whole},
        clients::Desk,
        params::{Id, Params},
        words::{Status, View},
    },
    view::Conversation,
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Which ones; all of them if not given.
    #[param(inline)]
    view: Option<View>,
    /// Only this status.
    #[param(inline)]
    status: Option<Status>,
    /// Only this team, `team_…`.
    team_id: Option<String>,
    /// At most this many; 50 if not given, at most 200.
    #[serde(default)]
    #[param(required = false)]
    page_size: i32,
    /// From the last page; the other parameters must be the same.
    page_token: Option<String>,
}

page! {
    /// A page of conversations, newest first.
    ConversationPage of conversations: Conversation from ListConversationsResponse, then resume_token
}

/// Lists conversations, newest first.
#[utoipa::path(get, path = "/v1/inbox/conversations", operation_id = "listConversations", tag = "inbox", params(Filter),
    responses((status = 200, body = ConversationPage)))]
pub(super) async fn list(Desk(desk): Desk, Params(filter): Params<Filter>) -> Answer<ConversationPage> {
    let request = ListConversationsRequest {
        view: filter.view.map(i32::from).unwrap_or_default(),
        status: filter.status.map(i32::from).unwrap_or_default(),
        team_id: filter.team_id.unwrap_or_default(),
        page_size: filter.page_size,
        page_token: filter.page_token.unwrap_or_default(),
    };
    whole(desk.conversations().list_conversations(request).await?)
}

/// Reads one conversation.
#[utoipa::path(get, path = "/v1/inbox/conversations/{id}", operation_id = "readConversation", tag = "inbox",
    responses((status = 200, body = Conversation)))]
pub(super) async fn read(Desk(desk): Desk, Id(conversation_id): Id) -> Answer<Conversation> {
    shown(desk.conversations().get_conversation(GetConversationRequest { conversation_id }).await?)
}
