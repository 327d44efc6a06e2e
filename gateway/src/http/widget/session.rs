//! `POST /v1/widget/session`: a browser gets its session, or renews it.

use axum::{Json, extract::State};
use baton_proto::internal::conversation::v1::{
    OpenSessionRequest, open_session_request::Proof, visitor_service_client::VisitorServiceClient,
};

use super::super::{
    app::App,
    body::Body,
    convert::{some, time},
    limits::Sender,
    problem::Problem,
};

/// Exactly one of the three.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OpenSession {
    /// The public key of the assistant's widget, `wk_…`.
    widget_key: Option<String>,
    /// The secret of the last opening or renewal.
    renewal_secret: Option<String>,
    /// The token of a link in a mail: a session for its one conversation.
    resume_link: Option<String>,
}

/// A visitor's session.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct Session {
    /// For the Authorization header of every other widget route.
    token: String,
    /// When the token ends, RFC 3339.
    expires_at: Option<String>,
    /// For the next renewal; absent after `resume_link`, which can be opened again.
    renewal_secret: Option<String>,
    /// The assistant's name.
    assistant_name: String,
    /// Whether the assistant hands over to people; without, a message with an e-mail address can be left.
    handoff_enabled: bool,
    /// The one conversation the session is for, `conv_…`; absent for all of the visitor's.
    conversation_id: Option<String>,
}

/// Opens a visitor's session, or renews one.
///
/// A renewal rotates the secret; the former one is good until the new one was used, and a minute more for other tabs. A resume link
/// opens a session that sees its one conversation and nothing else.
#[utoipa::path(post, path = "/v1/widget/session", operation_id = "openWidgetSession", tag = "widget", request_body = OpenSession,
    responses((status = 200, body = Session)))]
pub(super) async fn open(
    State(app): State<App>,
    sender: Sender,
    Body(body): Body<OpenSession>,
) -> Result<Json<Session>, Problem> {
    let proof = proof(body)?;
    match &proof {
        Proof::WidgetKey(key) => sender.opens_session(Some(key))?,
        Proof::ResumeLink(_) => sender.opens_session(None)?,
        // Who renews was here before.
        Proof::RenewalSecret(_) => {}
    }
    let mut visitors = VisitorServiceClient::new(app.peers.conversation.as_self());
    let session = visitors.open_session(OpenSessionRequest { proof: Some(proof) }).await?.into_inner();
    Ok(Json(Session {
        token: session.token,
        expires_at: time(session.expire_time),
        renewal_secret: some(session.renewal_secret),
        assistant_name: session.assistant_name,
        handoff_enabled: session.handoff_enabled,
        conversation_id: some(session.conversation_id),
    }))
}

fn proof(body: OpenSession) -> Result<Proof, Problem> {
    match (body.widget_key, body.renewal_secret, body.resume_link) {
        (Some(key), None, None) => Ok(Proof::WidgetKey(key)),
        (None, Some(secret), None) => Ok(Proof::RenewalSecret(secret)),
        (None, None, Some(link)) => Ok(Proof::ResumeLink(link)),
        _ => Err(Problem::field(
            "widget_key",
            "give exactly one of widget_key, renewal_secret and resume_link",
        )),
    }
}
