//! Gathering before a handoff, by turns as a worker runs them.

use baton_kit_testing::clock::FakeClock;
use jiff::Timestamp;

use super::*;
use crate::{
    application::{
        in_memory::{
            InMemoryConversation, InMemoryKnowledge, InMemoryTurns, OneAssistant, assistant, builtin, turn,
        },
        run_turn::{RunTurn, Verdict},
    },
    domain::{
        assistant::ContactField, bm25::tests::shop, document::Document, ids::TeamId, thread::Author,
        turn::Ending,
    },
};
use uuid::Uuid;

fn gatherer() -> Assistant {
    let mut it = assistant(true);
    let item = |name: &str, contact_field| Information {
        name: name.to_owned(),
        description: format!("Your {name}"),
        required: true,
        contact_field,
    };
    it.settings.handoff.information = vec![item("e-mail", Some(ContactField::Email)), item("reason", None)];
    it.settings.handoff.team = Some(TeamId::from_uuid(Uuid::from_u128(9)));
    it
}

struct Suite {
    conversation: Arc<InMemoryConversation>,
    turns: Arc<InMemoryTurns>,
    run: RunTurn,
}

impl Suite {
    fn new(said: &[&str], assistant: &Assistant) -> Self {
        Self::knowing(Vec::new(), said, assistant)
    }

    fn knowing(documents: Vec<Document>, said: &[&str], assistant: &Assistant) -> Self {
        let conversation = InMemoryConversation::under_ai(said);
        let turns = Arc::new(InMemoryTurns(std::sync::Mutex::default()));
        let assistants: Arc<dyn AssistantStore> = Arc::new(OneAssistant(Some(assistant.clone())));
        let hand_over = crate::application::in_memory::hand_over(&conversation, assistant.clone());
        let hand_over = HandOver { turns: Arc::clone(&turns) as _, ..hand_over };
        let run = RunTurn {
            conversation: Arc::clone(&conversation) as _,
            assistants,
            hand_over,
            engine: Arc::new(builtin(Arc::new(InMemoryKnowledge::with(documents)))),
            clock: FakeClock::at(Timestamp::UNIX_EPOCH).shared(),
            deadline: Duration::from_secs(60),
            progress_every: Duration::from_secs(2),
            retry_for: Duration::from_secs(600),
        };
        Self { conversation, turns, run }
    }

    async fn turn(&self, visitor_sequence: i64) -> Verdict {
        self.run.run(&turn(1, visitor_sequence, Timestamp::UNIX_EPOCH)).await
    }

    fn says(&self, text: &str) {
        self.conversation.state.lock().unwrap().say(Author::Visitor, text, false);
    }

    fn asked(&self) -> Vec<String> {
        self.conversation.state.lock().unwrap().posted.iter().map(|answer| answer.text.clone()).collect()
    }

    fn handoffs(&self) -> Vec<HandoffReason> {
        self.conversation.state.lock().unwrap().handoffs.clone()
    }

    fn reminders(&self) -> Vec<i64> {
        let all = self.turns.0.lock().unwrap();
        all.iter().map(|held| held.turn.visitor_sequence).collect()
    }
}

#[tokio::test]
async fn s_88_an_explicit_wish_is_asked_at_most_once_and_whatever_is_said_hands_over() {
    for answer in ["anna@example.org, it is broken", "no", "I tell you nothing", "a person please"] {
        let suite = Suite::new(&["a human please"], &gatherer());
        assert_eq!(suite.turn(1).await, Verdict::Over(Ending::Answered, 1));
        assert_eq!(suite.asked().len(), 1);
        assert!(suite.asked()[0].ends_with("- Your e-mail\n- Your reason"), "{:?}", suite.asked());
        assert!(suite.handoffs().is_empty());
        suite.says(answer);
        assert_eq!(suite.turn(3).await, Verdict::Over(Ending::HandedOff, 3), "{answer}");
        assert_eq!(suite.handoffs(), [HandoffReason::VisitorRequest]);
        assert_eq!(suite.asked().len(), 1);
        assert_eq!(
            suite.conversation.state.lock().unwrap().team,
            Some(TeamId::from_uuid(Uuid::from_u128(9)))
        );
    }
}

#[tokio::test]
async fn only_what_was_not_said_is_asked_in_one_message() {
    let mut it = gatherer();
    it.settings.handoff.information.truncate(1);
    let suite = Suite::new(&["I am anna@example.org", "a human please"], &it);
    assert_eq!(suite.turn(2).await, Verdict::Over(Ending::HandedOff, 2));
    assert!(suite.asked().is_empty());
}

