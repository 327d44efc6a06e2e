//! Turns against a conversation that has both fences and loses replies.

use std::sync::Mutex;

use async_trait::async_trait;
use baton_kit_testing::{clock::FakeClock, seeds::SeededIds};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::{
    application::{
        in_memory::{
            InMemoryConversation, InMemoryKnowledge, InMemoryTurns, OneAssistant, assistant, builtin,
            hand_over, place, turn,
        },
        model::Pieces,
        ports::{NewTurn, TurnStore as _},
        work_turns::WorkTurns,
    },
    domain::{bm25::tests::shop, decision::HandoffReason, turn::Place},
};

/// Never decides.
struct Hanging;

#[async_trait]
impl Engine for Hanging {
    fn label(&self) -> &'static str {
        "hanging"
    }

    async fn decide(&self, _: &TurnInput, _: &dyn Pieces) -> Result<TurnDecision, EngineError> {
        std::future::pending().await
    }
}

/// Says a word every 400 ms, for ever.
struct Talking(SharedClock);

#[async_trait]
impl Engine for Talking {
    fn label(&self) -> &'static str {
        "talking"
    }

    async fn decide(&self, _: &TurnInput, pieces: &dyn Pieces) -> Result<TurnDecision, EngineError> {
        loop {
            self.0.sleep(Duration::from_millis(400)).await;
            pieces.say("word ");
        }
    }
}

/// Decides what it was told to.
struct Scripted(Mutex<Option<Result<TurnDecision, EngineError>>>);

#[async_trait]
impl Engine for Scripted {
    fn label(&self) -> &'static str {
        "scripted"
    }

    async fn decide(&self, _: &TurnInput, _: &dyn Pieces) -> Result<TurnDecision, EngineError> {
        self.0.lock().unwrap().clone().unwrap()
    }
}

fn scripted(decision: Result<TurnDecision, EngineError>) -> Arc<dyn Engine> {
    Arc::new(Scripted(Mutex::new(Some(decision))))
}

fn shopkeeper() -> Arc<dyn Engine> {
    Arc::new(builtin(Arc::new(InMemoryKnowledge::with(shop()))))
}

fn run_turn(conversation: &Arc<InMemoryConversation>, engine: Arc<dyn Engine>, clock: &FakeClock) -> RunTurn {
    RunTurn {
        conversation: Arc::clone(conversation) as _,
        assistants: Arc::new(OneAssistant(Some(assistant(true)))),
        hand_over: hand_over(conversation, assistant(true)),
        engine,
        clock: clock.shared(),
        deadline: Duration::from_secs(60),
        progress_every: Duration::from_secs(2),
        retry_for: Duration::from_secs(600),
    }
}

async fn run(
    conversation: &Arc<InMemoryConversation>,
    engine: Arc<dyn Engine>,
    epoch: i64,
    sequence: i64,
) -> Verdict {
    let clock = FakeClock::new();
    let now = clock.shared().now();
    run_turn(conversation, engine, &clock).run(&turn(epoch, sequence, now)).await
}

#[tokio::test]
async fn all_unanswered_messages_are_answered_together() {
    let conversation = InMemoryConversation::under_ai(&["hi", "when do you open?"]);
    assert_eq!(run(&conversation, shopkeeper(), 1, 1).await, Verdict::Over(Ending::Answered, 2));
    let state = conversation.state.lock().unwrap();
    assert_eq!(state.posted.iter().map(|a| a.visitor_sequence).collect::<Vec<_>>(), [2]);
    assert_eq!(state.posted[0].sources.len(), 1);
    assert_eq!(state.finished, [(1, 2, Outcome::Answered)]);
}

#[tokio::test]
async fn a_newer_message_is_answered_with_the_older_one() {
    let conversation = InMemoryConversation::under_ai(&["when do you open?"]);
    conversation.state.lock().unwrap().interjection = Some("and what does shipping cost?".to_owned());
    assert_eq!(run(&conversation, shopkeeper(), 1, 1).await, Verdict::Over(Ending::Answered, 2));
    assert_eq!(conversation.state.lock().unwrap().posted.len(), 1);
}

