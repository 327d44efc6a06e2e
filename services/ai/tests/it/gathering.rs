//! Rules of the handoff action and gathering before a handoff, from the fact to the request.

use baton_proto::{
    ai::v1::{
        Assistant, CreateAssistantRequest, HandoffAction, InformationToGather,
        assistant_service_client::AssistantServiceClient,
    },
    conversation::v1::{AuthorKind, BriefLineKind, HandoffReason},
    internal::conversation::v1::TurnOutcome,
};

use super::{
    contract::{assistant, staff},
    house::{House, Running},
};

const TEAM: &str = "team_00000000000000000000000007";

async fn made(house: &House, running: &Running, handoff: HandoffAction) -> String {
    let mut client = AssistantServiceClient::new(staff(house, running));
    let assistant = Some(Assistant { handoff: Some(handoff), ..assistant("Ada") });
    let request = CreateAssistantRequest { request_id: "gathering".to_owned(), assistant };
    client.create_assistant(request).await.unwrap().into_inner().assistant.unwrap().id
}

fn gathering() -> HandoffAction {
    let information = InformationToGather {
        name: "e_mail".to_owned(),
        description: "Your e-mail address".to_owned(),
        required: true,
        contact_field: "email".to_owned(),
    };
    HandoffAction {
        enabled: true,
        team_id: TEAM.to_owned(),
        information_to_gather: vec![information],
        ..HandoffAction::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_missing_is_asked_once_and_the_answer_hands_over_to_the_team_also_after_a_restart() {
    for house in House::each().await {
        let first = house.start().await;
        let visitor = house.visitor(&made(&house, &first, gathering()).await);
        house.writes(visitor, "Can I talk to a person, please?", 1).await;
        house.until(visitor, |room| room.answers().len() == 1 && room.finished.len() == 1).await;
        house.conversation.room(&visitor.to_string(), |room| {
            assert!(room.answers()[0].text.ends_with("- Your e-mail address"));
            assert_eq!(room.finished[0].outcome(), TurnOutcome::Answered);
            assert!(room.handoffs.is_empty());
            assert_eq!(room.owed, 180, "said with the question: two minutes of patience and one more");
        });
        first.life.drain(std::time::Duration::from_secs(5)).await;
        let _second = house.start().await;
        house.writes(visitor, "no, just get me somebody", 3).await;
        house.until(visitor, |room| room.handoffs.len() == 1).await;
        house.conversation.room(&visitor.to_string(), |room| {
            assert_eq!(room.handoffs[0].reason(), HandoffReason::VisitorRequest);
            assert_eq!(room.handoffs[0].team_id, TEAM);
            assert_eq!(room.handoffs[0].visitor_sequence, 3);
            assert_eq!(room.answers().len(), 1);
        });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_told_goes_into_the_brief_and_to_the_contact_and_is_not_asked_again() {
    for house in House::each().await {
        let running = house.start().await;
        let assistant = made(&house, &running, gathering()).await;
        let visitor = house.visitor(&assistant);
        house.writes(visitor, "a human please", 1).await;
        house.until(visitor, |room| room.answers().len() == 1).await;
        house.writes(visitor, "it is anna@example.org", 1).await;
        house.until(visitor, |room| room.handoffs.len() == 1).await;
        let handoff = house.conversation.room(&visitor.to_string(), |room| room.handoff.clone().unwrap());
        house.handoff_changed(visitor, handoff, 1).await;
        house.until(visitor, |room| room.briefs.len() == 1).await;
        house.conversation.room(&visitor.to_string(), |room| {
            let brief = room.briefs[0].brief.clone().unwrap();
            let facts = brief.lines.iter().filter(|line| line.kind() == BriefLineKind::Fact);
            let facts: Vec<&str> = facts.map(|line| line.text.as_str()).collect();
            assert_eq!(facts, ["e_mail: anna@example.org", "it is anna@example.org"]);
        });
        house.until_contact(|contact| contact.email == "anna@example.org").await;
        let later = house.visitor(&assistant);
        house.writes(later, "a human please", 1).await;
        house.until(later, |room| room.handoffs.len() == 1).await;
        house
            .conversation
            .room(&later.to_string(), |room| assert!(room.answers().is_empty(), "known already"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visitor_who_says_nothing_more_reaches_a_person_when_patience_is_over() {
    for mut house in House::each().await {
        house.gather_patience = "1s";
        let running = house.start().await;
        let visitor = house.visitor(&made(&house, &running, gathering()).await);
        house.writes(visitor, "a human please", 1).await;
        house.until(visitor, |room| room.handoffs.len() == 1).await;
        house.conversation.room(&visitor.to_string(), |room| {
            assert_eq!((room.answers().len(), room.handoffs[0].visitor_sequence), (1, 1));
        });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn repeats_and_mood_hand_over_only_where_they_are_switched_on() {
    for house in House::each().await {
        let running = house.start().await;
        let on = HandoffAction {
            enabled: true,
            after_repeats: 2,
            on_negative_mood: true,
            ..HandoffAction::default()
        };
        let on = made(&house, &running, on).await;
        let upset = house.visitor(&on);
        house.writes(upset, "This is absolutely ridiculous", 1).await;
        house.until(upset, |room| room.handoffs.len() == 1).await;
        let repeating = house.visitor(&on);
        house.writes(repeating, "where is my parcel", 1).await;
        house.until(repeating, |room| room.answers().len() == 1).await;
        house.writes(repeating, "WHERE is my parcel?!", 1).await;
        house.until(repeating, |room| room.handoffs.len() == 1).await;
        let reasons = |visitor: super::house::ConversationId| {
            house.conversation.room(&visitor.to_string(), |room| room.handoffs[0].reason())
        };
        assert_eq!(reasons(upset), HandoffReason::NegativeMood);
        assert_eq!(reasons(repeating), HandoffReason::Repetition);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instruction_of_who_handed_back_is_followed_by_a_word_of_the_assistant() {
    for house in House::each().await {
        let running = house.start().await;
        let visitor = house.visitor(&house.shop(&running, true).await);
        house.conversation.room(&visitor.to_string(), |room| {
            room.say(AuthorKind::Visitor, "Wann ist das Paket da?", "v");
            room.say(AuthorKind::Member, "Am Montag.", "m");
            (room.ai_since, room.instruction) = (2, "Be brief".to_owned());
        });
        house.handed_back(visitor).await;
        house.until(visitor, |room| room.answers().len() == 1 && !room.finished.is_empty()).await;
        house.conversation.room(&visitor.to_string(), |room| {
            assert!(room.answers()[0].text.starts_with("Hier ist wieder Ada"), "{:?}", room.answers());
        });
    }
}
