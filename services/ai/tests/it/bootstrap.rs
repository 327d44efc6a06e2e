//! The first assistant.

use baton_kit::door::principal::Scope;
use baton_proto::ai::v1::{
    AssistantChanged, ListAssistantsRequest, ListDocumentsRequest,
    assistant_service_client::AssistantServiceClient, knowledge_service_client::KnowledgeServiceClient,
};
use prost::Message as _;

use super::house::House;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bootstrapping_twice_makes_one_assistant_and_publishes_it() {
    for house in House::each().await {
        let running = house.start().await;
        let first = house.shop(&running, true).await;
        assert_eq!(house.shop(&running, true).await, first);
        let line = house.member(&running, house.workspace, &[Scope::AssistantsRead, Scope::KnowledgeRead]);
        let listed = AssistantServiceClient::new(line.clone())
            .list_assistants(ListAssistantsRequest::default())
            .await
            .unwrap();
        let assistants = listed.into_inner().assistants;
        assert_eq!(assistants.iter().map(|a| a.id.as_str()).collect::<Vec<_>>(), [first.as_str()]);
        let handoff = assistants[0].handoff.as_ref().unwrap();
        assert!(handoff.enabled && handoff.auto_assign_priority && handoff.on_negative_mood);
        assert_eq!((handoff.after_repeats, handoff.information_to_gather.len()), (3, 0));
        assert!(assistants[0].widget_key.len() == 29 && assistants[0].widget_key.starts_with("wk_"));
        let documents =
            KnowledgeServiceClient::new(line).list_documents(ListDocumentsRequest::default()).await.unwrap();
        assert_eq!(documents.into_inner().documents.len(), 2);
        let facts = house.published_in_all(1).await;
        let changed: Vec<AssistantChanged> =
            facts.iter().map(|fact| AssistantChanged::decode(fact.body.as_slice()).unwrap()).collect();
        assert_eq!(changed.len(), 1);
        assert_eq!(
            (facts[0].kind, changed[0].revision, &changed[0].widget_key),
            (1, 1, &assistants[0].widget_key)
        );
    }
}
