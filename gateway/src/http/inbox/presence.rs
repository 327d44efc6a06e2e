//! What colleagues are doing in a conversation, and who has read how far.

use axum::{extract::State, http::StatusCode};
use baton_proto::conversation::v1::{
    ListReadMarksRequest, ListReadMarksResponse, MarkReadRequest, ReportActivityRequest,
};

use super::{
    super::{
        answers::{Answer, shown, whole},
        app::App,
        body::Body,
        clients::Desk,
        params::{Id, short},
        problem::Problem,
        session::Member,
        words::ActivityKind,
    },
    view::ReadMark,
};

/// How far the member has read.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadUpTo {
    /// The last message read.
    sequence: i64,
}

/// Who has read how far.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct ReadMarks {
    /// Newest first, at most 500.
    read_marks: Vec<ReadMark>,
}

/// What the member is doing.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MemberActivity {
    /// What.
    activity: ActivityKind,
}

impl From<ListReadMarksResponse> for ReadMarks {
    fn from(answer: ListReadMarksResponse) -> Self {
        Self { read_marks: answer.marks.into_iter().map(ReadMark::from).collect() }
    }
}

/// Says how far the signed-in member has read. It never goes back.
#[utoipa::path(post, path = "/v1/inbox/conversations/{id}/read", operation_id = "markRead", tag = "inbox", request_body = ReadUpTo,
    responses((status = 200, body = ReadMark)))]
pub(super) async fn read(
    Desk(desk): Desk,
    Id(conversation_id): Id,
    Body(ReadUpTo { sequence }): Body<ReadUpTo>,
) -> Answer<ReadMark> {
    shown(desk.conversations().mark_read(MarkReadRequest { conversation_id, sequence }).await?)
}

/// Lists who has read how far.
#[utoipa::path(get, path = "/v1/inbox/conversations/{id}/read-marks", operation_id = "listReadMarks", tag = "inbox",
    responses((status = 200, body = ReadMarks)))]
pub(super) async fn read_marks(Desk(desk): Desk, Id(conversation_id): Id) -> Answer<ReadMarks> {
    whole(desk.conversations().list_read_marks(ListReadMarksRequest { conversation_id }).await?)
}

/// Says what the signed-in member is doing. Worth repeating every 3 s while it lasts; what is not repeated for 6 s is over.
#[utoipa::path(post, path = "/v1/inbox/conversations/{id}/activity", operation_id = "reportActivity", tag = "inbox", request_body = MemberActivity,
    responses((status = 204)))]
pub(super) async fn activity(
    State(app): State<App>,
    member: Member,
    Desk(desk): Desk,
    Id(conversation_id): Id,
    Body(MemberActivity { activity }): Body<MemberActivity>,
) -> Result<StatusCode, Problem> {
    let speaker = app.verifier.verify(&member.grant.token)?.fingerprint();
    let request =
        ReportActivityRequest { conversation_id: short("id", conversation_id)?, kind: activity.into() };
    let said = (request.conversation_id.clone(), request.kind);
    let call = async { desk.conversations().report_activity(request).await.map(drop) };
    app.pace.pass_on(&speaker, said, call).await?;
    Ok(StatusCode::NO_CONTENT)
}
