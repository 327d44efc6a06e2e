//! Signing in and out, and who one is.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
};
use baton_kit::door::refusal::Refusal;
use baton_proto::{
    internal::team::v1::{SignInRequest, SignOutRequest, session_service_client::SessionServiceClient},
    team::v1::{
        GetMemberRequest, WhoAmIRequest, credential_service_client::CredentialServiceClient,
        member_service_client::MemberServiceClient,
    },
};
use tonic::Code;

use super::super::{
    app::App,
    body::Body,
    limits::Sender,
    problem::Problem,
    session::{Member, session_secret, set_cookie},
};
use crate::exchange::Credential;

/// Who wants in.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignIn {
    /// The workspace's short name.
    workspace: String,
    /// The member's address.
    email: String,
    /// The member's password.
    #[schema(format = Password)]
    password: String,
}

/// Who is in.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct SignedIn {
    /// `mem_…`.
    member_id: String,
    /// The name shown.
    display_name: String,
}

/// Nothing to say: `{}`.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Empty {}

/// The signed-in member.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct Me {
    /// `mem_…`.
    member_id: String,
    /// `ws_…`.
    workspace_id: String,
    /// The name shown; absent for those who may not read members.
    display_name: Option<String>,
    /// What the member may do, such as `conversations:write`.
    scopes: Vec<String>,
}

/// Signs a member in; the session is in the cookie of the answer.
#[utoipa::path(post, path = "/v1/inbox/sign-in", operation_id = "signIn", tag = "inbox", request_body = SignIn,
    responses((status = 200, body = SignedIn)))]
pub(super) async fn sign_in(
    State(app): State<App>,
    sender: Sender,
    Body(body): Body<SignIn>,
) -> Result<(HeaderMap, Json<SignedIn>), Problem> {
    sender.signs_in()?;
    let mut sessions = SessionServiceClient::new(app.peers.team.as_self());
    let request =
        SignInRequest { workspace_slug: body.workspace, email: body.email, password: body.password };
    let session = sessions.sign_in(request).await?.into_inner();
    let end = session.expire_time.map_or(0, |end| end.seconds);
    let headers = cookie_headers(&app, &session.session_secret, end - app.clock.now().as_second())?;
    Ok((headers, Json(SignedIn { member_id: session.member_id, display_name: session.display_name })))
}

/// Signs the member out. Also good without a session.
#[utoipa::path(post, path = "/v1/inbox/sign-out", operation_id = "signOut", tag = "inbox", request_body = Empty,
    responses((status = 204)))]
pub(super) async fn sign_out(
    State(app): State<App>,
    headers: HeaderMap,
    Body(Empty {}): Body<Empty>,
) -> Result<(StatusCode, HeaderMap), Problem> {
    if let Some(secret) = session_secret(&headers, app.cookie_secure) {
        let mut sessions = SessionServiceClient::new(app.peers.team.as_self());
        sessions.sign_out(SignOutRequest { session_secret: secret.clone() }).await?;
        app.exchange.forget(Credential::Session(&secret));
    }
    Ok((StatusCode::NO_CONTENT, cookie_headers(&app, "", 0)?))
}

/// Who is signed in.
#[utoipa::path(get, path = "/v1/inbox/me", operation_id = "readMe", tag = "inbox",
    responses((status = 200, body = Me)))]
pub(super) async fn me(State(app): State<App>, member: Member) -> Result<Json<Me>, Problem> {
    let line = app.peers.team.with_token(&member.grant.token);
    let who = CredentialServiceClient::new(line.clone()).who_am_i(WhoAmIRequest {}).await?.into_inner();
    let request = GetMemberRequest { member_id: who.id.clone() };
    let display_name = match MemberServiceClient::new(line).get_member(request).await {
        Ok(answer) => answer.into_inner().member.map(|member| member.display_name),
        Err(status) if status.code() == Code::PermissionDenied => None,
        Err(status) => return Err(status.into()),
    };
    Ok(Json(Me { member_id: who.id, workspace_id: who.workspace_id, display_name, scopes: who.scopes }))
}

fn cookie_headers(app: &App, secret: &str, seconds: i64) -> Result<HeaderMap, Problem> {
    let unfit = || Refusal::internal(&"the session's secret does not fit into a cookie");
    let cookie = set_cookie(secret, seconds, app.cookie_secure).ok_or_else(unfit)?;
    Ok(HeaderMap::from_iter([(header::SET_COOKIE, cookie)]))
}
