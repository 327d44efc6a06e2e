//! Briefs and priorities, from the fact of a handoff to what conversation is told.

use std::time::Duration;

use baton_kit::{
    door::{principal::Scope, refusal::reason_of},
    life::ids::WorkspaceId,
};
use baton_proto::{
    ai::v1::{
        Assistant, CreateAssistantRequest, HandoffAction, RegenerateBriefRequest,
        assistant_service_client::AssistantServiceClient, insight_service_client::InsightServiceClient,
    },
    common::v1::ErrorReason,
    conversation::v1::{AuthorKind, BriefEngine, BriefLineKind, Handoff, HandoffState, Priority, Sentiment},
};
use uuid::Uuid;

use super::{
    contract::{assistant, staff},
    house::{ConversationId, House, Running},
};

pub(crate) fn handoff(n: u128, state: HandoffState) -> Handoff {
    Handoff { id: format!("hand_{n:0>26}"), state: state.into(), ..Handoff::default() }
}

/// An assistant that says how urgent a handoff is.
pub(crate) async fn judging(house: &House, running: &Running) -> String {
    let mut client = AssistantServiceClient::new(staff(house, running));
    let handoff = HandoffAction { enabled: true, auto_assign_priority: true, ..HandoffAction::default() };
    let assistant = Some(Assistant { handoff: Some(handoff), ..assistant("Ada") });
    let request = CreateAssistantRequest { request_id: "judging".to_owned(), assistant };
    client.create_assistant(request).await.unwrap().into_inner().assistant.unwrap().id
}

