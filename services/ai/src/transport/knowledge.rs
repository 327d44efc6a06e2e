//! `KnowledgeService`.

use std::sync::Arc;

use baton_kit::door::{fields::Fields, principal::caller_of};
use baton_proto::ai::v1::{
    CreateDocumentRequest, CreateDocumentResponse, DeleteDocumentRequest, DeleteDocumentResponse,
    ListDocumentsRequest, ListDocumentsResponse, SearchKnowledgeRequest, SearchKnowledgeResponse,
    knowledge_service_server::KnowledgeService,
};
use tonic::{Request, Response, Status};

use super::{convert, paging, status};
use crate::application::{
    create_document::CreateDocument, delete_document::DeleteDocument, list_documents::ListDocuments,
    ports::Retriever,
};

const PAGE: u32 = 50;
const LARGEST_PAGE: u32 = 200;
const HITS: u32 = 5;
const MOST_HITS: u32 = 20;
const LIST: &str = "ListDocuments";

/// The server.
pub(crate) struct KnowledgeApi {
    pub(crate) create: CreateDocument,
    pub(crate) list: ListDocuments,
    pub(crate) delete: DeleteDocument,
    pub(crate) retriever: Arc<dyn Retriever>,
}

#[tonic::async_trait]
impl KnowledgeService for KnowledgeApi {
    async fn create_document(
        &self,
        request: Request<CreateDocumentRequest>,
    ) -> Result<Response<CreateDocumentResponse>, Status> {
        let caller = caller_of(&request)?;
        let command = convert::create_document(&caller, request.into_inner())?;
        let document = self.create.run(command).await.map_err(status::create_document)?;
        Ok(Response::new(CreateDocumentResponse { document: Some(convert::document(document)) }))
    }

    async fn list_documents(
        &self,
        request: Request<ListDocumentsRequest>,
    ) -> Result<Response<ListDocumentsResponse>, Status> {
        let caller = caller_of(&request)?;
        let request = request.into_inner();
        let mut fields = Fields::new();
        let size = fields.page_size("page_size", request.page_size, PAGE, LARGEST_PAGE);
        let (size,) = fields.all((size,))?;
        let page = paging::page(&caller, LIST, &request.page_token)?;
        let (found, next) = self.list.run(page.workspace, page.after, size).await.map_err(status::store)?;
        let next_page_token = paging::token(LIST, page.workspace, next);
        let documents = found.into_iter().map(convert::document).collect();
        Ok(Response::new(ListDocumentsResponse { documents, next_page_token }))
    }

    async fn delete_document(
        &self,
        request: Request<DeleteDocumentRequest>,
    ) -> Result<Response<DeleteDocumentResponse>, Status> {
        let workspace = caller_of(&request)?.workspace()?;
        let mut fields = Fields::new();
        let id = fields.parsed("document_id", &request.get_ref().document_id);
        let (id,) = fields.all((id,))?;
        self.delete.run(workspace, id).await.map_err(status::delete_document)?;
        Ok(Response::new(DeleteDocumentResponse {}))
    }

    async fn search_knowledge(
        &self,
        request: Request<SearchKnowledgeRequest>,
    ) -> Result<Response<SearchKnowledgeResponse>, Status> {
        let workspace = caller_of(&request)?.workspace()?;
        let request = request.into_inner();
        let mut fields = Fields::new();
        let query = convert::query(&mut fields, &request.query);
        let limit = fields.page_size("limit", request.limit, HITS, MOST_HITS);
        let (query, limit) = fields.all((query, limit))?;
        let hits = self.retriever.search(workspace, &query, limit as usize).await.map_err(status::store)?;
        Ok(Response::new(SearchKnowledgeResponse { hits: hits.into_iter().map(convert::hit).collect() }))
    }
}
