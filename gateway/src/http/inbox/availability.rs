//! `/v1/inbox/availability`: who takes conversations.

use baton_proto::routing::v1::{self as wire, ListAvailabilityRequest, SetAvailabilityRequest};

use super::{
    super::{
        answers::{Answer, page, shown},
        body::Body,
        clients::Desk,
        words::Availability,
    },
    routes::list,
};

/// What the member says.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetAvailability {
    /// Whether they take conversations.
    state: Availability,
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

page! {
    /// A page of those who ever said so.
    AvailabilityPage of availabilities: MemberAvailability from wire::ListAvailabilityResponse
}

impl From<wire::MemberAvailability> for MemberAvailability {
    fn from(availability: wire::MemberAvailability) -> Self {
        Self {
            member_id: availability.member_id,
            state: availability.state.into(),
            limit: availability.limit,
        }
    }
}

list! {
    /// Lists who takes conversations.
    "/v1/inbox/availability" as "listAvailability": availability.list_availability(ListAvailabilityRequest) -> AvailabilityPage
}

/// Says whether the signed-in member takes conversations. The last one counts.
#[utoipa::path(put, path = "/v1/inbox/availability", operation_id = "setAvailability", tag = "inbox", request_body = SetAvailability,
    responses((status = 200, body = MemberAvailability)))]
pub(super) async fn set(Desk(desk): Desk, Body(said): Body<SetAvailability>) -> Answer<MemberAvailability> {
    let request = SetAvailabilityRequest { state: said.state.into(), limit: said.limit.unwrap_or_default() };
    shown(desk.availability().set_availability(request).await?)
}
