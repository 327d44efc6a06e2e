//! Changing assistants and removing documents.

use baton_kit::{
    door::refusal::{metadata_of, reason_of},
    life::ids::WorkspaceId,
};
use baton_proto::{
    ai::v1::{
        Assistant, AssistantChanged, CreateAssistantRequest, DeleteDocumentRequest, GetAssistantRequest,
        HandoffAction, InformationToGather, ListDocumentsRequest, SearchKnowledgeRequest,
        UpdateAssistantRequest, assistant_service_client::AssistantServiceClient,
        knowledge_service_client::KnowledgeServiceClient,
    },
    common::v1::ErrorReason,
};
use prost::Message as _;
use prost_types::FieldMask;
use uuid::Uuid;

use super::{
    contract::{ALL, assistant, create_assistant, create_document, document, staff},
    house::{House, Running},
};

type Assistants = AssistantServiceClient<baton_kit::door::peer::Line>;

fn change(made: &Assistant, to: Assistant, paths: &[&str]) -> UpdateAssistantRequest {
    UpdateAssistantRequest {
        assistant_id: made.id.clone(),
        assistant: Some(to),
        update_mask: Some(FieldMask { paths: paths.iter().map(|path| (*path).to_owned()).collect() }),
        etag: made.etag.clone(),
    }
}

fn whole_action() -> HandoffAction {
    let item = |name: &str, required, field: &str| InformationToGather {
        name: name.to_owned(),
        description: format!("Your {name}"),
        required,
        contact_field: field.to_owned(),
    };
    HandoffAction {
        enabled: true,
        when_to_use: "when in doubt".to_owned(),
        phrases: vec!["legal action".to_owned()],
        after_no_answers: 2,
        auto_assign_priority: true,
        team_id: "team_00000000000000000000000007".to_owned(),
        after_repeats: 3,
        on_negative_mood: true,
        information_to_gather: vec![item("e_mail", true, "email"), item("order", false, "")],
    }
}

