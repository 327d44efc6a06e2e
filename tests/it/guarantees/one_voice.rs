//! G-H1: once a person took over, no word of the assistant follows, neither stored nor streamed. Five hundred visitors, a model that is
//! up to three seconds late and streams, and a take-over at a random moment.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use baton::demo::Cast;
use baton_kit::life::ids::{SharedIds, SystemIds};
use baton_kit_testing::{
    clock::ScaledClock,
    database::TestDatabase,
    openai::{Script, ScriptedOpenAi},
    seeds::SeededIds,
};
use baton_proto::conversation::v1::{AuthorKind, Event, event::Subject};
use futures::{StreamExt as _, stream};
use reqwest::Method;
use serde_json::{Value, json};

use super::ONE_AT_A_TIME;
use crate::harness::{
    browser::{Events, Inbox, Widget, text, until_definite},
    house::House,
    partner,
};

const RUNS: usize = 500;
/// Visitors at once.
const AT_ONCE: usize = 12;
/// How much faster than life.
const SPEED: u32 = 3;
/// The latest the model is, in the suite's time.
const LATEST: Duration = Duration::from_secs(3);
/// Words of an answer; each is an event of the model.
const WORDS: u32 = 8;
/// Events of the model beside the words.
const FRAME: u32 = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g_h1_no_word_of_a_late_model_follows_a_take_over_on_sqlite() {
    one_voice(None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g_h1_no_word_of_a_late_model_follows_a_take_over_on_postgresql() {
    if let Some(server) = TestDatabase::postgres().await {
        one_voice(Some(server)).await;
    }
}

/// How a run is to go, drawn before it begins.
struct Plan {
    number: usize,
    model: Duration,
    take_over: Duration,
}

impl Plan {
    fn draw(number: usize, chance: &SharedIds) -> Self {
        let mut bytes = [0; 4];
        chance.fill(&mut bytes);
        let [a, b, c, d] = bytes.map(u32::from);
        // To the end of the latest answer, and a little behind it.
        let (model, take_over) = (LATEST * (a * 256 + b) / 65_535, LATEST * (c * 256 + d) / 58_000);
        Self { number, model, take_over }
    }

    /// Real time between two events of the model.
    fn pause(&self) -> Duration {
        self.model / SPEED / (WORDS + FRAME)
    }
}

async fn one_voice(server: Option<TestDatabase>) {
    let _alone = ONE_AT_A_TIME.lock().await;
    // The low half of a new id is random.
    let seed = SystemIds::new().next().as_u64_pair().1;
    println!("seed {seed}");
    let chance = SeededIds::new(seed);
    let plans: Vec<Plan> = (0..RUNS).map(|number| Plan::draw(number, &chance)).collect();
    let words: Vec<String> = (1..=WORDS).map(|n| format!("word{n} ")).collect();
    let model = ScriptedOpenAi::start(Script::Answer(words.clone(), Duration::ZERO)).await.expect("a model");
    for plan in &plans {
        model.next(Script::Answer(words.clone(), plan.pause()));
    }
    let base_url = model.base_url();
    let provider = [
        ("BATON_AI__PROVIDER__KIND", "openai-compatible"),
        ("BATON_AI__PROVIDER__BASE_URL", base_url.as_str()),
        ("BATON_AI__PROVIDER__MODEL", "scripted"),
    ];
    let house = House::living_by(ScaledClock::new(SPEED).shared(), server, &provider).await;
    let cast = house.workspace("voice").await;
    let desk = Inbox::of(&cast).await;
    let deltas = AtomicUsize::new(0);
    let runs = stream::iter(&plans).for_each_concurrent(AT_ONCE, |plan| async {
        deltas.fetch_add(run(plan, &cast, &desk).await, Ordering::Relaxed);
    });
    runs.await;
    let answered = no_stale_answer(&partner::feed(cast.address, &desk).await);
    let deltas = deltas.into_inner();
    println!("{deltas} pieces of answers seen, {answered} answers stored");
    // Otherwise nothing was put to the test.
    assert!(deltas > RUNS / 2, "only {deltas} pieces of answers were seen");
    assert!((RUNS / 10..RUNS).contains(&answered), "{answered} of {RUNS} answers were in time");
    house.drain().await;
}

/// One visitor, from the question to the end of whatever the model still says; how many pieces of an answer were seen.
async fn run(plan: &Plan, cast: &Cast, desk: &Inbox) -> usize {
    let widget = Widget::open(cast.address, &cast.widget_key).await;
    let thread = until_definite(async || widget.get("thread").await).await.expect("an empty thread");
    let mut sees = widget.stream(&text(&thread, "resume_token")).await;
    let question =
        json!({ "client_message_id": format!("q-{}", plan.number), "text": "Tell me something long." });
    let posted = until_definite(async || widget.post("messages", question.clone()).await).await;
    let id = text(&posted.expect("the question is taken"), "conversation_id");
    let begun = cast.clock.monotonic();
    cast.clock.sleep(plan.take_over).await;
    let take_over = format!("conversations/{id}/take-over");
    let taken = until_definite(async || desk.send(Method::POST, &take_over, json!({})).await).await;
    taken.expect("taken over");
    // Whatever the model was about to say it has said by then.
    let over = LATEST + Duration::from_millis(500);
    cast.clock.sleep(over.saturating_sub(cast.clock.monotonic() - begun)).await;
    let reply = json!({ "client_message_id": format!("r-{}", plan.number), "text": "Dana here." });
    let messages = format!("conversations/{id}/messages");
    let replied = until_definite(async || desk.send(Method::POST, &messages, reply.clone()).await).await;
    replied.expect("replied");
    sees.wait_for(&cast.clock, "the reply", |name, data| name == "message" && data["text"] == "Dana here.")
        .await;
    no_stale_word(&sees)
}

/// On the visitor's stream nothing of an older epoch stands behind a newer one.
fn no_stale_word(sees: &Events) -> usize {
    let (mut shown, mut deltas, mut human) = (0, 0, false);
    for (name, data) in &sees.seen {
        match name.as_str() {
            "conversation" => {
                shown = shown.max(epoch(data));
                human = data["control"] == "human";
            }
            "delta" => {
                deltas += 1;
                assert!(epoch(data) >= shown, "a piece of an older epoch: {:#?}", sees.seen);
            }
            "message" => assert!(!(human && data["author_kind"] == "ai"), "a late answer: {:#?}", sees.seen),
            _ => {}
        }
    }
    assert!(human, "the take-over was seen: {:#?}", sees.seen);
    deltas
}

fn epoch(data: &Value) -> i64 {
    data["control_epoch"].as_i64().expect("an epoch")
}

/// No answer of an older epoch has a revision above a change of control; how many answers there are.
fn no_stale_answer(events: &[Event]) -> usize {
    let mut changes: HashMap<&str, Vec<(i64, i64)>> = HashMap::new();
    for event in events {
        if let Some(Subject::State(state)) = &event.subject {
            changes.entry(&event.conversation_id).or_default().push((state.control_epoch, event.revision));
        }
    }
    let answers = events.iter().filter_map(|event| match &event.subject {
        Some(Subject::Message(message)) if message.author_kind == i32::from(AuthorKind::Ai) => {
            Some((event, message))
        }
        _ => None,
    });
    answers
        .inspect(|(event, message)| {
            let mut changes = changes[event.conversation_id.as_str()].iter();
            let late = changes.any(|(epoch, at)| *epoch > message.control_epoch && *at < event.revision);
            assert!(!late, "a late answer: {event:?}");
        })
        .count()
}