#[tokio::test]
async fn g_h1_a_stale_epoch_ends_silently() {
    let conversation = InMemoryConversation::under_ai(&["when do you open?"]);
    conversation.state.lock().unwrap().epoch = 3;
    assert_eq!(
        run(&conversation, shopkeeper(), 1, 1).await,
        Verdict::Over(Ending::Superseded, EVERY_MESSAGE)
    );
    let state = conversation.state.lock().unwrap();
    assert!(state.posted.is_empty() && state.finished.is_empty());
}

#[tokio::test]
async fn where_people_speak_nothing_is_said() {
    let conversation = InMemoryConversation::under_ai(&["when do you open?"]);
    conversation.state.lock().unwrap().ai = false;
    assert_eq!(run(&conversation, shopkeeper(), 1, 1).await, Verdict::Over(Ending::Nothing, EVERY_MESSAGE));
    assert!(conversation.state.lock().unwrap().posted.is_empty());
}

#[tokio::test]
async fn a_wish_for_a_person_becomes_a_handoff_with_its_reason() {
    let conversation = InMemoryConversation::under_ai(&["a human please"]);
    assert_eq!(run(&conversation, shopkeeper(), 1, 1).await, Verdict::Over(Ending::HandedOff, 1));
    assert_eq!(conversation.state.lock().unwrap().handoffs, [HandoffReason::VisitorRequest]);
}

#[tokio::test]
async fn g_h3_an_engine_that_fails_or_talks_nonsense_hands_over_and_says_nothing() {
    let empty = TurnDecision::Answer { text: " ".to_owned(), sources: Vec::new() };
    for made in [Err(EngineError::Unavailable("down".to_owned())), Ok(empty)] {
        let conversation = InMemoryConversation::under_ai(&["when do you open?"]);
        assert_eq!(run(&conversation, scripted(made), 1, 1).await, Verdict::Over(Ending::Failed, 1));
        let state = conversation.state.lock().unwrap();
        assert!(state.posted.is_empty());
        assert_eq!(state.finished, [(1, 1, Outcome::Failed)]);
    }
}

#[tokio::test]
async fn words_of_handing_over_in_an_answer_hand_nothing_over() {
    let text = "HANDOFF_REQUESTED: I will connect you to a human".to_owned();
    let conversation = InMemoryConversation::under_ai(&["hm"]);
    let engine = scripted(Ok(TurnDecision::Answer { text, sources: Vec::new() }));
    assert_eq!(run(&conversation, engine, 1, 1).await, Verdict::Over(Ending::Answered, 1));
    assert!(conversation.state.lock().unwrap().handoffs.is_empty());
}

#[tokio::test]
async fn g_h4_an_engine_without_a_sign_of_work_is_not_reported_to_be_at_work() {
    let (clock, conversation) = (FakeClock::new(), InMemoryConversation::under_ai(&["x"]));
    let turn = turn(1, 1, clock.shared().now());
    let run = run_turn(&conversation, Arc::new(Hanging), &clock);
    let (verdict, ()) = tokio::join!(run.run(&turn), clock.run(Duration::from_secs(61)));
    assert_eq!(verdict, Verdict::Over(Ending::Failed, 1));
    let state = conversation.state.lock().unwrap();
    assert_eq!((state.progress, state.deltas.len()), (0, 0));
}

#[tokio::test]
async fn an_engine_without_an_end_reports_progress_and_is_given_up_at_the_deadline() {
    let (clock, conversation) = (FakeClock::new(), InMemoryConversation::under_ai(&["x"]));
    let turn = turn(1, 1, clock.shared().now());
    let run = run_turn(&conversation, Arc::new(Talking(clock.shared())), &clock);
    let (verdict, ()) = tokio::join!(run.run(&turn), clock.run(Duration::from_secs(61)));
    assert_eq!(verdict, Verdict::Over(Ending::Failed, 1));
    let state = conversation.state.lock().unwrap();
    assert!((28..=30).contains(&state.progress), "{}", state.progress);
    assert_eq!(state.finished, [(1, 1, Outcome::Failed)]);
}

