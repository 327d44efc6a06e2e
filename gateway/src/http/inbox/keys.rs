//! `/v1/inbox/api-keys`: keys for programs, made and revoked by the people who answer for them.

use axum::{Json, extract::State, http::StatusCode};
use baton_proto::team::v1::{
    ApiKey, CreateApiKeyRequest, ListApiKeysRequest, RevokeApiKeyRequest,
    credential_service_client::CredentialServiceClient,
};

use super::super::{
    app::App,
    body::Body,
    convert::{present, time},
    params::Id,
    problem::{Document, Problem},
    session::Member,
};

/// A key to be made. It ends when it is revoked.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewKey {
    /// What it is for, 1 to 80 characters.
    display_name: String,
    /// What it may do, such as `conversations:write`; at most what the maker may.
    scopes: Vec<String>,
}

/// A key without its secret.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct Key {
    /// `key_…`.
    id: String,
    /// What it is for.
    display_name: String,
    /// What it may do.
    scopes: Vec<String>,
    /// When it was made, RFC 3339.
    create_time: Option<String>,
    /// When it was revoked, RFC 3339; absent if it was not.
    revoke_time: Option<String>,
}

/// A key just made.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct KeyMade {
    /// The key.
    api_key: Key,
    /// Its secret, shown only here. Sent as `authorization: Bearer …`.
    secret: String,
}

/// The keys of the workspace.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct Keys {
    /// Oldest first, at most 200.
    api_keys: Vec<Key>,
}

impl From<ApiKey> for Key {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id,
            display_name: key.display_name,
            scopes: key.scopes,
            create_time: time(key.create_time),
            revoke_time: time(key.revoke_time),
        }
    }
}

/// Makes a key for a program. The secret is in this answer and nowhere else.
#[utoipa::path(post, path = "/v1/inbox/api-keys", operation_id = "createApiKey", tag = "inbox", request_body = NewKey,
    params(("X-Baton-CSRF" = String, Header, description = "`1`")), security(("session" = [])),
    responses((status = 201, body = KeyMade), (status = "default", body = Document, content_type = "application/problem+json")))]
pub(super) async fn create(
    State(app): State<App>,
    member: Member,
    Body(body): Body<NewKey>,
) -> Result<(StatusCode, Json<KeyMade>), Problem> {
    let wanted = ApiKey { display_name: body.display_name, scopes: body.scopes, ..ApiKey::default() };
    let request = CreateApiKeyRequest { api_key: Some(wanted) };
    let mut credentials = CredentialServiceClient::new(app.peers.team.with_token(&member.token));
    let made = credentials.create_api_key(request).await?.into_inner();
    let api_key = present(made.api_key, "API key")?.into();
    Ok((StatusCode::CREATED, Json(KeyMade { api_key, secret: made.secret })))
}

/// Lists the keys without their secrets.
#[utoipa::path(get, path = "/v1/inbox/api-keys", operation_id = "listApiKeys", tag = "inbox", security(("session" = [])),
    responses((status = 200, body = Keys), (status = "default", body = Document, content_type = "application/problem+json")))]
pub(super) async fn list(State(app): State<App>, member: Member) -> Result<Json<Keys>, Problem> {
    let mut credentials = CredentialServiceClient::new(app.peers.team.with_token(&member.token));
    let request = ListApiKeysRequest { page_size: 200, page_token: String::new() };
    let listed = credentials.list_api_keys(request).await?.into_inner();
    Ok(Json(Keys { api_keys: listed.api_keys.into_iter().map(Key::from).collect() }))
}

/// Revokes a key. Refused everywhere within 60 s.
#[utoipa::path(post, path = "/v1/inbox/api-keys/{key_id}/revoke", operation_id = "revokeApiKey", tag = "inbox",
    params(("key_id" = String, Path, description = "`key_…`"), ("X-Baton-CSRF" = String, Header, description = "`1`")),
    security(("session" = [])),
    responses((status = 200, body = Key), (status = "default", body = Document, content_type = "application/problem+json")))]
pub(super) async fn revoke(
    State(app): State<App>,
    member: Member,
    Id(api_key_id): Id,
) -> Result<Json<Key>, Problem> {
    let mut credentials = CredentialServiceClient::new(app.peers.team.with_token(&member.token));
    let revoked = credentials.revoke_api_key(RevokeApiKeyRequest { api_key_id }).await?.into_inner();
    Ok(Json(present(revoked.api_key, "API key")?.into()))
}