#[tokio::test]
async fn a_visitor_who_says_nothing_more_is_handed_over_all_the_same() {
    let suite = Suite::new(&["a human please"], &gatherer());
    suite.turn(1).await;
    assert_eq!(suite.reminders(), [-1]);
    // The same turn again, as after a crash: nothing is asked again, and nobody comes before the time.
    assert_eq!(suite.turn(1).await, Verdict::Over(Ending::Answered, 0));
    assert_eq!((suite.asked().len(), suite.handoffs().len()), (1, 0));
    assert_eq!(suite.reminders(), [-1]);
    assert_eq!(suite.turn(-1).await, Verdict::Over(Ending::HandedOff, 0));
    assert_eq!(suite.handoffs(), [HandoffReason::VisitorRequest]);
}

#[tokio::test]
async fn g_h2_a_question_cut_off_at_any_call_is_asked_once() {
    for lost in 1..=4 {
        let suite = Suite::new(&["a human please"], &gatherer());
        suite.conversation.state.lock().unwrap().lose_replies = lost;
        while matches!(suite.turn(1).await, Verdict::Later(_)) {}
        assert_eq!((suite.asked().len(), suite.handoffs().len()), (1, 0), "{lost}");
        suite.says("no");
        suite.conversation.state.lock().unwrap().lose_replies = lost;
        while matches!(suite.turn(3).await, Verdict::Later(_)) {}
        assert_eq!((suite.asked().len(), suite.handoffs().len()), (1, 1), "{lost}");
    }
}

#[tokio::test]
async fn an_action_switched_off_meanwhile_hands_nothing_over() {
    let suite = Suite::new(&["a human please"], &gatherer());
    suite.turn(1).await;
    suite.says("anna@example.org");
    let off = Suite::new(&[], &assistant(false));
    let run = RunTurn { conversation: Arc::clone(&suite.conversation) as _, ..off.run };
    let hand_over = HandOver { conversation: Arc::clone(&suite.conversation) as _, ..run.hand_over };
    let run = RunTurn { hand_over, assistants: Arc::new(OneAssistant(Some(assistant(false)))), ..run };
    run.run(&turn(1, 3, Timestamp::UNIX_EPOCH)).await;
    assert!(suite.handoffs().is_empty());
}

#[tokio::test]
async fn who_handed_back_with_an_instruction_is_followed_by_a_word_of_the_assistant_once() {
    let suite = Suite::new(&["when?"], &assistant(true));
    {
        let mut state = suite.conversation.state.lock().unwrap();
        state.say(Author::Member, "On Monday.", false);
        state.thread.ai_since = 2;
    }
    assert_eq!(suite.turn(0).await, Verdict::Over(Ending::Nothing, 0), "nothing stands unanswered");
    suite.conversation.state.lock().unwrap().instruction = "Ask for the order number".to_owned();
    assert_eq!(suite.turn(0).await, Verdict::Over(Ending::Answered, 1));
    assert_eq!(suite.turn(0).await, Verdict::Over(Ending::Nothing, 0));
    assert_eq!(suite.asked().len(), 1);
    assert!(suite.asked()[0].contains("automatic assistant") && !suite.asked()[0].contains("order number"));
}

/// The visitor was quicker than the question, and what they wrote finds an answer: then nobody is to come.
#[tokio::test]
async fn g_h4_a_handoff_whose_question_was_overtaken_by_an_answer_is_owed_no_more() {
    let mut it = gatherer();
    it.settings.handoff.after_no_answers = 1;
    let suite = Suite::knowing(shop(), &["do you sell unicorns?"], &it);
    suite.conversation.state.lock().unwrap().interjection = Some("when do you open?".to_owned());
    assert_eq!(suite.turn(1).await, Verdict::Over(Ending::Answered, 2));
    assert!(suite.asked().len() == 1 && suite.asked()[0].contains("9:00"), "{:?}", suite.asked());
    let state = suite.conversation.state.lock().unwrap();
    assert_eq!((state.owed, state.handoffs.len()), (None, 0));
}

/// The question counts as an answer: from then on nothing but this word keeps the visitor from being forgotten, should ai be gone.
#[tokio::test]
async fn g_h4_a_question_says_itself_that_a_handoff_follows() {
    let suite = Suite::new(&["a human please"], &gatherer());
    suite.turn(1).await;
    {
        let state = suite.conversation.state.lock().unwrap();
        let wait = Some(Duration::from_secs(180));
        assert_eq!((state.owed, state.posted[0].handoff_within), (wait, wait), "two minutes and one more");
    }
    let untold = Suite::new(&["a human please"], &assistant(true));
    untold.turn(1).await;
    assert_eq!(untold.conversation.state.lock().unwrap().owed, None, "nothing to ask, nothing owed");
}