/// A conversation that people have, with this thread.
fn waiting(house: &House, assistant: &str, said: &[&str]) -> ConversationId {
    let visitor = house.visitor(assistant);
    house.conversation.room(&visitor.to_string(), |room| {
        room.human = true;
        for (n, text) in said.iter().enumerate() {
            room.say(AuthorKind::Visitor, text, &format!("v{n}"));
        }
    });
    visitor
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g_h2_a_handoff_gets_one_brief_and_one_priority_also_when_its_fact_comes_five_times() {
    for house in House::each().await {
        let running = house.start().await;
        let assistant = judging(&house, &running).await;
        let visitor = waiting(&house, &assistant, &["Where is order AB-12345? It is urgent!"]);
        house.handoff_changed(visitor, handoff(1, HandoffState::Requested), 5).await;
        // Assigned, released and assigned again it is the same handoff.
        house.handoff_changed(visitor, handoff(1, HandoffState::Assigned), 1).await;
        house.until(visitor, |room| room.priorities.len() == 1).await;
        let later = waiting(&house, &assistant, &["hello?"]);
        house.handoff_changed(later, handoff(2, HandoffState::Requested), 1).await;
        house.until(later, |room| room.priorities.len() == 1).await;
        house.conversation.room(&visitor.to_string(), |room| {
            assert_eq!((room.briefs.len(), room.priorities.len()), (1, 1));
            let brief = room.briefs[0].brief.clone().unwrap();
            assert_eq!(brief.engine(), BriefEngine::Extractive);
            assert_eq!((brief.language.as_str(), brief.up_to_sequence), ("en", 1));
            let kinds: Vec<BriefLineKind> = brief.lines.iter().map(|line| line.kind()).collect();
            assert_eq!(kinds, [BriefLineKind::Wish, BriefLineKind::Fact, BriefLineKind::OpenQuestion]);
            assert!(brief.lines.iter().all(|line| line.sequences == [1]));
            assert_eq!(room.priorities[0].priority(), Priority::High);
            assert_eq!(room.priorities[0].reason, "The visitor speaks of hurry (message 1).");
        });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g_h2_a_job_cut_off_after_its_brief_landed_is_ended_by_the_next_life() {
    for mut house in House::each().await {
        house.insight_lease = "3s";
        let first = house.start().await;
        let visitor = waiting(&house, &judging(&house, &first).await, &["Where is it?"]);
        house.conversation.hold_replies.send_replace(true);
        house.handoff_changed(visitor, handoff(1, HandoffState::Requested), 1).await;
        house.until(visitor, |room| room.briefs.len() == 1).await;
        first.life.hard().cancel();
        first.life.drain(Duration::ZERO).await;
        // Between the lives the visitor says more: another brief would be made, if it were made again.
        house
            .conversation
            .room(&visitor.to_string(), |room| room.say(AuthorKind::Visitor, "THE SITE IS DOWN", "x"));
        house.conversation.hold_replies.send_replace(false);
        let _second = house.start().await;
        house.until(visitor, |room| room.priorities.len() == 1).await;
        house.conversation.room(&visitor.to_string(), |room| {
            assert_eq!((room.briefs.len(), room.priorities.len()), (1, 1));
            assert_eq!(room.priorities[0].priority(), Priority::Medium, "as found out in the first life");
        });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handoff_of_an_assistant_that_says_no_priority_gets_a_brief_only() {
    for house in House::each().await {
        let running = house.start().await;
        let visitor = waiting(&house, &house.shop(&running, true).await, &["It is urgent!"]);
        house
            .conversation
            .room(&visitor.to_string(), |room| room.assistant = "asst_00000000000000000000000001".to_owned());
        house.handoff_changed(visitor, handoff(1, HandoffState::Requested), 1).await;
        let other = waiting(&house, &judging(&house, &running).await, &["hello?"]);
        house.handoff_changed(other, handoff(2, HandoffState::Requested), 1).await;
        house.until(visitor, |room| room.briefs.len() == 1).await;
        house.until(other, |room| room.priorities.len() == 1).await;
        house.conversation.room(&visitor.to_string(), |room| assert!(room.priorities.is_empty()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_brief_is_made_again_on_demand_and_the_priority_stays() {
    for house in House::each().await {
        let running = house.start().await;
        let visitor =
            waiting(&house, &judging(&house, &running).await, &["This is ridiculous, where is it?"]);
        let name = visitor.to_string();
        let mut client = InsightServiceClient::new(staff(&house, &running));
        let request = || RegenerateBriefRequest { conversation_id: name.clone() };
        let refused = client.regenerate_brief(request()).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::NoOpenHandoff));
        house.conversation.room(&name, |room| room.handoff = Some(handoff(1, HandoffState::Taken)));
        let one = client.regenerate_brief(request()).await.unwrap().into_inner().brief.unwrap();
        client.regenerate_brief(request()).await.unwrap();
        assert_eq!(
            (one.handoff_id, one.revision, one.sentiment),
            (handoff(1, HandoffState::Taken).id, 7, Sentiment::Negative.into())
        );
        assert!(!one.lines.is_empty() && one.create_time.is_some() && one.id.starts_with("brief_"));
        house.conversation.room(&name, |room| {
            assert_eq!((room.briefs.len(), room.priorities.len()), (2, 0));
            assert_ne!(room.briefs[0].job_id, room.briefs[1].job_id);
        });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_brief_of_another_workspace_is_not_there_and_a_faulty_id_is_named() {
    for house in House::each().await {
        let running = house.start().await;
        let visitor = waiting(&house, &judging(&house, &running).await, &["hello"]);
        house
            .conversation
            .room(&visitor.to_string(), |room| room.handoff = Some(handoff(1, HandoffState::Taken)));
        let stranger = WorkspaceId::from_uuid(Uuid::from_u128(3));
        let stranger = house.member(&running, stranger, &[Scope::ConversationsWrite]);
        let mut client = InsightServiceClient::new(stranger);
        let request = RegenerateBriefRequest { conversation_id: visitor.to_string() };
        let refused = client.regenerate_brief(request).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::NotFound));
        let request = RegenerateBriefRequest { conversation_id: "conv_x".to_owned() };
        let refused = client.regenerate_brief(request).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(ErrorReason::InvalidFields));
        house.conversation.room(&visitor.to_string(), |room| assert!(room.briefs.is_empty()));
    }
}
