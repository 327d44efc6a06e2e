//! A model that does what it is told, on a clock that the test owns.

use std::collections::VecDeque;

use baton_kit_testing::{clock::FakeClock, seeds::SeededIds};
use futures::{
    StreamExt as _,
    stream::{self, BoxStream},
};

use super::*;
use crate::{
    application::{
        model::{ModelEvent, Stop, Usage},
        show_draft::Draft,
    },
    domain::pace::Late,
};

const SECOND: Duration = Duration::from_secs(1);

type Event = Result<ModelEvent, ModelError>;

/// Each call gets the next script: events, each after a while. After the last, it hangs.
struct Scripted {
    clock: SharedClock,
    scripts: Mutex<VecDeque<Vec<(Duration, Event)>>>,
    calls: Mutex<usize>,
}

impl LanguageModel for Scripted {
    fn label(&self) -> &'static str {
        "scripted"
    }

    fn ask(&self, _: &ModelRequest) -> BoxStream<'static, Event> {
        *self.calls.lock().unwrap() += 1;
        let script = self.scripts.lock().unwrap().pop_front().unwrap_or_default();
        let clock = self.clock.clone();
        let events = stream::iter(script).then(move |(wait, event)| {
            let asleep = clock.sleep(wait);
            async move {
                asleep.await;
                event
            }
        });
        events.chain(stream::pending()).boxed()
    }
}

struct Setting {
    clock: FakeClock,
    model: Arc<Scripted>,
    asks: AskModel,
}

fn setting(scripts: Vec<Vec<(Duration, Event)>>) -> Setting {
    let clock = FakeClock::new();
    let scripted =
        Scripted { clock: clock.shared(), scripts: Mutex::new(scripts.into()), calls: Mutex::default() };
    let model = Arc::new(scripted);
    let patience = Patience { first: SECOND * 6, total: SECOND * 60, least_bytes_per_second: 4 };
    let limits = Limits { patience, most_bytes: 64, most_tries: 2 };
    let rules = BreakerRules {
        failure_percent: 50,
        least_calls: 20,
        window: SECOND * 10,
        connect_failures: 5,
        open_for: SECOND * 5,
    };
    let asks = AskModel::new(Arc::clone(&model) as _, limits, rules, clock.shared(), SeededIds::new(1));
    Setting { clock, model, asks }
}

impl Setting {
    /// Asks while time passes; how it ended and after how long.
    async fn ask(&self) -> (Result<Completion, ModelError>, Duration) {
        let (began, draft) = (self.clock.shared().monotonic(), Draft::default());
        let request = ModelRequest { system: String::new(), messages: Vec::new(), tools: Vec::new() };
        let asked = async {
            let answered = self.asks.ask(&request, &draft).await;
            (answered, self.clock.shared().monotonic() - began)
        };
        let time = async {
            loop {
                self.clock.run(SECOND / 10).await;
            }
        };
        tokio::select! {
            biased;
            ended = asked => ended,
            () = time => unreachable!("time does not end"),
        }
    }

    fn calls(&self) -> usize {
        *self.model.calls.lock().unwrap()
    }
}

fn said(text: &str) -> (Duration, Event) {
    (SECOND, Ok(ModelEvent::Text(text.to_owned())))
}

fn end(stop: Stop) -> (Duration, Event) {
    (SECOND, Ok(ModelEvent::End(stop, Usage::default())))
}

fn failed(error: ModelError) -> Vec<(Duration, Event)> {
    vec![(Duration::ZERO, Err(error))]
}

fn status(status: u16) -> ModelError {
    ModelError::Status { status, retry_after: None }
}

#[tokio::test]
async fn an_answer_is_all_that_was_said() {
    let setting = setting(vec![vec![said("We are "), said("open."), end(Stop::Done)]]);
    assert_eq!(setting.ask().await.0.unwrap().text, "We are open.");
}

