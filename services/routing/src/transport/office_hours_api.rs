//! `OfficeHoursService` on the wire.

use baton_kit::door::principal::caller_of;
use baton_proto::routing::v1::{
    CheckOfficeHoursRequest, CheckOfficeHoursResponse, GetOfficeHoursRequest, GetOfficeHoursResponse,
    SetOfficeHoursRequest, SetOfficeHoursResponse, office_hours_service_server::OfficeHoursService,
};
use tonic::{Request, Response, Status};

use super::{convert::hours as convert, status};
use crate::application::{
    check_office_hours::CheckOfficeHours, get_office_hours::GetOfficeHours, set_office_hours::SetOfficeHours,
};

/// The server.
pub struct OfficeHoursApi {
    /// For GetOfficeHours.
    pub get: GetOfficeHours,
    /// For SetOfficeHours.
    pub set: SetOfficeHours,
    /// For CheckOfficeHours.
    pub check: CheckOfficeHours,
}

#[tonic::async_trait]
impl OfficeHoursService for OfficeHoursApi {
    async fn get_office_hours(
        &self,
        request: Request<GetOfficeHoursRequest>,
    ) -> Result<Response<GetOfficeHoursResponse>, Status> {
        let workspace = caller_of(&request)?.workspace()?;
        let kept = self.get.run(workspace).await.map_err(|error| status::store(&error))?;
        Ok(Response::new(GetOfficeHoursResponse { office_hours: Some(convert::kept(&kept)) }))
    }

    async fn set_office_hours(
        &self,
        request: Request<SetOfficeHoursRequest>,
    ) -> Result<Response<SetOfficeHoursResponse>, Status> {
        let workspace = caller_of(&request)?.workspace()?;
        let command = convert::set_office_hours(workspace, request.get_ref())?;
        let kept = self.set.run(command).await.map_err(|error| status::set_office_hours(&error))?;
        Ok(Response::new(SetOfficeHoursResponse { office_hours: Some(convert::kept(&kept)) }))
    }

    async fn check_office_hours(
        &self,
        request: Request<CheckOfficeHoursRequest>,
    ) -> Result<Response<CheckOfficeHoursResponse>, Status> {
        let caller = caller_of(&request)?;
        let workspace = caller.workspace()?;
        let (at, language) = convert::check_office_hours(request.get_ref())?;
        let known = self.check.run(workspace, at, language).await;
        let (assessment, counts) = known.map_err(|error| status::store(&error))?;
        Ok(Response::new(convert::check(&caller, &assessment, counts)))
    }
}
