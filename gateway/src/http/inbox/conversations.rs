//! The list of conversations, and one of them.

use axum::{Json, extract::State};
use baton_proto::conversation::v1::{
    ConversationStatus, ConversationView, GetConversationRequest, ListConversationsRequest,
    conversation_service_client::ConversationServiceClient,
};

use super::{
    super::{
        app::App,
        convert::{present, some},
        params::{Id, Params},
        problem::{Document, Problem},
        session::Member,
    },
    view::Conversation,
};

/// Which conversations.
#[derive(Debug, Default, Clone, Copy, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum View {
    /// All of them.
    #[default]
    All,
    /// A person is needed and none has taken it.
    NeedsIntervention,
    /// The caller is the assignee.
    Mine,
    /// Open and without an assignee.
    Unassigned,
}

/// Only this status.
#[derive(Debug, Clone, Copy, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum WithStatus {
    /// In work.
    Open,
    /// Put off.
    Snoozed,
    /// Done.
    Resolved,
}

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Which ones.
    #[serde(default)]
    #[param(inline, required = false)]
    view: View,
    /// Only this status.
    #[param(inline)]
    status: Option<WithStatus>,
    /// At most this many; 50 if not given, at most 200.
    #[serde(default)]
    #[param(required = false)]
    page_size: i32,
    /// From the last page; the other parameters must be the same.
    page_token: Option<String>,
}

/// A page of conversations, newest first.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct ConversationPage {
    /// The page.
    conversations: Vec<Conversation>,
    /// For the next page; absent on the last.
    next_page_token: Option<String>,
    /// `Last-Event-ID` of a stream that misses nothing after this.
    resume_token: String,
}

/// Lists conversations, newest first.
#[utoipa::path(get, path = "/v1/inbox/conversations", operation_id = "listConversations", tag = "inbox", params(Filter),
    security(("session" = [])),
    responses((status = 200, body = ConversationPage), (status = "default", body = Document, content_type = "application/problem+json")))]
pub(super) async fn list(
    State(app): State<App>,
    member: Member,
    Params(filter): Params<Filter>,
) -> Result<Json<ConversationPage>, Problem> {
    let mut conversations = ConversationServiceClient::new(app.peers.conversation.with_token(&member.token));
    let page = conversations.list_conversations(filter.wire()).await?.into_inner();
    Ok(Json(ConversationPage {
        conversations: page.conversations.into_iter().map(Conversation::from).collect(),
        next_page_token: some(page.next_page_token),
        resume_token: page.resume_token,
    }))
}

/// Reads one conversation.
#[utoipa::path(get, path = "/v1/inbox/conversations/{id}", operation_id = "readConversation", tag = "inbox",
    params(("id" = String, Path, description = "`conv_…`")), security(("session" = [])),
    responses((status = 200, body = Conversation), (status = "default", body = Document, content_type = "application/problem+json")))]
pub(super) async fn read(
    State(app): State<App>,
    member: Member,
    Id(conversation_id): Id,
) -> Result<Json<Conversation>, Problem> {
    let mut conversations = ConversationServiceClient::new(app.peers.conversation.with_token(&member.token));
    let answer =
        conversations.get_conversation(GetConversationRequest { conversation_id }).await?.into_inner();
    Ok(Json(present(answer.conversation, "conversation")?.into()))
}

impl Filter {
    fn wire(self) -> ListConversationsRequest {
        let view = match self.view {
            View::All => ConversationView::All,
            View::NeedsIntervention => ConversationView::NeedsIntervention,
            View::Mine => ConversationView::Mine,
            View::Unassigned => ConversationView::Unassigned,
        };
        let status = match self.status {
            None => ConversationStatus::Unspecified,
            Some(WithStatus::Open) => ConversationStatus::Open,
            Some(WithStatus::Snoozed) => ConversationStatus::Snoozed,
            Some(WithStatus::Resolved) => ConversationStatus::Resolved,
        };
        ListConversationsRequest {
            view: view.into(),
            status: status.into(),
            page_size: self.page_size,
            page_token: self.page_token.unwrap_or_default(),
            ..ListConversationsRequest::default()
        }
    }
}
