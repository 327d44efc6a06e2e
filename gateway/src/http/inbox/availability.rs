//! `PUT /v1/inbox/availability`: whether the signed-in member takes conversations.

use axum::{Json, extract::State};
use baton_proto::routing::v1::{
    AvailabilityState, SetAvailabilityRequest, availability_service_client::AvailabilityServiceClient,
};

use super::super::{
    app::App,
    body::Body,
    convert::present,
    problem::{Document, Problem},
    session::Member,
    words::Availability,
};

/// Whether a member takes conversations.
#[derive(Clone, Copy, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Wanted {
    /// Takes conversations.
    Online,
    /// Finishes what they have and takes nothing new.
    Busy,
    /// Not at the desk.
    Away,
    /// Not working.
    Offline,
}

/// What the member says.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetAvailability {
    /// Whether they take conversations.
    state: Wanted,
    /// How many at once, 1 to 100; unchanged if not given.
    limit: Option<i32>,
}

/// A member's availability.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct MemberAvailability {
    /// `mem_…`.
    member_id: String,
    /// Whether they take conversations.
    state: Availability,
    /// How many routing may give them at once.
    limit: i32,
}

/// Says whether the signed-in member takes conversations. The last one counts.
#[utoipa::path(put, path = "/v1/inbox/availability", operation_id = "setAvailability", tag = "inbox", request_body = SetAvailability,
    params(("X-Baton-CSRF" = String, Header, description = "`1`")), security(("session" = [])),
    responses((status = 200, body = MemberAvailability), (status = "default", body = Document, content_type = "application/problem+json")))]
pub(super) async fn set(
    State(app): State<App>,
    member: Member,
    Body(body): Body<SetAvailability>,
) -> Result<Json<MemberAvailability>, Problem> {
    let state = match body.state {
        Wanted::Online => AvailabilityState::Online,
        Wanted::Busy => AvailabilityState::Busy,
        Wanted::Away => AvailabilityState::Away,
        Wanted::Offline => AvailabilityState::Offline,
    };
    let mut availability = AvailabilityServiceClient::new(app.peers.routing.with_token(&member.token));
    let request = SetAvailabilityRequest { state: state.into(), limit: body.limit.unwrap_or_default() };
    let answer =
        present(availability.set_availability(request).await?.into_inner().availability, "availability")?;
    Ok(Json(MemberAvailability {
        member_id: answer.member_id,
        state: answer.state.into(),
        limit: answer.limit,
    }))
}