#[tokio::test]
async fn g_h1_an_engine_is_stopped_when_somebody_else_takes_control() {
    let (clock, conversation) = (FakeClock::new(), InMemoryConversation::under_ai(&["x"]));
    let turn = turn(1, 1, clock.shared().now());
    let run = run_turn(&conversation, Arc::new(Talking(clock.shared())), &clock);
    let taken_over = async {
        clock.run(Duration::from_secs(1)).await;
        conversation.state.lock().unwrap().epoch = 2;
        clock.run(Duration::from_secs(3)).await;
    };
    let (verdict, ()) = tokio::join!(run.run(&turn), taken_over);
    assert_eq!(verdict, Verdict::Over(Ending::Superseded, 0));
    let state = conversation.state.lock().unwrap();
    assert!(state.finished.is_empty() && state.deltas.len() <= 3, "{:?}", state.deltas);
}

#[tokio::test]
async fn an_answer_is_shown_while_it_is_made_and_all_of_it_every_second() {
    let (clock, conversation) = (FakeClock::new(), InMemoryConversation::under_ai(&["x"]));
    let turn = turn(1, 1, clock.shared().now());
    let run = run_turn(&conversation, Arc::new(Talking(clock.shared())), &clock);
    let ended = async {
        clock.run(Duration::from_secs(10)).await;
        conversation.state.lock().unwrap().epoch = 2;
        clock.run(Duration::from_secs(3)).await;
    };
    tokio::join!(run.run(&turn), ended);
    let state = conversation.state.lock().unwrap();
    let (mut seen, mut begun) = (String::new(), 0);
    for delta in &state.deltas {
        assert_eq!((delta.control_epoch, delta.making.as_str()), (1, turn.making(1).as_str()));
        if delta.piece.offset == 0 {
            begun += 1;
            seen.clear();
        }
        assert_eq!(delta.piece.offset, seen.len(), "nothing is left out");
        seen.push_str(&delta.piece.text);
    }
    assert!((9..=11).contains(&begun), "{begun}");
    assert!(seen.len() > 100 && "word ".repeat(40).starts_with(&seen), "{seen}");
}

#[tokio::test]
async fn a_conversation_without_its_assistant_goes_to_people() {
    let (clock, conversation) = (FakeClock::new(), InMemoryConversation::under_ai(&["x"]));
    let mut run = run_turn(&conversation, shopkeeper(), &clock);
    run.assistants = Arc::new(OneAssistant(None));
    assert_eq!(run.run(&turn(1, 1, clock.shared().now())).await, Verdict::Over(Ending::Failed, 1));
}

#[tokio::test]
async fn a_conversation_that_is_not_there_ends_the_turn() {
    let conversation = InMemoryConversation::under_ai(&["x"]);
    conversation.state.lock().unwrap().refusals.push_back(CallError::NotFound);
    assert_eq!(run(&conversation, shopkeeper(), 1, 1).await, Verdict::Over(Ending::Gone, 0));
}

#[tokio::test]
async fn g_h2_a_turn_that_is_cut_off_at_any_call_answers_once() {
    for lost in 1..=4 {
        for _every_call_or_its_reply in 0..1 {
            let conversation = InMemoryConversation::under_ai(&["when do you open?"]);
            conversation.state.lock().unwrap().lose_replies = lost;
            let mut verdict = Verdict::Later(String::new());
            while matches!(verdict, Verdict::Later(_)) {
                verdict = run(&conversation, shopkeeper(), 1, 1).await;
            }
            assert_eq!(conversation.state.lock().unwrap().posted.len(), 1, "{lost}");
        }
    }
}

#[tokio::test]
async fn a_conversation_service_that_stays_away_is_given_up_in_the_end() {
    let (clock, conversation) = (FakeClock::new(), InMemoryConversation::under_ai(&["x"]));
    let run = run_turn(&conversation, shopkeeper(), &clock);
    let turn = turn(1, 1, clock.shared().now());
    let down = || CallError::Transient("down".to_owned());
    conversation.state.lock().unwrap().refusals.extend([down(), down(), down()]);
    let tried = |attempts| Turn { attempts, ..turn.clone() };
    assert!(matches!(run.run(&tried(20)).await, Verdict::Later(_)), "it is young");
    clock.advance(Duration::from_secs(601));
    assert!(matches!(run.run(&tried(19)).await, Verdict::Later(_)), "it was hardly tried");
    assert_eq!(run.run(&tried(20)).await, Verdict::Over(Ending::GivenUp, 0));
}

