//! `POST /v1/inbox/conversations/{id}/brief`: what to read before answering, made again.

use baton_proto::ai::v1::RegenerateBriefRequest;

use super::{
    super::{
        answers::{Made, made},
        clients::Desk,
        params::Id,
    },
    view::Brief,
};

/// Makes the brief of a conversation's last handoff again, also after it was taken.
#[utoipa::path(post, path = "/v1/inbox/conversations/{id}/brief", operation_id = "regenerateBrief", tag = "inbox",
    responses((status = 201, body = Brief)))]
pub(super) async fn regenerate(Desk(desk): Desk, Id(conversation_id): Id) -> Made<Brief> {
    made(desk.insights().regenerate_brief(RegenerateBriefRequest { conversation_id }).await?)
}