async fn client_and_one(house: &House, running: &Running) -> (Assistants, Assistant) {
    let mut client = AssistantServiceClient::new(staff(house, running));
    let made = client.create_assistant(create_assistant("r1", assistant("Ada"))).await.unwrap();
    (client, made.into_inner().assistant.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_names_what_it_changes_and_comes_back_as_it_was_given() {
    for house in House::each().await {
        let running = house.start().await;
        let (mut client, made) = client_and_one(&house, &running).await;
        let action = whole_action();
        let to = Assistant { name: "Bob".to_owned(), handoff: Some(action.clone()), ..Assistant::default() };
        let changed = client.update_assistant(change(&made, to, &["handoff"])).await.unwrap().into_inner();
        let changed = changed.assistant.unwrap();
        assert_eq!((changed.name.as_str(), changed.revision), ("Ada", 2), "the name was not named");
        assert_eq!(changed.handoff, Some(action));
        assert_ne!(changed.etag, made.etag);
        let got = client.get_assistant(GetAssistantRequest { assistant_id: made.id.clone() }).await.unwrap();
        assert_eq!(got.into_inner().assistant, Some(changed.clone()));
        let same = client.update_assistant(change(&changed, changed.clone(), &["name", "handoff"])).await;
        assert_eq!(same.unwrap().into_inner().assistant, Some(changed), "what is so already stays");
        let facts = house.published_in_all(2).await;
        let told: Vec<AssistantChanged> =
            facts.iter().map(|fact| AssistantChanged::decode(fact.body.as_slice()).unwrap()).collect();
        let told: Vec<(i64, bool)> = told.iter().map(|it| (it.revision, it.handoff_enabled)).collect();
        assert_eq!(told, [(1, false), (2, true)]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_changes_with_the_same_etag_one_wins() {
    for house in House::each().await {
        let running = house.start().await;
        let (client, made) = client_and_one(&house, &running).await;
        let rename = |name: &str| {
            let to = Assistant { name: name.to_owned(), ..Assistant::default() };
            let (mut client, request) = (client.clone(), change(&made, to, &["name"]));
            async move { client.update_assistant(request).await }
        };
        let (one, two) = tokio::join!(rename("B"), rename("C"));
        let refused = match (&one, &two) {
            (Ok(_), Err(refused)) | (Err(refused), Ok(_)) => refused,
            both => panic!("{both:?}"),
        };
        assert_eq!(reason_of(refused), Some(ErrorReason::StaleEtag));
        assert_eq!(metadata_of(refused).get("etag").map(String::as_str), Some("r2"));
        assert_eq!(house.published_in_all(2).await.len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_that_cannot_be_is_named_field_by_field() {
    let houses = House::each().await;
    let running = houses[0].start().await;
    let (mut client, made) = client_and_one(&houses[0], &running).await;
    let with = |handoff: HandoffAction| {
        let to = Assistant { handoff: Some(handoff), ..Assistant::default() };
        change(&made, to, &["handoff"])
    };
    let item = |name: &str, description: &str, field: &str| InformationToGather {
        name: name.to_owned(),
        description: description.to_owned(),
        required: true,
        contact_field: field.to_owned(),
    };
    let gather =
        |information_to_gather| with(HandoffAction { information_to_gather, ..HandoffAction::default() });
    let mut bad = vec![UpdateAssistantRequest::default()];
    bad.push(UpdateAssistantRequest { etag: String::new(), ..change(&made, assistant("B"), &["name"]) });
    bad.push(UpdateAssistantRequest { etag: "e e".to_owned(), ..change(&made, assistant("B"), &["name"]) });
    bad.push(UpdateAssistantRequest { assistant: None, ..change(&made, assistant("B"), &["name"]) });
    bad.push(change(&made, assistant("B"), &[]));
    bad.push(change(&made, assistant("B"), &["name", "widget_key"]));
    bad.push(change(&made, assistant("B"), &["name"; 17]));
    bad.push(change(&made, assistant(""), &["name"]));
    bad.extend(
        [1, -1, 11, i32::MAX].map(|n| with(HandoffAction { after_repeats: n, ..HandoffAction::default() })),
    );
    bad.extend(
        ["x", "team_", "mem_00000000000000000000000007"]
            .map(|id| with(HandoffAction { team_id: id.to_owned(), ..HandoffAction::default() })),
    );
    bad.push(gather(vec![item("", "x", "")]));
    bad.push(gather(vec![item("E-Mail", "x", "")]));
    bad.push(gather(vec![item(&"x".repeat(41), "x", "")]));
    bad.push(gather(vec![item("a", "", "")]));
    bad.push(gather(vec![item("a", &"x".repeat(201), "")]));
    bad.push(gather(vec![item("a", "x", "phone")]));
    bad.push(gather(vec![item("a", "x", ""), item("a", "y", "")]));
    bad.push(gather((0..11).map(|n| item(&format!("a{n}"), "x", "")).collect()));
    for request in bad {
        let shown = format!("{request:?}");
        let refused = client.update_assistant(request).await.expect_err(&shown);
        assert_eq!(reason_of(&refused), Some(ErrorReason::InvalidFields), "{shown}");
    }
    let request = CreateAssistantRequest {
        request_id: "r2".to_owned(),
        assistant: Some(Assistant { handoff: Some(whole_action()), ..assistant("Whole") }),
    };
    let made = client.create_assistant(request).await.unwrap().into_inner().assistant.unwrap();
    assert_eq!(made.handoff, Some(whole_action()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_that_was_removed_is_found_by_nothing_and_removed_once() {
    for house in House::each().await {
        let running = house.start().await;
        let mut client = KnowledgeServiceClient::new(staff(&house, &running));
        let add = || create_document("r1", document("Parking", "Behind the house.", ""));
        let made = client.create_document(add()).await.unwrap().into_inner().document.unwrap();
        let search = || SearchKnowledgeRequest { query: "parking".to_owned(), limit: 0 };
        assert_eq!(client.search_knowledge(search()).await.unwrap().into_inner().hits.len(), 1);
        let remove = || DeleteDocumentRequest { document_id: made.id.clone() };
        client.delete_document(remove()).await.unwrap();
        assert!(client.search_knowledge(search()).await.unwrap().into_inner().hits.is_empty());
        let gone = client.delete_document(remove()).await.unwrap_err();
        assert_eq!(reason_of(&gone), Some(ErrorReason::NotFound));
        let again = client.create_document(add()).await.unwrap().into_inner().document.unwrap();
        assert_eq!(again, made, "a repeat is answered as the first time, and adds nothing");
        let all = client.list_documents(ListDocumentsRequest::default()).await.unwrap().into_inner();
        assert!(all.documents.is_empty());
        let bad = client
            .delete_document(DeleteDocumentRequest { document_id: made.id.replace("doc", "asst") })
            .await;
        assert_eq!(reason_of(&bad.unwrap_err()), Some(ErrorReason::InvalidFields));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_workspaces_assistant_and_document_are_not_there() {
    for house in House::each().await {
        let running = house.start().await;
        let (mut client, made) = client_and_one(&house, &running).await;
        let mut knowledge = KnowledgeServiceClient::new(staff(&house, &running));
        let kept = knowledge.create_document(create_document("r1", document("t", "x", ""))).await.unwrap();
        let document_id = kept.into_inner().document.unwrap().id;
        let other = house.member(&running, WorkspaceId::from_uuid(Uuid::from_u128(3)), &ALL);
        let mut stranger = AssistantServiceClient::new(other.clone());
        let refused = stranger.update_assistant(change(&made, assistant("B"), &["name"])).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::NotFound));
        let mut stranger = KnowledgeServiceClient::new(other);
        let refused = stranger.delete_document(DeleteDocumentRequest { document_id }).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::NotFound));
        let got = client.get_assistant(GetAssistantRequest { assistant_id: made.id.clone() }).await.unwrap();
        assert_eq!(got.into_inner().assistant, Some(made));
        assert_eq!(
            knowledge
                .list_documents(ListDocumentsRequest::default())
                .await
                .unwrap()
                .into_inner()
                .documents
                .len(),
            1
        );
    }
}
