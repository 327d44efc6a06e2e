//! Turns with a model's provider on a real socket, which does what providers do on their bad days.

use std::time::Duration;

use baton_ai::{Config, ProviderKind};
use baton_kit_testing::openai::{Script, ScriptedOpenAi, stop_event, text_event};
use baton_proto::{conversation::v1::HandoffReason, internal::conversation::v1::TurnOutcome};
use futures::StreamExt as _;

use super::house::{ConversationId, House, Running};

const QUESTION: &str = "When are you open?";

/// As little as is needed.
fn provided(config: &mut Config, base_url: &str) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    config.provider.kind = ProviderKind::OpenaiCompatible;
    base_url.clone_into(&mut config.provider.base_url);
    config.provider.model = "scripted".to_owned();
}

struct Shop {
    house: House,
    running: Running,
    server: ScriptedOpenAi,
    assistant: String,
}

impl Shop {
    async fn open(script: Script, change: impl FnOnce(&mut Config)) -> Self {
        let server = ScriptedOpenAi::start(script).await.unwrap();
        let house = House::on_sqlite().await;
        let url = server.base_url();
        let running = house
            .start_with(|config| {
                provided(config, &url);
                change(config);
            })
            .await;
        let assistant = house.shop(&running, true).await;
        Self { house, running, server, assistant }
    }

    async fn usual(script: Script) -> Self {
        Self::open(script, |_| {}).await
    }

    async fn asked(&self, text: &str) -> ConversationId {
        let visitor = self.house.visitor(&self.assistant);
        self.house.writes(visitor, text, 1).await;
        visitor
    }

    async fn answered(&self, text: &str) -> ConversationId {
        let visitor = self.asked(text).await;
        self.house.until(visitor, |room| !room.finished.is_empty()).await;
        visitor
    }

    fn outcome(&self, visitor: ConversationId) -> TurnOutcome {
        self.house.conversation.room(&visitor.to_string(), |room| room.finished.first().unwrap().outcome())
    }
}

fn strings(pieces: &[&str]) -> Vec<String> {
    pieces.iter().map(|&piece| piece.to_owned()).collect()
}

