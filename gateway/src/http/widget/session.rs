//! `POST /v1/widget/session`: a browser gets its session, or renews it.

use axum::{Json, extract::State};
use baton_proto::internal::conversation::v1::{
    OpenSessionRequest, open_session_request::Proof, visitor_service_client::VisitorServiceClient,
};

use super::super::{app::App, body::Body, convert::time, problem::Problem};

/// Exactly one of the two.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OpenSession {
    /// The public key of the assistant's widget, `wk_…`.
    widget_key: Option<String>,
    /// The secret of the last opening or renewal.
    renewal_secret: Option<String>,
}

/// A visitor's session.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct Session {
    /// For the Authorization header of every other widget route.
    token: String,
    /// When the token ends, RFC 3339.
    expires_at: Option<String>,
    /// For the next renewal.
    renewal_secret: String,
    /// The assistant's name.
    assistant_name: String,
}

/// Opens a visitor's session, or renews one.
///
/// A renewal rotates the secret; the former one is good for one minute more.
#[utoipa::path(post, path = "/v1/widget/session", operation_id = "openWidgetSession", tag = "widget", request_body = OpenSession,
    responses((status = 200, body = Session)))]
pub(super) async fn open(
    State(app): State<App>,
    Body(body): Body<OpenSession>,
) -> Result<Json<Session>, Problem> {
    let proof = match (body.widget_key, body.renewal_secret) {
        (Some(key), None) => Proof::WidgetKey(key),
        (None, Some(secret)) => Proof::RenewalSecret(secret),
        _ => {
            return Err(Problem::field("widget_key", "give either widget_key or renewal_secret"));
        }
    };
    let mut visitors = VisitorServiceClient::new(app.peers.conversation.as_self());
    let session = visitors.open_session(OpenSessionRequest { proof: Some(proof) }).await?.into_inner();
    Ok(Json(Session {
        token: session.token,
        expires_at: time(session.expire_time),
        renewal_secret: session.renewal_secret,
        assistant_name: session.assistant_name,
    }))
}