#[tokio::test]
async fn g_h4_silence_a_drip_and_endless_talk_are_given_up_in_time() {
    let hanging = setting(vec![]).ask().await;
    assert_eq!(hanging, (Err(ModelError::Slow(Late::First)), SECOND * 6));
    let drip = (0..100).map(|_| said("x")).collect();
    let (dripped, after) = setting(vec![drip]).ask().await;
    assert_eq!(dripped, Err(ModelError::Slow(Late::Rate)));
    assert!(after < SECOND * 5, "{after:?}");
    let thinking = (0..100).map(|_| (SECOND, Ok(ModelEvent::Thought(10)))).collect();
    assert_eq!(setting(vec![thinking]).ask().await, (Err(ModelError::Slow(Late::Total)), SECOND * 60));
}

#[tokio::test]
async fn g_h4_a_stream_that_never_pauses_is_cut_off_all_the_same() {
    let flood =
        setting(vec![(0..10_000).map(|_| (Duration::ZERO, Ok(ModelEvent::Text("x".to_owned())))).collect()]);
    assert_eq!(flood.ask().await.0, Err(ModelError::Invalid("the answer is too long")));
    let calls = (0..100).map(|n| {
        (Duration::ZERO, Ok(ModelEvent::Call(format!("c{n}"), "hand_off".to_owned(), String::new())))
    });
    let (calls, _) = setting(vec![calls.collect()]).ask().await;
    assert_eq!(calls, Err(ModelError::Invalid("the tool calls are too long")));
}

#[tokio::test]
async fn g_h3_an_answer_that_does_not_end_well_is_none() {
    for stop in [Stop::Cut, Stop::Filtered] {
        let (ended, _) = setting(vec![vec![said("We are"), end(stop)]]).ask().await;
        assert!(matches!(ended, Err(ModelError::Invalid(_))), "{ended:?}");
    }
    let broken = vec![said("We are"), (SECOND, Err(ModelError::Broken))];
    let setting = setting(vec![broken]);
    assert_eq!((setting.ask().await.0, setting.calls()), (Err(ModelError::Broken), 1));
}

#[tokio::test]
async fn a_call_in_pieces_is_put_together() {
    let call = |id: &str, name: &str, arguments: &str| {
        let (id, name, arguments) = (id.to_owned(), name.to_owned(), arguments.to_owned());
        (SECOND, Ok(ModelEvent::Call(id, name, arguments)))
    };
    let pieces =
        vec![call("c1", "hand_off", ""), call("call_0", "", "{\"a\""), call("c1", "hand_off", ":1}")];
    let setting = setting(vec![[pieces, vec![call("c2", "other", "{}"), end(Stop::Done)]].concat()]);
    let calls = setting.ask().await.0.unwrap().calls;
    let told: Vec<_> = calls.iter().map(|call| (call.name.as_str(), call.arguments.as_str())).collect();
    assert_eq!(told, [("hand_off", "{\"a\":1}"), ("other", "{}")]);
}

#[tokio::test]
async fn what_failed_before_the_first_word_is_tried_once_more() {
    for error in [ModelError::NotConnected, ModelError::Broken, status(500), status(503)] {
        let setting = setting(vec![failed(error), vec![said("Yes."), end(Stop::Done)]]);
        assert!(setting.ask().await.0.is_ok());
        assert_eq!(setting.calls(), 2);
    }
    for error in [status(400), status(401), status(429), ModelError::Malformed] {
        let setting = setting(vec![failed(error.clone()), vec![said("Yes."), end(Stop::Done)]]);
        assert_eq!((setting.ask().await.0, setting.calls()), (Err(error), 1));
    }
}

#[tokio::test]
async fn a_provider_that_asks_to_be_left_alone_is_asked_when_it_wants_or_not_at_all() {
    let busy =
        |seconds: u64| failed(ModelError::Status { status: 429, retry_after: Some(SECOND * seconds as u32) });
    let soon = setting(vec![busy(2), vec![said("Yes."), end(Stop::Done)]]);
    let (answered, after) = soon.ask().await;
    assert!(answered.is_ok() && after >= SECOND * 2);
    let late = setting(vec![busy(7), vec![said("Yes."), end(Stop::Done)]]);
    assert!(late.ask().await.0.is_err());
    assert_eq!(late.calls(), 1);
}

