//! `AvailabilityService` on the wire.

use baton_kit::door::principal::caller_of;
use baton_proto::routing::v1::{
    ListAvailabilityRequest, ListAvailabilityResponse, SetAvailabilityRequest, SetAvailabilityResponse,
    availability_service_server::AvailabilityService,
};
use tonic::{Request, Response, Status};

use super::{convert, status};
use crate::application::{list_availability::ListAvailability, set_availability::SetAvailability};

/// The server.
pub struct AvailabilityApi {
    /// For SetAvailability.
    pub set: SetAvailability,
    /// For ListAvailability.
    pub list: ListAvailability,
}

#[tonic::async_trait]
impl AvailabilityService for AvailabilityApi {
    async fn set_availability(
        &self,
        request: Request<SetAvailabilityRequest>,
    ) -> Result<Response<SetAvailabilityResponse>, Status> {
        let caller = caller_of(&request)?;
        let command = convert::set_availability(&caller, request.get_ref())?;
        let said = self.set.run(command).await.map_err(|error| status::store(&error))?;
        Ok(Response::new(SetAvailabilityResponse { availability: Some(convert::availability(&said)) }))
    }

    async fn list_availability(
        &self,
        request: Request<ListAvailabilityRequest>,
    ) -> Result<Response<ListAvailabilityResponse>, Status> {
        let workspace = caller_of(&request)?.workspace()?;
        let (after, size) = convert::list_availability(workspace, request.get_ref())?;
        let (page, next) =
            self.list.run(workspace, after, size).await.map_err(|error| status::store(&error))?;
        Ok(Response::new(convert::availability_page(workspace, &page, next)))
    }
}
