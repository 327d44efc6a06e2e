//! What the assistants answer from.

use axum::http::StatusCode;
use baton_proto::ai::v1::{
    self as wire, CreateDocumentRequest, DeleteDocumentRequest, ListDocumentsRequest, SearchKnowledgeRequest,
};

use super::{
    super::{
        answers::{Answer, Made, made, page, whole},
        body::{Body, LongBody},
        clients::Desk,
        convert::{some, time},
        params::Id,
        problem::Problem,
    },
    routes::list,
};

/// A text, or a question with its answer.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct KnowledgeDocument {
    /// `doc_…`.
    id: String,
    /// Its title, or the question.
    title: String,
    /// Its text, or the answer.
    text: String,
    /// Where a visitor can read it.
    uri: Option<String>,
    /// When it was added, RFC 3339.
    create_time: Option<String>,
}

page! {
    /// A page of documents, oldest first.
    KnowledgePage of documents: KnowledgeDocument from wire::ListDocumentsResponse
}

/// A document to be added.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewDocument {
    /// The client's own id of the request: 1 to 64 printable ASCII characters. Sent again, one document is added.
    request_id: String,
    /// 1 to 200 characters; for a question with its answer, the question.
    title: String,
    /// 1 byte to 256 KiB; for a question with its answer, the answer.
    text: String,
    /// Where a visitor can read it, http or https.
    uri: Option<String>,
}

/// What to look for.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Search {
    /// 1 to 1,000 characters.
    query: String,
    /// At most this many; 5 if not given, at most 20.
    #[serde(default)]
    limit: i32,
}

/// What was found, best first.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct Hits {
    /// The hits.
    hits: Vec<Hit>,
}

/// One hit.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct Hit {
    /// The document, `doc_…`.
    document_id: String,
    /// Its title.
    title: String,
    /// The best passage.
    passage: String,
    /// How well it fits; comparable within one answer only.
    score: f64,
}

impl From<wire::Document> for KnowledgeDocument {
    fn from(document: wire::Document) -> Self {
        Self {
            id: document.id,
            title: document.title,
            text: document.text,
            uri: some(document.uri),
            create_time: time(document.create_time),
        }
    }
}

impl From<wire::SearchKnowledgeResponse> for Hits {
    fn from(found: wire::SearchKnowledgeResponse) -> Self {
        let hit = |hit: wire::SearchHit| Hit {
            document_id: hit.document_id,
            title: hit.title,
            passage: hit.passage,
            score: hit.score,
        };
        Self { hits: found.hits.into_iter().map(hit).collect() }
    }
}

list! {
    /// Lists the documents, oldest first.
    "/v1/inbox/knowledge" as "listKnowledge": knowledge.list_documents(ListDocumentsRequest) -> KnowledgePage
}

/// Adds a document. Found by the next answer.
#[utoipa::path(post, path = "/v1/inbox/knowledge", operation_id = "addKnowledge", tag = "inbox", request_body = NewDocument,
    responses((status = 201, body = KnowledgeDocument)))]
pub(super) async fn create(
    Desk(desk): Desk,
    LongBody(new): LongBody<NewDocument>,
) -> Made<KnowledgeDocument> {
    let document = wire::Document {
        title: new.title,
        text: new.text,
        uri: new.uri.unwrap_or_default(),
        ..wire::Document::default()
    };
    let request = CreateDocumentRequest { request_id: new.request_id, document: Some(document) };
    made(desk.knowledge().create_document(request).await?)
}

/// Removes a document. No answer begun later rests on it.
#[utoipa::path(delete, path = "/v1/inbox/knowledge/{id}", operation_id = "deleteKnowledge", tag = "inbox",
    responses((status = 204)))]
pub(super) async fn delete(Desk(desk): Desk, Id(document_id): Id) -> Result<StatusCode, Problem> {
    desk.knowledge().delete_document(DeleteDocumentRequest { document_id }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Searches as an answer would. By POST: what is looked for may be a visitor's words, and addresses end up in logs.
#[utoipa::path(post, path = "/v1/inbox/knowledge/search", operation_id = "searchKnowledge", tag = "inbox", request_body = Search,
    responses((status = 200, body = Hits)))]
pub(super) async fn search(Desk(desk): Desk, Body(Search { query, limit }): Body<Search>) -> Answer<Hits> {
    whole(desk.knowledge().search_knowledge(SearchKnowledgeRequest { query, limit }).await?)
}