#[tokio::test]
async fn g_h4_the_first_word_is_waited_for_once_however_often_is_tried() {
    let slow = vec![(SECOND * 4, Err(ModelError::Broken))];
    let setting = setting(vec![slow, vec![(SECOND * 4, Ok(ModelEvent::Text("late".to_owned())))]]);
    assert_eq!(setting.ask().await, (Err(ModelError::Slow(Late::First)), SECOND * 6));
}

#[tokio::test]
async fn g_h4_the_circuit_opens_and_nobody_storms_a_provider_that_is_gone() {
    let setting = setting((0..1000).map(|_| failed(ModelError::NotConnected)).collect());
    for _ in 0..100 {
        assert!(setting.ask().await.0.is_err());
    }
    assert!(setting.asks.is_circuit_open());
    assert!(setting.calls() <= 6, "{}", setting.calls());
    let (refused, after) = setting.ask().await;
    assert_eq!((refused, after), (Err(ModelError::CircuitOpen), Duration::ZERO));
    setting.clock.run(SECOND * 6).await;
    let before = setting.calls();
    assert!(setting.ask().await.0.is_err() && setting.ask().await.0.is_err());
    assert_eq!(setting.calls() - before, 1, "one call tries, and nobody else");
}

#[tokio::test]
async fn g_h4_the_circuit_closes_when_the_provider_is_back() {
    let mut scripts: Vec<_> = (0..5).map(|_| failed(ModelError::NotConnected)).collect();
    scripts.extend((0..2).map(|_| vec![said("Yes."), end(Stop::Done)]));
    let setting = setting(scripts);
    while !setting.asks.is_circuit_open() {
        assert!(setting.ask().await.0.is_err());
    }
    setting.clock.run(SECOND * 7).await;
    assert!(setting.ask().await.0.is_ok() && !setting.asks.is_circuit_open());
    assert!(setting.ask().await.0.is_ok());
}

#[tokio::test]
async fn g_h4_the_first_word_of_the_call_that_tries_lets_the_others_through() {
    let mut scripts: Vec<_> = (0..5).map(|_| failed(ModelError::NotConnected)).collect();
    scripts.push(vec![said("We "), (SECOND * 2, Ok(ModelEvent::Text("are".to_owned()))), end(Stop::Done)]);
    scripts.push(vec![said("Yes."), end(Stop::Done)]);
    let setting = setting(scripts);
    while !setting.asks.is_circuit_open() {
        assert!(setting.ask().await.0.is_err());
    }
    setting.clock.run(SECOND * 7).await;
    let (request, draft) =
        (ModelRequest { system: String::new(), messages: Vec::new(), tools: Vec::new() }, Draft::default());
    let mut probe = std::pin::pin!(setting.asks.ask(&request, &draft));
    assert!(futures::poll!(probe.as_mut()).is_pending());
    assert_eq!(setting.ask().await.0, Err(ModelError::CircuitOpen));
    setting.clock.run(SECOND * 3 / 2).await;
    assert!(futures::poll!(probe.as_mut()).is_pending(), "it is not at its end");
    assert!(!setting.asks.is_circuit_open());
    assert_eq!(setting.ask().await.0.unwrap().text, "Yes.");
}

#[tokio::test]
async fn who_loses_interest_does_not_count_against_the_provider() {
    let setting = setting(vec![]);
    let request = ModelRequest { system: String::new(), messages: Vec::new(), tools: Vec::new() };
    for _ in 0..50 {
        let draft = Draft::default();
        let mut asked = std::pin::pin!(setting.asks.ask(&request, &draft));
        assert!(futures::poll!(asked.as_mut()).is_pending());
    }
    assert!(!setting.asks.is_circuit_open());
}
