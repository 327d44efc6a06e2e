//! `GET /v1/widget/thread`: what was said so far.

use axum::{Json, extract::State};
use baton_proto::internal::conversation::v1::{
    GetThreadRequest, visitor_service_client::VisitorServiceClient,
};

use super::{
    super::{
        app::App,
        params::Params,
        problem::{Document, Problem},
        session::Visitor,
    },
    view::{WidgetConversation, WidgetMessage},
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct After {
    /// Only messages above this sequence.
    #[serde(default)]
    #[param(required = false)]
    after: i64,
}

/// The visitor's newest conversation.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct Thread {
    /// Absent if there is none.
    conversation: Option<WidgetConversation>,
    /// By rising sequence.
    messages: Vec<WidgetMessage>,
    /// `Last-Event-ID` of a stream that misses nothing after this.
    resume_token: String,
}

/// The visitor's newest conversation with its messages.
#[utoipa::path(get, path = "/v1/widget/thread", operation_id = "readWidgetThread", tag = "widget", params(After),
    security(("visitor" = [])),
    responses((status = 200, body = Thread), (status = "default", body = Document, content_type = "application/problem+json")))]
pub(super) async fn read(
    State(app): State<App>,
    Visitor(caller): Visitor,
    Params(After { after }): Params<After>,
) -> Result<Json<Thread>, Problem> {
    let mut visitors = VisitorServiceClient::new(app.peers.conversation.on_behalf_of(&caller));
    let thread = visitors.get_thread(GetThreadRequest { after_sequence: after }).await?.into_inner();
    Ok(Json(Thread {
        conversation: thread.conversation.map(Into::into),
        messages: thread.messages.into_iter().map(Into::into).collect(),
        resume_token: thread.resume_token,
    }))
}
