//! `GET /v1/widget/thread`: what was said so far.

use baton_proto::internal::conversation::v1::{GetThreadRequest, GetThreadResponse};

use super::{
    super::{
        answers::{Answer, whole},
        clients::Guest,
        params::Params,
    },
    view::{WidgetConversation, WidgetMessage},
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct After {
    /// Only messages above this sequence, the next ones first. Ask again after the last one while it lies below the conversation's
    /// `last_sequence`.
    #[serde(default)]
    #[param(required = false)]
    after: i64,
}

/// The visitor's newest conversation.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct Thread {
    /// Absent if there is none.
    conversation: Option<WidgetConversation>,
    /// By rising sequence, at most 500 and 1 MiB of text; without `after` the newest.
    messages: Vec<WidgetMessage>,
    /// `Last-Event-ID` of a stream that misses nothing after this.
    resume_token: String,
}

/// The visitor's newest conversation with its messages.
#[utoipa::path(get, path = "/v1/widget/thread", operation_id = "readWidgetThread", tag = "widget", params(After),
    responses((status = 200, body = Thread)))]
pub(super) async fn read(Guest(guest): Guest, Params(After { after }): Params<After>) -> Answer<Thread> {
    whole(guest.visitors().get_thread(GetThreadRequest { after_sequence: after }).await?)
}

impl From<GetThreadResponse> for Thread {
    fn from(thread: GetThreadResponse) -> Self {
        Self {
            conversation: thread.conversation.map(Into::into),
            messages: thread.messages.into_iter().map(Into::into).collect(),
            resume_token: thread.resume_token,
        }
    }
}
