//! `AssistantService`.

use baton_kit::door::{fields::Fields, principal::caller_of};
use baton_proto::ai::v1::{
    CreateAssistantRequest, CreateAssistantResponse, GetAssistantRequest, GetAssistantResponse,
    ListAssistantsRequest, ListAssistantsResponse, UpdateAssistantRequest, UpdateAssistantResponse,
    assistant_service_server::AssistantService,
};
use tonic::{Request, Response, Status};

use super::{convert, paging, status};
use crate::application::{
    create_assistant::CreateAssistant, find_assistants::FindAssistants, update_assistant::UpdateAssistant,
};

const PAGE: u32 = 50;
const LARGEST_PAGE: u32 = 200;
const LIST: &str = "ListAssistants";

/// The server.
pub(crate) struct AssistantApi {
    pub(crate) create: CreateAssistant,
    pub(crate) find: FindAssistants,
    pub(crate) update: UpdateAssistant,
}

#[tonic::async_trait]
impl AssistantService for AssistantApi {
    async fn create_assistant(
        &self,
        request: Request<CreateAssistantRequest>,
    ) -> Result<Response<CreateAssistantResponse>, Status> {
        let caller = caller_of(&request)?;
        let command = convert::create_assistant(&caller, request.into_inner())?;
        let assistant = self.create.run(command).await.map_err(status::create_assistant)?;
        Ok(Response::new(CreateAssistantResponse { assistant: Some(convert::assistant(assistant)) }))
    }

    async fn get_assistant(
        &self,
        request: Request<GetAssistantRequest>,
    ) -> Result<Response<GetAssistantResponse>, Status> {
        let workspace = caller_of(&request)?.workspace()?;
        let mut fields = Fields::new();
        let id = fields.parsed("assistant_id", &request.get_ref().assistant_id);
        let (id,) = fields.all((id,))?;
        let assistant = self.find.get(workspace, id).await.map_err(status::get_assistant)?;
        Ok(Response::new(GetAssistantResponse { assistant: Some(convert::assistant(assistant)) }))
    }

    async fn list_assistants(
        &self,
        request: Request<ListAssistantsRequest>,
    ) -> Result<Response<ListAssistantsResponse>, Status> {
        let caller = caller_of(&request)?;
        let request = request.into_inner();
        let mut fields = Fields::new();
        let size = fields.page_size("page_size", request.page_size, PAGE, LARGEST_PAGE);
        let (size,) = fields.all((size,))?;
        let page = paging::page(&caller, LIST, &request.page_token)?;
        let (found, next) = self.find.list(page.workspace, page.after, size).await.map_err(status::store)?;
        let next_page_token = paging::token(LIST, page.workspace, next);
        let assistants = found.into_iter().map(convert::assistant).collect();
        Ok(Response::new(ListAssistantsResponse { assistants, next_page_token }))
    }

    async fn update_assistant(
        &self,
        request: Request<UpdateAssistantRequest>,
    ) -> Result<Response<UpdateAssistantResponse>, Status> {
        let caller = caller_of(&request)?;
        let command = convert::update_assistant(&caller, request.into_inner())?;
        let assistant = self.update.run(command).await.map_err(status::change_assistant)?;
        Ok(Response::new(UpdateAssistantResponse { assistant: Some(convert::assistant(assistant)) }))
    }
}
