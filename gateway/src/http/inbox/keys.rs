//! `/v1/inbox/api-keys`: keys for programs, made and revoked by the people who answer for them.

use axum::{Json, http::StatusCode};
use baton_proto::team::v1::{
    ApiKey, CreateApiKeyRequest, ListApiKeysRequest, ListApiKeysResponse, RevokeApiKeyRequest,
};

use super::super::{
    answers::{Answer, Made, shown, whole},
    body::Body,
    clients::Desk,
    convert::{present, time},
    params::Id,
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

impl From<ListApiKeysResponse> for Keys {
    fn from(listed: ListApiKeysResponse) -> Self {
        Self { api_keys: listed.api_keys.into_iter().map(Key::from).collect() }
    }
}

/// Makes a key for a program. The secret is in this answer and nowhere else.
#[utoipa::path(post, path = "/v1/inbox/api-keys", operation_id = "createApiKey", tag = "inbox", request_body = NewKey,
    responses((status = 201, body = KeyMade)))]
pub(super) async fn create(Desk(desk): Desk, Body(body): Body<NewKey>) -> Made<KeyMade> {
    let wanted = ApiKey { display_name: body.display_name, scopes: body.scopes, ..ApiKey::default() };
    let request = CreateApiKeyRequest { api_key: Some(wanted) };
    let made = desk.credentials().create_api_key(request).await?.into_inner();
    let api_key = present(made.api_key, "API key")?.into();
    Ok((StatusCode::CREATED, Json(KeyMade { api_key, secret: made.secret })))
}

/// Lists the keys without their secrets.
#[utoipa::path(get, path = "/v1/inbox/api-keys", operation_id = "listApiKeys", tag = "inbox",
    responses((status = 200, body = Keys)))]
pub(super) async fn list(Desk(desk): Desk) -> Answer<Keys> {
    let request = ListApiKeysRequest { page_size: 200, page_token: String::new() };
    whole(desk.credentials().list_api_keys(request).await?)
}

/// Revokes a key. Refused within moments, at the latest within 60 s.
#[utoipa::path(post, path = "/v1/inbox/api-keys/{key_id}/revoke", operation_id = "revokeApiKey", tag = "inbox",
    responses((status = 200, body = Key)))]
pub(super) async fn revoke(Desk(desk): Desk, Id(api_key_id): Id) -> Answer<Key> {
    shown(desk.credentials().revoke_api_key(RevokeApiKeyRequest { api_key_id }).await?)
}
