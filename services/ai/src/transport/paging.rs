//! Where a list goes on, as a token.
//!
//! Must not know what is listed.

use baton_kit::{
    door::{page, principal::Caller, refusal::Refusal},
    life::ids::WorkspaceId,
};
use baton_proto::common::v1::ErrorReason;
use jiff::Timestamp;
use uuid::Uuid;

use crate::application::ports::After;

const TIME_BYTES: usize = 8;

/// A page asked for.
pub(super) struct Page {
    pub workspace: WorkspaceId,
    pub after: Option<After>,
}

/// Reads a page token; an empty one is the beginning.
pub(super) fn page(caller: &Caller, method: &str, token: &str) -> Result<Page, Refusal> {
    let workspace = caller.workspace()?;
    if token.is_empty() {
        return Ok(Page { workspace, after: None });
    }
    let payload = page::open(&bound(method, workspace), token)?;
    let refused = || Refusal::new(ErrorReason::InvalidToken, "the token was not made for this request");
    let after = after(&payload).ok_or_else(refused)?;
    Ok(Page { workspace, after: Some(after) })
}

/// The token of the next page; empty on the last.
pub(super) fn token(method: &str, workspace: WorkspaceId, next: Option<After>) -> String {
    let payload =
        |next: After| [&next.created_at.as_microsecond().to_be_bytes()[..], next.id.as_bytes()].concat();
    next.map(|next| page::seal(&bound(method, workspace), &payload(next))).unwrap_or_default()
}

fn bound(method: &str, workspace: WorkspaceId) -> String {
    format!("{method} {workspace}")
}

fn after(payload: &[u8]) -> Option<After> {
    let (time, id) = payload.split_at_checked(TIME_BYTES)?;
    let created_at = Timestamp::from_microsecond(i64::from_be_bytes(time.try_into().ok()?)).ok()?;
    Some(After { created_at, id: Uuid::from_slice(id).ok()? })
}
