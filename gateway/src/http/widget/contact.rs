//! `POST /v1/widget/email`: the visitor says where an answer reaches them.

use axum::http::StatusCode;
use baton_proto::conversation::v1::LeaveEmailRequest;

use super::super::{body::Body, clients::Guest, problem::Problem};

/// Where to answer.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LeaveEmail {
    /// At most 254 bytes.
    email: String,
}

/// Leaves an e-mail address. A wish for a person that nobody took is then promised by e-mail. The last one counts.
#[utoipa::path(post, path = "/v1/widget/email", operation_id = "leaveWidgetEmail", tag = "widget", request_body = LeaveEmail,
    responses((status = 204)))]
pub(super) async fn leave_email(
    Guest(guest): Guest,
    Body(body): Body<LeaveEmail>,
) -> Result<StatusCode, Problem> {
    guest.contacts().leave_email(LeaveEmailRequest { email: body.email }).await?;
    Ok(StatusCode::NO_CONTENT)
}
