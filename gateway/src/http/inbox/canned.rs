//! Replies that are used again and again.

use axum::Json;
use baton_proto::team::v1::{
    self as wire, CreateCannedResponseRequest, DeleteCannedResponseRequest, GetCannedResponseRequest,
    ListCannedResponsesRequest, UpdateCannedResponseRequest,
};

use super::{
    super::{
        answers::{Answer, Made, Tagged, WithEtag, made, mask, page, tagged, whole},
        body::Body,
        clients::Desk,
        convert::{some, time},
        params::{Id, Params},
        problem::Problem,
        words::CannedScope,
    },
    routes::read,
};

/// A reply to be used again.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct CannedResponse {
    /// `can_…`.
    id: String,
    /// Who may use it.
    scope: CannedScope,
    /// `team_…`, with scope `team`.
    team_id: Option<String>,
    /// `mem_…`, with scope `personal`.
    owner_id: Option<String>,
    /// What it is called by: unique within its scope.
    shortcut: String,
    /// What it is about.
    title: String,
    /// With its variables: `{{name}}` or `{{name|fallback}}`.
    text: String,
    /// Each once, by first place in the text.
    variables: Vec<CannedVariable>,
    /// Given back with a change.
    etag: String,
    /// Rises with every change.
    revision: i64,
    /// When it was made, RFC 3339.
    create_time: Option<String>,
}

/// A variable of a text.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct CannedVariable {
    /// Such as `contact.name`.
    name: String,
    /// What stands for it without a value.
    fallback: Option<String>,
}

page! {
    /// A page of canned responses that the signed-in member may use, by shortcut.
    CannedPage of canned_responses: CannedResponse from wire::ListCannedResponsesResponse
}

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Only of this scope.
    #[param(inline)]
    scope: Option<CannedScope>,
    /// Only of this team, `team_…`.
    team_id: Option<String>,
    /// Only those whose shortcut begins so.
    shortcut_prefix: Option<String>,
    /// At most this many; 50 if not given, at most 200.
    #[serde(default)]
    #[param(required = false)]
    page_size: i32,
    /// From the last page; the other parameters must be the same.
    page_token: Option<String>,
}

/// A canned response to be made.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCannedResponse {
    /// The client's own id of the request: 1 to 64 printable ASCII characters. Sent again, one is made.
    request_id: String,
    /// Who may use it.
    scope: CannedScope,
    /// `team_…`, exactly with scope `team`.
    team_id: Option<String>,
    /// 1 to 40 characters of a-z, 0-9, `_` and `-`.
    shortcut: String,
    /// 1 to 80 characters.
    title: String,
    /// 1 byte to 8 KiB, with at most 20 different variables.
    text: String,
}

/// What is to be another way. What is absent stays.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CannedChange {
    /// 1 to 40 characters of a-z, 0-9, `_` and `-`.
    shortcut: Option<String>,
    /// 1 to 80 characters.
    title: Option<String>,
    /// 1 byte to 8 KiB, with at most 20 different variables.
    text: Option<String>,
    /// As last read.
    etag: String,
}

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AsRead {
    /// The etag as last read: what was changed since is not deleted. Without one it is deleted however it is by then.
    etag: Option<String>,
}

/// Nothing more to say.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct Deleted {}

impl From<wire::CannedResponse> for CannedResponse {
    fn from(canned: wire::CannedResponse) -> Self {
        let variable = |variable: wire::CannedVariable| CannedVariable {
            name: variable.name,
            fallback: variable.fallback,
        };
        Self {
            id: canned.id,
            scope: canned.scope.into(),
            team_id: some(canned.team_id),
            owner_id: some(canned.owner_id),
            shortcut: canned.shortcut,
            title: canned.title,
            text: canned.text,
            variables: canned.variables.into_iter().map(variable).collect(),
            etag: canned.etag,
            revision: canned.revision,
            create_time: time(canned.create_time),
        }
    }
}

impl Tagged for CannedResponse {
    fn etag(&self) -> &str {
        &self.etag
    }
}

