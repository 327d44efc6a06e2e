//! `GET /v1/widget/stream`: the visitor's conversation, live. Read with `fetch`, so that the token stays in a header.

use axum::{extract::State, response::Response};

use super::super::{
    app::App,
    last_event_id::LastEventId,
    problem::Problem,
    session::{Visitor, VisitorWarrant},
};
use crate::{
    edge::ClientAddress,
    live::{Audience, ContactId, ConversationId, Holder, Opening},
};

/// Follows the visitor's conversations, or the one that the session is for.
///
/// Events: `message` and `conversation` (as in the thread); `typing` and `delta`: seen now or never, without an id; `reset`: load the
/// thread again and go on; `resume`: too slow, come back; `reconnect`: come back after `after_ms`; `ended`: the session is over. Open the
/// stream first or with the thread's `resume_token` as `Last-Event-ID`; delivery is at least once, so keep the highest sequence and
/// revision. Of `delta` drop what is below the highest `control_epoch` you saw.
#[utoipa::path(get, path = "/v1/widget/stream", operation_id = "followWidget", tag = "widget",
    params(("Last-Event-ID" = Option<String>, Header, description = "Go on after this place.")),
    responses((status = 200, body = super::view::WidgetItem, content_type = "text/event-stream")))]
pub(super) async fn follow(
    State(app): State<App>,
    from: ClientAddress,
    Visitor(caller): Visitor,
    LastEventId(after): LastEventId,
) -> Result<Response, Problem> {
    let (workspace, contact) = (caller.workspace()?, ContactId::from_uuid(caller.subject));
    let only = caller.only.map(ConversationId::from_uuid);
    let audience = Audience::Visitor { workspace, contact, only };
    let holders = [Holder::Visitor(caller.fingerprint()), Holder::at(from.0)];
    let opening = Opening { audience, addressee: None, seat: app.live.seats.take(holders)? };
    // The token is looked at with each heartbeat: that costs a hash.
    let warrant = VisitorWarrant { caller, verifier: app.verifier.clone(), period: app.live.heartbeat };
    Ok(app.live.open(opening, after.as_deref(), warrant)?)
}
