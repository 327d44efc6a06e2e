//! `baton.team.v1.WorkspaceService`.

use baton_kit::door::{principal::caller_of, refusal::Refusal};
use baton_proto::team::v1::{
    CreateWorkspaceRequest, CreateWorkspaceResponse, GetWorkspaceRequest, GetWorkspaceResponse,
    workspace_service_server::WorkspaceService,
};
use tonic::{Request, Response, Status, async_trait};

use super::{convert, status};
use crate::application::{create_workspace::CreateWorkspace, get_workspace::GetWorkspace};

/// The server.
#[derive(Clone)]
pub(crate) struct WorkspaceApi {
    pub create: CreateWorkspace,
    pub get: GetWorkspace,
}

#[async_trait]
impl WorkspaceService for WorkspaceApi {
    async fn create_workspace(
        &self,
        request: Request<CreateWorkspaceRequest>,
    ) -> Result<Response<CreateWorkspaceResponse>, Status> {
        let caller = caller_of(&request)?;
        let command = convert::create_workspace(&caller, request.into_inner())?;
        let (workspace, owner) = self.create.run(command).await.map_err(status::create_workspace)?;
        let workspace = Some(convert::wire_workspace(&workspace));
        Ok(Response::new(CreateWorkspaceResponse { workspace, owner_id: owner.to_string() }))
    }

    async fn get_workspace(
        &self,
        request: Request<GetWorkspaceRequest>,
    ) -> Result<Response<GetWorkspaceResponse>, Status> {
        let id = caller_of(&request)?.workspace()?;
        let found = self.get.run(id).await.map_err(status::store)?;
        let workspace = found.ok_or_else(|| Refusal::not_found("workspace"))?;
        Ok(Response::new(GetWorkspaceResponse { workspace: Some(convert::wire_workspace(&workspace)) }))
    }
}
