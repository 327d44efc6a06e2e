//! `GET /v1/inbox/stream`: everything that happens in the workspace's conversations, live.

use axum::{extract::State, response::Response};

use super::super::{
    app::App,
    last_event_id::LastEventId,
    problem::Problem,
    session::{Member, MemberWarrant},
};
use crate::{
    edge::ClientAddress,
    live::{Addressee, Audience, Holder, MemberId, Opening},
};

/// Follows the workspace's conversations. Needs `conversations:read`.
///
/// Events: `event` (a change, as `InboxEvent`); `activity` (as `Activity`: seen now or never, without an id); `notice`
/// (as `Notice`, to the member it is for, without an id: load the list after each connect); `reset`: load the lists
/// again and go on; `resume`: too slow, come back; `reconnect`: come back after `after_ms`; `ended`: the session is over. Begin with a
/// list's `resume_token` as `Last-Event-ID`; delivery is at least once, so keep the highest revision of each conversation.
#[utoipa::path(get, path = "/v1/inbox/stream", operation_id = "followInbox", tag = "inbox",
    params(("Last-Event-ID" = Option<String>, Header, description = "Go on after this place.")),
    responses((status = 200, body = super::view::InboxItem, content_type = "text/event-stream")))]
pub(super) async fn follow(
    State(app): State<App>,
    from: ClientAddress,
    member: Member,
    LastEventId(after): LastEventId,
) -> Result<Response, Problem> {
    let (warrant, caller) = MemberWarrant::new(&app, member)?;
    let holders = [Holder::Member(caller.fingerprint()), Holder::at(from.0)];
    let (workspace, member) = (caller.workspace()?, MemberId::from_uuid(caller.subject));
    let opening = Opening {
        audience: Audience::Staff { workspace },
        addressee: Some(Addressee { workspace, member }),
        seat: app.live.seats.take(holders)?,
    };
    Ok(app.live.open(opening, after.as_deref(), warrant)?)
}