/// Lists the canned responses that the signed-in member may use, by shortcut.
#[utoipa::path(get, path = "/v1/inbox/canned-responses", operation_id = "listCannedResponses", tag = "inbox", params(Filter),
    responses((status = 200, body = CannedPage)))]
pub(super) async fn list(Desk(desk): Desk, Params(filter): Params<Filter>) -> Answer<CannedPage> {
    let request = ListCannedResponsesRequest {
        scope: filter.scope.map(i32::from).unwrap_or_default(),
        team_id: filter.team_id.unwrap_or_default(),
        shortcut_prefix: filter.shortcut_prefix.unwrap_or_default(),
        page_size: filter.page_size,
        page_token: filter.page_token.unwrap_or_default(),
    };
    whole(desk.canned().list_canned_responses(request).await?)
}

read! {
    /// Reads a canned response.
    "/v1/inbox/canned-responses/{id}" as "readCannedResponse":
        canned.get_canned_response(GetCannedResponseRequest { canned_response_id }) -> CannedResponse, tagged
}

/// Makes a canned response. `LIMIT_REACHED` (409): the workspace, the team or the member has 500 already.
#[utoipa::path(post, path = "/v1/inbox/canned-responses", operation_id = "createCannedResponse", tag = "inbox",
    request_body = NewCannedResponse, responses((status = 201, body = CannedResponse)))]
pub(super) async fn create(Desk(desk): Desk, Body(new): Body<NewCannedResponse>) -> Made<CannedResponse> {
    let canned = wire::CannedResponse {
        scope: new.scope.into(),
        team_id: new.team_id.unwrap_or_default(),
        shortcut: new.shortcut,
        title: new.title,
        text: new.text,
        ..wire::CannedResponse::default()
    };
    let request = CreateCannedResponseRequest { request_id: new.request_id, canned_response: Some(canned) };
    made(desk.canned().create_canned_response(request).await?)
}

/// Changes shortcut, title or text of a canned response. The etag stands in the body.
#[utoipa::path(patch, path = "/v1/inbox/canned-responses/{id}", operation_id = "updateCannedResponse", tag = "inbox",
    request_body = CannedChange, responses((status = 200, body = CannedResponse)))]
pub(super) async fn update(
    Desk(desk): Desk,
    Id(canned_response_id): Id,
    Body(change): Body<CannedChange>,
) -> Result<WithEtag<CannedResponse>, Problem> {
    let update_mask = mask([
        ("shortcut", change.shortcut.is_some()),
        ("title", change.title.is_some()),
        ("text", change.text.is_some()),
    ]);
    let canned = wire::CannedResponse {
        shortcut: change.shortcut.unwrap_or_default(),
        title: change.title.unwrap_or_default(),
        text: change.text.unwrap_or_default(),
        ..wire::CannedResponse::default()
    };
    let (canned_response, etag) = (Some(canned), change.etag);
    let request = UpdateCannedResponseRequest { canned_response_id, canned_response, update_mask, etag };
    tagged(desk.canned().update_canned_response(request).await?)
}

/// Deletes a canned response; its shortcut is free again. One that is gone already may be deleted again.
#[utoipa::path(delete, path = "/v1/inbox/canned-responses/{id}", operation_id = "deleteCannedResponse", tag = "inbox",
    params(AsRead), responses((status = 200, body = Deleted)))]
pub(super) async fn delete(
    Desk(desk): Desk,
    Id(canned_response_id): Id,
    Params(AsRead { etag }): Params<AsRead>,
) -> Answer<Deleted> {
    let etag = match etag {
        // Whoever compares has something to compare with: an empty one would delete what was never looked at.
        Some(etag) if etag.is_empty() => return Err(Problem::field("etag", "must not be empty")),
        given => given.unwrap_or_default(),
    };
    desk.canned().delete_canned_response(DeleteCannedResponseRequest { canned_response_id, etag }).await?;
    Ok(Json(Deleted {}))
}
