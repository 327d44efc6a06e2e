//! `POST /v1/widget/activity` and `/v1/widget/read`: what the visitor is doing, and how far they have read.

use axum::{extract::State, http::StatusCode};
use baton_proto::conversation::v1::{ActivityKind, MarkReadRequest, ReportActivityRequest};

use super::super::{app::App, body::Body, clients::Guest, params::short, problem::Problem, session::Visitor};

/// What a visitor may be doing.
#[derive(Clone, Copy, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum VisitorDoes {
    /// Writing.
    Typing,
    /// No longer.
    Idle,
}

/// What the visitor is doing.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WidgetActivity {
    /// `conv_…`.
    conversation_id: String,
    /// What.
    activity: VisitorDoes,
}

/// How far the visitor has read.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WidgetRead {
    /// `conv_…`.
    conversation_id: String,
    /// The last message read.
    sequence: i64,
}

/// Says whether the visitor writes. Worth repeating every 3 s while it lasts; what is not repeated for 6 s is over.
#[utoipa::path(post, path = "/v1/widget/activity", operation_id = "reportWidgetActivity", tag = "widget", request_body = WidgetActivity,
    responses((status = 204)))]
pub(super) async fn activity(
    State(app): State<App>,
    Visitor(caller): Visitor,
    Guest(guest): Guest,
    Body(body): Body<WidgetActivity>,
) -> Result<StatusCode, Problem> {
    let kind = match body.activity {
        VisitorDoes::Typing => ActivityKind::Typing,
        VisitorDoes::Idle => ActivityKind::Idle,
    };
    let conversation_id = short("conversation_id", body.conversation_id)?;
    let said = (conversation_id.clone(), kind);
    let request = ReportActivityRequest { conversation_id, kind: kind.into() };
    let call = async { guest.conversations().report_activity(request).await.map(drop) };
    app.pace.pass_on(&caller.fingerprint(), said, call).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Says how far the visitor has read. It never goes back.
#[utoipa::path(post, path = "/v1/widget/read", operation_id = "markWidgetRead", tag = "widget", request_body = WidgetRead,
    responses((status = 204)))]
pub(super) async fn read(Guest(guest): Guest, Body(body): Body<WidgetRead>) -> Result<StatusCode, Problem> {
    let request = MarkReadRequest { conversation_id: body.conversation_id, sequence: body.sequence };
    guest.conversations().mark_read(request).await?;
    Ok(StatusCode::NO_CONTENT)
}
