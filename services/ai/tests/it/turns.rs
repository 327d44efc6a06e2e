//! Turns from the fact to the answer, through repeats, crashes and changes of control.

use std::time::Duration;

use baton_proto::{conversation::v1::HandoffReason, internal::conversation::v1::TurnOutcome};

use super::house::House;

const QUESTION: &str = "When are you open?";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g_h2_a_message_is_answered_once_also_when_its_fact_comes_five_times() {
    for house in House::each().await {
        let running = house.start().await;
        let assistant = house.shop(&running, true).await;
        let visitor = house.visitor(&assistant);
        house.writes(visitor, QUESTION, 5).await;
        house.until(visitor, |room| room.answers().len() == 1 && !room.finished.is_empty()).await;
        // Facts are handled in order: once a later one is answered, all five have been.
        let later = house.visitor(&assistant);
        house.writes(later, QUESTION, 1).await;
        house.until(later, |room| !room.finished.is_empty()).await;
        house.conversation.room(&visitor.to_string(), |room| {
            let answers = room.answers();
            assert_eq!(answers.len(), 1);
            assert_eq!(answers[0].text, "We are open Monday to Friday from 9:00 to 17:00.");
            assert_eq!(answers[0].sources[0].title, "Opening hours");
            assert_eq!(room.headers, [house.workspace.to_string()]);
            assert_eq!(room.finished[0].outcome(), TurnOutcome::Answered);
        });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g_h2_a_turn_cut_off_after_its_answer_landed_is_ended_by_the_next_life() {
    for house in House::each().await {
        let first = house.start().await;
        let assistant = house.shop(&first, true).await;
        let visitor = house.visitor(&assistant);
        house.conversation.hold_replies.send_replace(true);
        house.writes(visitor, QUESTION, 1).await;
        house.until(visitor, |room| room.answers().len() == 1).await;
        first.life.hard().cancel();
        first.life.drain(Duration::ZERO).await;
        house.conversation.hold_replies.send_replace(false);
        let _second = house.start().await;
        house.until(visitor, |room| !room.finished.is_empty()).await;
        house.conversation.room(&visitor.to_string(), |room| assert_eq!(room.answers().len(), 1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_from_before_the_start_is_answered_after_it() {
    for house in House::each().await {
        let first = house.start().await;
        let assistant = house.shop(&first, true).await;
        first.life.drain(Duration::from_secs(5)).await;
        let visitor = house.visitor(&assistant);
        house.writes(visitor, QUESTION, 1).await;
        let _second = house.start().await;
        house.until(visitor, |room| room.answers().len() == 1).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g_h1_a_stale_epoch_ends_silently() {
    for house in House::each().await {
        let running = house.start().await;
        let assistant = house.shop(&running, true).await;
        let taken_over = house.visitor(&assistant);
        // A member took it between the message and its turn, and gave it back with nothing unanswered begun anew.
        house.conversation.room(&taken_over.to_string(), |room| (room.human, room.epoch) = (true, 1));
        house.writes(taken_over, QUESTION, 1).await;
        house.conversation.room(&taken_over.to_string(), |room| room.epoch = 2);
        let later = house.visitor(&assistant);
        house.writes(later, QUESTION, 1).await;
        house.until(later, |room| !room.finished.is_empty()).await;
        house.conversation.room(&taken_over.to_string(), |room| {
            assert!(room.answers().is_empty() && room.finished.is_empty() && room.handoffs.is_empty());
        });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_is_asked_for_and_the_ai_answers_again_when_handed_back() {
    for house in House::each().await {
        let running = house.start().await;
        let visitor = house.visitor(&house.shop(&running, true).await);
        house.writes(visitor, "Can I talk to a person, please?", 1).await;
        house.until(visitor, |room| room.handoffs.len() == 1).await;
        house.conversation.room(&visitor.to_string(), |room| {
            assert_eq!(room.handoffs[0].reason(), HandoffReason::VisitorRequest);
            assert_eq!(room.headers, [house.workspace.to_string()]);
            assert!(room.answers().is_empty());
            // While people have it, the visitor writes on.
            room.say(baton_proto::conversation::v1::AuthorKind::Member, "Hello!", "m1");
        });
        house.writes(visitor, "What does shipping cost?", 1).await;
        house.handed_back(visitor).await;
        house.until(visitor, |room| room.answers().len() == 1).await;
        house
            .conversation
            .room(&visitor.to_string(), |room| assert!(room.answers()[0].text.contains("4.90 EUR")));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_whose_assistant_is_unknown_is_failed_so_that_people_get_it() {
    for house in House::each().await {
        let _running = house.start().await;
        let visitor = house.visitor("asst_00000000000000000000000001");
        house.writes(visitor, QUESTION, 1).await;
        house
            .until(visitor, |room| room.finished.iter().any(|end| end.outcome() == TurnOutcome::Failed))
            .await;
    }
}
