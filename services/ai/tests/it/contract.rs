//! The contract: every method has its rule, repeats are safe, tenants are apart, bad input is named.

use std::collections::BTreeMap;

use baton_kit::{
    door::{peer::Line, principal::Scope, refusal::reason_of},
    life::ids::WorkspaceId,
};
use baton_proto::{
    ai::v1::{
        Assistant, CreateAssistantRequest, CreateDocumentRequest, DeleteDocumentRequest, Document,
        GetAssistantRequest, ListAssistantsRequest, ListDocumentsRequest, RegenerateBriefRequest,
        SearchKnowledgeRequest, UpdateAssistantRequest, assistant_service_client::AssistantServiceClient,
        insight_service_client::InsightServiceClient, knowledge_service_client::KnowledgeServiceClient,
    },
    common::v1::ErrorReason,
};
use prost::Message as _;
use tonic::{Code, Status};
use uuid::Uuid;

use super::house::{House, Running};

pub(crate) const ALL: [Scope; 5] = [
    Scope::AssistantsRead,
    Scope::AssistantsWrite,
    Scope::KnowledgeRead,
    Scope::KnowledgeWrite,
    Scope::ConversationsWrite,
];

#[test]
fn every_method_of_the_contract_has_exactly_one_rule() {
    let set = prost_types::FileDescriptorSet::decode(baton_proto::DESCRIPTORS).unwrap();
    let mut rows: BTreeMap<String, usize> = BTreeMap::new();
    for file in set.file.iter().filter(|file| file.package() == "baton.ai.v1") {
        for service in &file.service {
            for method in &service.method {
                rows.insert(format!("/{}.{}/{}", file.package(), service.name(), method.name()), 0);
            }
        }
    }
    assert_eq!(rows.len(), 9);
    for rule in baton_ai::RULES {
        *rows.get_mut(rule.method).unwrap_or_else(|| panic!("{} is not in the contract", rule.method)) += 1;
    }
    assert!(rows.values().all(|count| *count == 1), "{rows:?}");
}

pub(crate) fn assistant(name: &str) -> Assistant {
    Assistant { name: name.to_owned(), ..Assistant::default() }
}

pub(crate) fn create_assistant(request_id: &str, assistant: Assistant) -> CreateAssistantRequest {
    CreateAssistantRequest { request_id: request_id.to_owned(), assistant: Some(assistant) }
}

pub(crate) fn document(title: &str, text: &str, uri: &str) -> Document {
    Document { title: title.to_owned(), text: text.to_owned(), uri: uri.to_owned(), ..Document::default() }
}

pub(crate) fn create_document(request_id: &str, document: Document) -> CreateDocumentRequest {
    CreateDocumentRequest { request_id: request_id.to_owned(), document: Some(document) }
}

