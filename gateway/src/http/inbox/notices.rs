//! What the signed-in member was told in the inbox.

use baton_proto::notification::v1::{
    ListNoticesRequest, ListNoticesResponse, MarkNoticesReadRequest, MarkNoticesReadResponse,
};

use super::{
    super::{
        answers::{Answer, whole},
        body::Body,
        clients::Desk,
        convert::some,
        params::Params,
    },
    view::Notice,
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Only those that are not read.
    #[serde(default)]
    #[param(required = false)]
    unread_only: bool,
    /// At most this many; 50 if not given, at most 200.
    #[serde(default)]
    #[param(required = false)]
    page_size: i32,
    /// From the last page; the other parameters must be the same.
    page_token: Option<String>,
}

/// A page of notices, newest first.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct NoticePage {
    /// The page.
    notices: Vec<Notice>,
    /// For the next page; absent on the last.
    next_page_token: Option<String>,
    /// How many are not read, counted to 100 at most.
    unread_count: i32,
}

/// Which notices were read.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadNotices {
    /// At most 200, `ntc_…`; all of them if absent.
    notice_ids: Option<Vec<String>>,
}

/// What is left.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct Unread {
    /// How many are not read still, counted to 100 at most.
    unread_count: i32,
}

impl From<ListNoticesResponse> for NoticePage {
    fn from(page: ListNoticesResponse) -> Self {
        Self {
            notices: page.notices.into_iter().map(Notice::from).collect(),
            next_page_token: some(page.next_page_token),
            unread_count: page.unread_count,
        }
    }
}

impl From<MarkNoticesReadResponse> for Unread {
    fn from(left: MarkNoticesReadResponse) -> Self {
        Self { unread_count: left.unread_count }
    }
}

/// Lists the notices of the signed-in member, newest first.
#[utoipa::path(get, path = "/v1/inbox/notices", operation_id = "listNotices", tag = "inbox", params(Filter),
    responses((status = 200, body = NoticePage)))]
pub(super) async fn list(Desk(desk): Desk, Params(filter): Params<Filter>) -> Answer<NoticePage> {
    let Filter { unread_only, page_size, page_token } = filter;
    let request = ListNoticesRequest { unread_only, page_size, page_token: page_token.unwrap_or_default() };
    whole(desk.notices().list_notices(request).await?)
}

/// Marks notices of the signed-in member as read. What is read stays read.
#[utoipa::path(post, path = "/v1/inbox/notices/read", operation_id = "markNoticesRead", tag = "inbox", request_body = ReadNotices,
    responses((status = 200, body = Unread)))]
pub(super) async fn read(Desk(desk): Desk, Body(read): Body<ReadNotices>) -> Answer<Unread> {
    let request = MarkNoticesReadRequest { notice_ids: read.notice_ids.unwrap_or_default() };
    whole(desk.notices().mark_notices_read(request).await?)
}