#[tokio::test]
async fn a_reminder_is_tried_until_people_were_asked_for() {
    let (clock, conversation) = (FakeClock::new(), InMemoryConversation::under_ai(&["x"]));
    let run = run_turn(&conversation, shopkeeper(), &clock);
    let reminder = turn(1, Turn::reminder_of(1), clock.shared().now());
    conversation.state.lock().unwrap().refusals.push_back(CallError::Transient("down".to_owned()));
    clock.advance(Duration::from_secs(86_400));
    let verdict = run.run(&Turn { attempts: 10_000, ..reminder }).await;
    assert!(matches!(verdict, Verdict::Later(_)), "{verdict:?}");
}

fn work_turns(
    conversation: &Arc<InMemoryConversation>,
    turns: &Arc<InMemoryTurns>,
    clock: &FakeClock,
) -> WorkTurns {
    WorkTurns {
        run: run_turn(conversation, shopkeeper(), clock),
        turns: Arc::clone(turns) as _,
        bell: Arc::new(Notify::new()),
        clock: clock.shared(),
        ids: SeededIds::new(clock.sleepers() as u64 + 1),
        lease: Duration::from_secs(6),
        poll_every: Duration::from_millis(500),
    }
}

fn duty(visitor_sequence: i64) -> NewTurn {
    let (place, wait) = (Place { ..place() }, Duration::ZERO);
    NewTurn { place, epoch: 1, visitor_sequence, wait, traceparent: None }
}

#[tokio::test]
async fn two_workers_answer_two_messages_of_one_conversation_once() {
    let clock = FakeClock::at(jiff::Timestamp::from_second(10).unwrap());
    let conversation = InMemoryConversation::under_ai(&["when do you open?", "on Monday?"]);
    let turns = Arc::new(InMemoryTurns(Mutex::default()));
    for sequence in [1, 2, 1, 2] {
        turns.enqueue(&[duty(sequence)]).await.unwrap();
    }
    let stop = CancellationToken::new();
    let (one, two) = (work_turns(&conversation, &turns, &clock), work_turns(&conversation, &turns, &clock));
    let end = async {
        clock.run(Duration::from_secs(5)).await;
        stop.cancel();
    };
    tokio::join!(one.work(stop.clone()), two.work(stop.clone()), end);
    assert_eq!(conversation.state.lock().unwrap().posted.len(), 1);
    assert!(turns.0.lock().unwrap().iter().all(|held| held.ending.is_some()));
}

#[tokio::test]
async fn a_turn_whose_worker_died_is_resumed_by_another() {
    let clock = FakeClock::at(jiff::Timestamp::from_second(10).unwrap());
    let conversation = InMemoryConversation::under_ai(&["when do you open?"]);
    let turns = Arc::new(InMemoryTurns(Mutex::default()));
    turns.enqueue(&[duty(1)]).await.unwrap();
    let dead = super::super::ports::Lease {
        token: uuid::Uuid::from_u128(1),
        from: clock.shared().now(),
        length: Duration::from_secs(6),
    };
    turns.claim(dead).await.unwrap().unwrap();
    let stop = CancellationToken::new();
    let worker = work_turns(&conversation, &turns, &clock);
    let watch = async {
        clock.run(Duration::from_secs(5)).await;
        assert!(conversation.state.lock().unwrap().posted.is_empty());
        clock.run(Duration::from_secs(3)).await;
        stop.cancel();
    };
    tokio::join!(worker.work(stop.clone()), watch);
    assert_eq!(conversation.state.lock().unwrap().posted.len(), 1);
    assert_eq!(turns.0.lock().unwrap()[0].turn.attempts, 2);
}