pub(crate) fn staff(house: &House, running: &Running) -> Line {
    house.member(running, house.workspace, &ALL)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_sent_twice_makes_one_and_another_content_is_refused() {
    for house in House::each().await {
        let running = house.start().await;
        let mut client = AssistantServiceClient::new(staff(&house, &running));
        let first = client
            .create_assistant(create_assistant("r1", assistant("Ada")))
            .await
            .unwrap()
            .into_inner()
            .assistant
            .unwrap();
        let again = client
            .create_assistant(create_assistant("r1", assistant("Ada")))
            .await
            .unwrap()
            .into_inner()
            .assistant
            .unwrap();
        assert_eq!(first, again);
        assert!(!first.handoff.as_ref().unwrap().enabled, "off until enabled");
        let other = client.create_assistant(create_assistant("r1", assistant("Bob"))).await.unwrap_err();
        assert_eq!(reason_of(&other), Some(ErrorReason::RequestIdReused));
        let got = client
            .get_assistant(GetAssistantRequest { assistant_id: first.id.clone() })
            .await
            .unwrap()
            .into_inner();
        assert_eq!(got.assistant, Some(first));

        let mut client = KnowledgeServiceClient::new(staff(&house, &running));
        let first = client
            .create_document(create_document("r1", document("Parking", "Behind the house.", "")))
            .await
            .unwrap()
            .into_inner();
        let again = client
            .create_document(create_document("r1", document("Parking", "Behind the house.", "")))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(first, again);
        let search = SearchKnowledgeRequest { query: "parking".to_owned(), limit: 0 };
        let hits = client.search_knowledge(search).await.unwrap().into_inner().hits;
        assert_eq!(hits.len(), 1);
        assert!(hits[0].score > 0.0 && hits[0].passage == "Behind the house.");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_page_oldest_first_and_tokens_stay_with_their_request() {
    for house in House::each().await {
        let running = house.start().await;
        let mut client = AssistantServiceClient::new(staff(&house, &running));
        for n in 0..5 {
            client
                .create_assistant(create_assistant(&format!("r{n}"), assistant(&format!("A{n}"))))
                .await
                .unwrap();
        }
        let (mut names, mut page_token) = (Vec::new(), String::new());
        loop {
            let page = client
                .list_assistants(ListAssistantsRequest { page_size: 2, page_token })
                .await
                .unwrap()
                .into_inner();
            names.extend(page.assistants.into_iter().map(|assistant| assistant.name));
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        assert_eq!(names, ["A0", "A1", "A2", "A3", "A4"]);
        let page = client
            .list_assistants(ListAssistantsRequest { page_size: 2, page_token })
            .await
            .unwrap()
            .into_inner();
        let mut other = KnowledgeServiceClient::new(staff(&house, &running));
        let foreign = ListDocumentsRequest { page_size: 2, page_token: page.next_page_token };
        let refused = other.list_documents(foreign).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::InvalidToken));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_workspaces_things_are_not_there() {
    for house in House::each().await {
        let running = house.start().await;
        let assistant_id = house.shop(&running, true).await;
        let other = house.member(&running, WorkspaceId::from_uuid(Uuid::from_u128(3)), &ALL);
        let mut assistants = AssistantServiceClient::new(other.clone());
        let refused = assistants.get_assistant(GetAssistantRequest { assistant_id }).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::NotFound));
        assert!(
            assistants
                .list_assistants(ListAssistantsRequest::default())
                .await
                .unwrap()
                .into_inner()
                .assistants
                .is_empty()
        );
        let mut knowledge = KnowledgeServiceClient::new(other);
        assert!(
            knowledge
                .list_documents(ListDocumentsRequest::default())
                .await
                .unwrap()
                .into_inner()
                .documents
                .is_empty()
        );
        let search = SearchKnowledgeRequest { query: "opening hours".to_owned(), limit: 5 };
        assert!(knowledge.search_knowledge(search).await.unwrap().into_inner().hits.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_method_asks_for_its_scope_and_a_tenant() {
    let houses = House::each().await;
    let house = &houses[0];
    let running = house.start().await;
    for line in
        [house.member(&running, house.workspace, &[Scope::ConversationsRead]), house.peer(&running).as_self()]
    {
        for status in call_all(&line).await {
            assert_eq!(status.unwrap_err().code(), Code::PermissionDenied);
        }
    }
    for status in call_all(&house.peer(&running).anonymous()).await {
        assert_eq!(status.unwrap_err().code(), Code::Unauthenticated);
    }
}

async fn call_all(line: &Line) -> Vec<Result<(), Status>> {
    let (mut assistants, mut knowledge) =
        (AssistantServiceClient::new(line.clone()), KnowledgeServiceClient::new(line.clone()));
    let mut insights = InsightServiceClient::new(line.clone());
    vec![
        assistants.create_assistant(CreateAssistantRequest::default()).await.map(drop),
        assistants.get_assistant(GetAssistantRequest::default()).await.map(drop),
        assistants.list_assistants(ListAssistantsRequest::default()).await.map(drop),
        knowledge.create_document(CreateDocumentRequest::default()).await.map(drop),
        knowledge.list_documents(ListDocumentsRequest::default()).await.map(drop),
        knowledge.search_knowledge(SearchKnowledgeRequest::default()).await.map(drop),
        assistants.update_assistant(UpdateAssistantRequest::default()).await.map(drop),
        knowledge.delete_document(DeleteDocumentRequest::default()).await.map(drop),
        insights.regenerate_brief(RegenerateBriefRequest::default()).await.map(drop),
    ]
}
