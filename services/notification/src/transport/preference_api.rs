//! `PreferenceService` on the wire.

use baton_kit::door::principal::caller_of;
use baton_proto::notification::v1::{
    GetPreferencesRequest, GetPreferencesResponse, SetPreferencesRequest, SetPreferencesResponse,
    preference_service_server::PreferenceService,
};
use tonic::{Request, Response, Status};

use super::{convert, status};
use crate::{
    application::{get_preferences::GetPreferences, set_preferences::SetPreferences},
    domain::ids::MemberId,
};

/// The server.
pub struct PreferenceApi {
    /// For GetPreferences.
    pub get: GetPreferences,
    /// For SetPreferences.
    pub set: SetPreferences,
}

#[tonic::async_trait]
impl PreferenceService for PreferenceApi {
    async fn get_preferences(
        &self,
        request: Request<GetPreferencesRequest>,
    ) -> Result<Response<GetPreferencesResponse>, Status> {
        let caller = caller_of(&request)?;
        let wanted = self.get.run(caller.workspace()?, MemberId::from_uuid(caller.subject)).await;
        let preferences = convert::preferences(&wanted.map_err(|error| status::store(&error))?);
        Ok(Response::new(GetPreferencesResponse { preferences }))
    }

    async fn set_preferences(
        &self,
        request: Request<SetPreferencesRequest>,
    ) -> Result<Response<SetPreferencesResponse>, Status> {
        let caller = caller_of(&request)?;
        let wanted = convert::set_preferences(request.get_ref())?;
        let set = self.set.run(caller.workspace()?, MemberId::from_uuid(caller.subject), wanted).await;
        let preferences = convert::preferences(&set.map_err(|error| status::store(&error))?);
        Ok(Response::new(SetPreferencesResponse { preferences }))
    }
}
