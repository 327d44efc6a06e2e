//! `baton.team.v1.CannedResponseService`.

use baton_kit::door::{fields::Fields, principal::caller_of, refusal::Refusal};
use baton_proto::team::v1::{
    CreateCannedResponseRequest, CreateCannedResponseResponse, DeleteCannedResponseRequest,
    DeleteCannedResponseResponse, GetCannedResponseRequest, GetCannedResponseResponse,
    ListCannedResponsesRequest, ListCannedResponsesResponse, RenderCannedResponseRequest,
    RenderCannedResponseResponse, UpdateCannedResponseRequest, UpdateCannedResponseResponse,
    canned_response_service_server::CannedResponseService,
};
use tonic::{Request, Response, Status, async_trait};

use super::{convert, status};
use crate::{
    application::{
        create_canned_response::CreateCannedResponse, delete_canned_response::DeleteCannedResponse,
        get_canned_response::GetCannedResponse, list_canned_responses::ListCannedResponses,
        render_canned_response::RenderCannedResponse, update_canned_response::UpdateCannedResponse,
    },
    domain::ids::CannedResponseId,
};

/// The server.
#[derive(Clone)]
pub(crate) struct CannedResponseApi {
    pub create: CreateCannedResponse,
    pub get: GetCannedResponse,
    pub list: ListCannedResponses,
    pub update: UpdateCannedResponse,
    pub delete: DeleteCannedResponse,
    pub render: RenderCannedResponse,
}

#[async_trait]
impl CannedResponseService for CannedResponseApi {
    async fn create_canned_response(
        &self,
        request: Request<CreateCannedResponseRequest>,
    ) -> Result<Response<CreateCannedResponseResponse>, Status> {
        let caller = caller_of(&request)?;
        let command = convert::create_canned_response(&caller, request.into_inner())?;
        let made = self.create.run(command).await.map_err(status::create_canned_response)?;
        let canned_response = Some(convert::wire_canned_response(&made));
        Ok(Response::new(CreateCannedResponseResponse { canned_response }))
    }

    async fn get_canned_response(
        &self,
        request: Request<GetCannedResponseRequest>,
    ) -> Result<Response<GetCannedResponseResponse>, Status> {
        let viewer = convert::viewer(&caller_of(&request)?)?;
        let id = id(&request.get_ref().canned_response_id)?;
        let found = self.get.run(viewer, id).await.map_err(status::store)?;
        let found = found.ok_or_else(|| Refusal::not_found("canned response"))?;
        let canned_response = Some(convert::wire_canned_response(&found));
        Ok(Response::new(GetCannedResponseResponse { canned_response }))
    }

    async fn list_canned_responses(
        &self,
        request: Request<ListCannedResponsesRequest>,
    ) -> Result<Response<ListCannedResponsesResponse>, Status> {
        let caller = caller_of(&request)?;
        let viewer = convert::viewer(&caller)?;
        let (filter, wanted) = convert::list_canned_responses(&caller, request.get_ref())?;
        let page = self.list.run(viewer, filter, wanted.after.clone(), wanted.size).await;
        let page = page.map_err(status::store)?;
        let canned_responses = page.rows.iter().map(convert::wire_canned_response).collect();
        let next_page_token = wanted.next_token(page.next);
        Ok(Response::new(ListCannedResponsesResponse { canned_responses, next_page_token }))
    }

    async fn update_canned_response(
        &self,
        request: Request<UpdateCannedResponseRequest>,
    ) -> Result<Response<UpdateCannedResponseResponse>, Status> {
        let caller = caller_of(&request)?;
        let change = convert::update_canned_response(&caller, request.into_inner())?;
        let changed = self.update.run(change).await.map_err(status::change_canned_response)?;
        let canned_response = Some(convert::wire_canned_response(&changed));
        Ok(Response::new(UpdateCannedResponseResponse { canned_response }))
    }

    async fn delete_canned_response(
        &self,
        request: Request<DeleteCannedResponseRequest>,
    ) -> Result<Response<DeleteCannedResponseResponse>, Status> {
        let caller = caller_of(&request)?;
        let deletion = convert::delete_canned_response(&caller, request.get_ref())?;
        self.delete.run(deletion).await.map_err(status::delete_canned_response)?;
        Ok(Response::new(DeleteCannedResponseResponse {}))
    }

    async fn render_canned_response(
        &self,
        request: Request<RenderCannedResponseRequest>,
    ) -> Result<Response<RenderCannedResponseResponse>, Status> {
        let caller = caller_of(&request)?;
        let command = convert::render_canned_response(&caller, request.into_inner())?;
        let rendered = self.render.run(command).await.map_err(status::render_canned_response)?;
        Ok(Response::new(convert::wire_rendered(rendered)))
    }
}

fn id(text: &str) -> Result<CannedResponseId, Refusal> {
    let mut fields = Fields::new();
    let id = fields.parsed("canned_response_id", text);
    let (id,) = fields.all((id,))?;
    Ok(id)
}