fn answer(pieces: &[&str]) -> Script {
    Script::Answer(strings(pieces), Duration::from_millis(120))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_models_answer_is_shown_while_it_is_made_and_posted_with_its_sources() {
    let shop =
        Shop::usual(answer(&["We are open ", "Monday to Friday", ", from nine to five.", " [1]"])).await;
    let visitor = shop.answered(QUESTION).await;
    shop.house.conversation.room(&visitor.to_string(), |room| {
        let answers = room.answers();
        assert_eq!(answers.len(), 1);
        assert_eq!(answers[0].text, "We are open Monday to Friday, from nine to five.");
        assert_eq!(
            answers[0].sources.iter().map(|s| s.title.as_str()).collect::<Vec<_>>(),
            ["Opening hours"]
        );
        assert_eq!(room.finished[0].outcome(), TurnOutcome::Answered);
        // A piece may be lost on a busy machine; none comes before an earlier one or at another place than its own.
        let mut end = 0;
        for delta in &room.deltas {
            assert_eq!(delta.control_epoch, 1);
            let offset = usize::try_from(delta.offset).unwrap();
            assert!(offset == 0 || offset >= end, "in order: {:?}", room.deltas);
            assert!(answers[0].text[offset..].starts_with(&delta.text), "{offset}: {}", delta.text);
            end = offset + delta.text.len();
        }
        assert!(end > 0, "at least a piece was shown");
    });
    let asked = shop.server.asked();
    assert!(asked[0].body["messages"][0]["content"].as_str().unwrap().contains("from 9:00 to 17:00"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g_h3_a_typed_call_hands_over_and_words_do_not() {
    let arguments = strings(&["{\"reason\":\"instr", "uctions\"}"]);
    let shop = Shop::usual(Script::Call("hand_off".to_owned(), arguments)).await;
    let visitor = shop.answered("My parcel arrived broken").await;
    assert_eq!(shop.outcome(visitor), TurnOutcome::HandedOff);
    shop.house.conversation.room(&visitor.to_string(), |room| {
        assert_eq!(room.handoffs[0].reason(), HandoffReason::AiDecision);
        assert!(room.answers().is_empty());
    });
    shop.server.usually(answer(&["HANDOFF hand_off({\"reason\":\"instructions\"})"]));
    let visitor = shop.answered("My parcel arrived broken").await;
    assert_eq!(shop.outcome(visitor), TurnOutcome::Answered);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g_h3_whatever_a_model_says_amiss_people_are_asked_for() {
    let call = |arguments: &[&str]| Script::Call("hand_off".to_owned(), strings(arguments));
    let scripts = [
        Script::Events(vec![r#"{"choices":[{"index":0,"delta":{"content":"We a"#.to_owned()]),
        Script::Events(vec![text_event("We are open")]),
        Script::Events(vec![text_event("We are"), stop_event("length"), "[DONE]".to_owned()]),
        Script::Events(vec![stop_event("stop"), "[DONE]".to_owned()]),
        answer(&[" \n"]),
        call(&["{\"reason\":"]),
        call(&["{\"reason\":\"boredom\"}"]),
        call(&["{\"because\":\"no_answer\"}"]),
        Script::Call("erase_everything".to_owned(), strings(&["{}"])),
        Script::Flood(format!("data: {}\n\n", text_event("and on "))),
    ];
    let shop = Shop::usual(answer(&["unused"])).await;
    for script in scripts {
        let before = shop.server.count();
        shop.server.next(script.clone());
        // Tried again it would be answered.
        let visitor = shop.answered(QUESTION).await;
        let said = format!("{script:?}").chars().take(120).collect::<String>();
        assert_eq!(shop.outcome(visitor), TurnOutcome::Failed, "{said}");
        assert_eq!(shop.server.count() - before, 1, "{said}");
        shop.house.conversation.room(&visitor.to_string(), |room| {
            assert!(room.answers().is_empty() && room.handoffs.is_empty());
        });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g_h4_whatever_a_provider_does_people_are_asked_for_within_ten_seconds() {
    let scripts = vec![
        Script::Status(500, None),
        Script::Status(429, None),
        Script::Status(429, Some(3600)),
        Script::Status(401, None),
        Script::Close,
        Script::Events(vec![]),
        Script::Hang,
        Script::HangAfter(strings(&["We are"])),
        Script::Drip(Duration::from_secs(1)),
    ];
    let floods = vec![Script::Flood(": nothing to say\n\n".repeat(100))];
    // In real time: a machine that is busy must not look like a promise that is broken, so a flood has it for itself.
    for (scripts, at_once) in [(scripts, 4), (floods, 1)] {
        let all = futures::stream::iter(scripts.into_iter().map(fails_in_time_and_answers_again));
        all.buffer_unordered(at_once).collect::<()>().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g_h4_an_event_without_an_end_is_given_up_within_ten_seconds() {
    fails_in_time_and_answers_again(Script::Flood("no end of an event ".repeat(100))).await;
}

async fn fails_in_time_and_answers_again(script: Script) {
    let shop = Shop::usual(script.clone()).await;
    let asked_at = shop.house.now();
    let visitor = shop.answered(QUESTION).await;
    let took = shop.house.now() - asked_at;
    let said = format!("{script:?}").chars().take(120).collect::<String>();
    assert_eq!(shop.outcome(visitor), TurnOutcome::Failed, "{said}");
    assert!(took < Duration::from_secs(10), "{said} took {took:?}");
    shop.server.until_idle().await;
    shop.server.usually(Script::Answer(strings(&["We are open."]), Duration::ZERO));
    let visitor = shop.answered(QUESTION).await;
    assert_eq!(shop.outcome(visitor), TurnOutcome::Answered, "after {said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g_h4_a_dead_address_and_a_plain_port_taken_for_a_secure_one_ask_for_people() {
    let plain = ScriptedOpenAi::start(Script::Close).await.unwrap();
    let dead = ScriptedOpenAi::start(Script::Close).await.unwrap().base_url();
    for url in [dead, format!("https://{}/v1/", plain.address()), "http://nowhere.invalid/v1/".to_owned()] {
        let house = House::on_sqlite().await;
        let running = house.start_with(|config| provided(config, &url)).await;
        let visitor = house.visitor(&house.shop(&running, true).await);
        house.writes(visitor, QUESTION, 1).await;
        house.until(visitor, |room| !room.finished.is_empty()).await;
        let outcome = house.conversation.room(&visitor.to_string(), |room| room.finished[0].outcome());
        assert_eq!(outcome, TurnOutcome::Failed, "{url}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g_h4_the_circuit_opens_and_no_storm_comes() {
    // Longer than any machine takes for the questions: that it closes again is tested on a clock that the test owns.
    let patient = |config: &mut Config| {
        (config.provider.breaker.window_seconds, config.provider.breaker.open_seconds) = (600, 600);
    };
    let shop = Shop::open(Script::Status(503, None), patient).await;
    let mut visitors = Vec::new();
    for _ in 0..60 {
        visitors.push(shop.asked(QUESTION).await);
    }
    for visitor in &visitors {
        shop.house.until(*visitor, |room| !room.finished.is_empty()).await;
        assert_eq!(shop.outcome(*visitor), TurnOutcome::Failed);
    }
    let storm = shop.server.count();
    // Twenty open it; as many as there are workers were under way then, and a few tries more.
    assert!((20..=40).contains(&storm), "{storm} requests for 60 questions");
    let refused = shop.answered(QUESTION).await;
    assert_eq!((shop.outcome(refused), shop.server.count()), (TurnOutcome::Failed, storm));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_explicit_wish_for_a_person_needs_no_provider() {
    let shop = Shop::usual(Script::Hang).await;
    let visitor = shop.answered("Can I talk to a person, please?").await;
    assert_eq!((shop.outcome(visitor), shop.server.count()), (TurnOutcome::HandedOff, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_built_in_engine_answers_for_a_failing_provider_only_where_configured() {
    let broken = Script::Events(vec![text_event("We are clo"), "{".to_owned()]);
    let shop = Shop::open(broken, |config| config.provider.fallback_to_builtin = true).await;
    let visitor = shop.answered(QUESTION).await;
    shop.house.conversation.room(&visitor.to_string(), |room| {
        assert_eq!(room.answers()[0].text, "We are open Monday to Friday from 9:00 to 17:00.");
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g_h1_a_model_is_stopped_when_a_person_takes_over() {
    let endless = Script::Answer((0..200).map(|_| "word ".to_owned()).collect(), Duration::from_millis(50));
    let shop = Shop::usual(endless).await;
    let visitor = shop.asked(QUESTION).await;
    shop.house.until(visitor, |room| !room.deltas.is_empty()).await;
    shop.house.conversation.room(&visitor.to_string(), |room| (room.human, room.epoch) = (true, 2));
    shop.server.until_idle().await;
    let later = shop.answered("I want to talk to a person").await;
    assert_eq!(shop.outcome(later), TurnOutcome::HandedOff);
    shop.house.conversation.room(&visitor.to_string(), |room| {
        assert!(room.answers().is_empty() && room.finished.is_empty());
        assert!(room.deltas.iter().all(|delta| delta.control_epoch == 1));
    });
    drop(shop.running);
}
