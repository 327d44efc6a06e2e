//! Malformed requests: every fault is named, none is ours.

use baton_kit::door::refusal::reason_of;
use baton_proto::{
    ai::v1::{
        Assistant, CreateAssistantRequest, CreateDocumentRequest, GetAssistantRequest, HandoffAction,
        ListAssistantsRequest, ListDocumentsRequest, SearchKnowledgeRequest,
        assistant_service_client::AssistantServiceClient, knowledge_service_client::KnowledgeServiceClient,
    },
    common::v1::ErrorReason,
};
use tonic::Status;

use super::{
    contract::{assistant, create_assistant, create_document, document, staff},
    house::House,
};

fn bad_assistants() -> Vec<CreateAssistantRequest> {
    let with = |handoff: HandoffAction| {
        create_assistant("r", Assistant { handoff: Some(handoff), ..assistant("Ada") })
    };
    let mut bad = vec![CreateAssistantRequest::default(), create_assistant("", assistant("Ada"))];
    bad.push(CreateAssistantRequest { request_id: "r".to_owned(), assistant: None });
    bad.push(create_assistant(&"r".repeat(65), assistant("Ada")));
    bad.push(create_assistant("r\0", assistant("Ada")));
    bad.extend(
        ["", " ", "\u{200b}", "a\0b", &"x".repeat(81)].map(|name| create_assistant("r", assistant(name))),
    );
    bad.extend(
        ["a\0b".to_owned(), "x".repeat(16 * 1024 + 1)]
            .map(|text| create_assistant("r", Assistant { instructions: text, ..assistant("Ada") })),
    );
    bad.extend(
        ["a\0b".to_owned(), "x".repeat(4097)]
            .map(|when_to_use| with(HandoffAction { when_to_use, ..HandoffAction::default() })),
    );
    bad.extend(
        [-1, 11, 999, i32::MIN, i32::MAX]
            .map(|after_no_answers| with(HandoffAction { after_no_answers, ..HandoffAction::default() })),
    );
    let phrases = [
        vec![String::new()],
        vec!["a\0".to_owned()],
        vec!["!?".to_owned()],
        vec!["x".repeat(101)],
        vec!["x".to_owned(); 51],
    ];
    bad.extend(phrases.map(|phrases| with(HandoffAction { phrases, ..HandoffAction::default() })));
    bad
}

fn bad_documents() -> Vec<CreateDocumentRequest> {
    let long = "x".repeat(256 * 1024 + 1);
    let uris = [
        "javascript:alert(1)",
        "ftp://x.example",
        "https://",
        "http:// x",
        "https://x.example/\0",
        "https://x.example/\"onload",
    ];
    let long_uri = format!("https://x.example/{}", "x".repeat(2000));
    let mut bad = vec![CreateDocumentRequest::default(), create_document("", document("t", "x", ""))];
    bad.push(CreateDocumentRequest { request_id: "r".to_owned(), document: None });
    bad.extend(
        ["", "\n", "a\0", &"x".repeat(201)].map(|title| create_document("r", document(title, "x", ""))),
    );
    bad.extend(["", " ", "a\0", &long].map(|text| create_document("r", document("t", text, ""))));
    bad.extend(
        uris.into_iter().chain([long_uri.as_str()]).map(|uri| create_document("r", document("t", "x", uri))),
    );
    bad
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_an_assistant_or_a_document_is_named_field_by_field() {
    let houses = House::each().await;
    let running = houses[0].start().await;
    let mut assistants = AssistantServiceClient::new(staff(&houses[0], &running));
    for request in bad_assistants() {
        let shown = format!("{request:?}");
        named(assistants.create_assistant(request).await.map(drop), &shown);
    }
    let mut knowledge = KnowledgeServiceClient::new(staff(&houses[0], &running));
    for request in bad_documents() {
        let shown = format!("{request:?}");
        named(knowledge.create_document(request).await.map(drop), &shown);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_ids_queries_and_page_sizes_are_named() {
    let houses = House::each().await;
    let running = houses[0].start().await;
    let mut assistants = AssistantServiceClient::new(staff(&houses[0], &running));
    let mut knowledge = KnowledgeServiceClient::new(staff(&houses[0], &running));
    let foreign = "doc_00000000000000000000000001";
    for id in ["", "asst_", foreign, "asst_0000000000000000000000000!", "a\0", &"x".repeat(100_000)] {
        named(
            assistants.get_assistant(GetAssistantRequest { assistant_id: id.to_owned() }).await.map(drop),
            id,
        );
    }
    for query in ["", " ", "a\0", &"x".repeat(1001)] {
        let request = SearchKnowledgeRequest { query: query.to_owned(), limit: 0 };
        named(knowledge.search_knowledge(request).await.map(drop), query);
    }
    let negative = SearchKnowledgeRequest { query: "x".to_owned(), limit: -1 };
    named(knowledge.search_knowledge(negative).await.map(drop), "limit");
    let negative = ListAssistantsRequest { page_size: -1, page_token: String::new() };
    named(assistants.list_assistants(negative).await.map(drop), "page_size");
    let negative = ListDocumentsRequest { page_size: -1, page_token: String::new() };
    named(knowledge.list_documents(negative).await.map(drop), "page_size");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_made_up_page_token_is_refused() {
    let houses = House::each().await;
    let running = houses[0].start().await;
    let mut assistants = AssistantServiceClient::new(staff(&houses[0], &running));
    let mut knowledge = KnowledgeServiceClient::new(staff(&houses[0], &running));
    for page_token in ["x", "a\0b", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &"A".repeat(10_000)] {
        let page_token = page_token.to_owned();
        let request = ListAssistantsRequest { page_size: 0, page_token: page_token.clone() };
        let refused = assistants.list_assistants(request).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::InvalidToken));
        let request = ListDocumentsRequest { page_size: 0, page_token };
        let refused = knowledge.list_documents(request).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::InvalidToken));
    }
}

fn named(outcome: Result<(), Status>, request: &str) {
    let shown: String = request.chars().take(200).collect();
    let status = outcome.err().unwrap_or_else(|| panic!("taken: {shown}"));
    assert_eq!(reason_of(&status), Some(ErrorReason::InvalidFields), "{shown}: {status:?}");
    let violations = tonic_types::StatusExt::get_details_bad_request(&status).unwrap().field_violations;
    assert!(!violations.is_empty(), "{shown}");
}
