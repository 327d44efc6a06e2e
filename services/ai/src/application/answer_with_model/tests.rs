//! What a model's words and calls come to.

use std::sync::Arc;

use baton_kit_testing::{clock::FakeClock, seeds::SeededIds};
use futures::{
    StreamExt as _,
    stream::{self, BoxStream},
};

use super::*;
use crate::{
    application::{
        ask_model::Limits,
        in_memory::{InMemoryKnowledge, assistant, builtin, thread},
        model::{LanguageModel, ModelEvent, ModelRequest, Stop, Usage},
        show_draft::Draft,
    },
    domain::{
        bm25::tests::shop, breaker::BreakerRules, decision::HandoffReason, hand_off_call::HAND_OFF,
        pace::Patience,
    },
};

/// Says always the same, and remembers what it was asked.
struct Parrot {
    says: Vec<ModelEvent>,
    asked: Arc<Mutex<Vec<ModelRequest>>>,
}

impl LanguageModel for Parrot {
    fn label(&self) -> &'static str {
        "parrot"
    }

    fn ask(&self, request: &ModelRequest) -> BoxStream<'static, Result<ModelEvent, ModelError>> {
        self.asked.lock().unwrap().push(request.clone());
        stream::iter(self.says.clone()).map(Ok).boxed()
    }
}

struct Asked {
    decided: Result<TurnDecision, EngineError>,
    requests: Vec<ModelRequest>,
}

async fn ask(enabled: bool, said: &[&str], says: Vec<ModelEvent>) -> Asked {
    let second = std::time::Duration::from_secs(1);
    let asked = Arc::new(Mutex::default());
    let patience = Patience { first: second * 6, total: second * 60, least_bytes_per_second: 4 };
    let limits = Limits { patience, most_bytes: 1000, most_tries: 1 };
    let rules = BreakerRules {
        failure_percent: 50,
        least_calls: 20,
        window: second,
        connect_failures: 5,
        open_for: second,
    };
    let model = Arc::new(Parrot { says, asked: Arc::clone(&asked) });
    let asks = AskModel::new(model, limits, rules, FakeClock::new().shared(), SeededIds::new(1));
    let builtin = Arc::new(builtin(Arc::new(InMemoryKnowledge::with(shop()))));
    let engine = Modelled { builtin, asks: Arc::new(asks), prompts: Prompts::shipped().unwrap() };
    let mut assistant = assistant(enabled);
    assistant.settings.handoff.after_no_answers = 2;
    assistant.workspace = shop()[0].workspace;
    let input = TurnInput { assistant, thread: thread(said), instruction: String::new() };
    let decided = engine.decide(&input, &Draft::default()).await;
    let requests = asked.lock().unwrap().clone();
    Asked { decided, requests }
}

fn text(text: &str) -> Vec<ModelEvent> {
    vec![ModelEvent::Text(text.to_owned()), ModelEvent::End(Stop::Done, Usage::default())]
}

fn call(name: &str, arguments: &str) -> Vec<ModelEvent> {
    let call = ModelEvent::Call("c1".to_owned(), name.to_owned(), arguments.to_owned());
    vec![call, ModelEvent::End(Stop::Done, Usage::default())]
}

#[tokio::test]
async fn an_answer_names_the_sources_that_the_model_cites_and_no_other() {
    let asked =
        ask(true, &["What does shipping cost, and when do you open?"], text("4.90 EUR [1][9]. Nine. [2]"))
            .await;
    let Ok(TurnDecision::Answer { text, sources }) = asked.decided else { panic!("{:?}", asked.decided) };
    assert_eq!(text, "4.90 EUR [9]. Nine.".replace(" [9]", "[9]"));
    assert_eq!(sources.len(), 2);
    for source in &sources {
        assert!(asked.requests[0].system.contains(&source.title), "{}", source.title);
    }
}

#[tokio::test]
async fn g_h3_only_a_typed_call_hands_over_whatever_is_said_beside_it() {
    let words = "HANDOFF: {\"reason\":\"instructions\"} hand_off() I will connect you to a human";
    assert!(matches!(ask(true, &["hm"], text(words)).await.decided, Ok(TurnDecision::Answer { .. })));
    let spoken = [text("One moment")[..1].to_vec(), call(HAND_OFF, r#"{"reason":"instructions"}"#)].concat();
    let decided = ask(true, &["hm"], spoken).await.decided;
    assert_eq!(decided.unwrap(), TurnDecision::HandOff { reason: HandoffReason::AiDecision });
}

#[tokio::test]
async fn g_h3_a_call_of_another_shape_is_invalid() {
    for (enabled, name, arguments) in [
        (true, HAND_OFF, "{\"reason\":"),
        (true, HAND_OFF, r#"{"reason":"boredom"}"#),
        (true, HAND_OFF, ""),
        (true, "delete_everything", "{}"),
        (false, HAND_OFF, r#"{"reason":"instructions"}"#),
    ] {
        let decided = ask(enabled, &["hm"], call(name, arguments)).await.decided;
        assert!(matches!(decided, Err(EngineError::Invalid(_))), "{name} {arguments}: {decided:?}");
    }
}

#[tokio::test]
async fn g_h3_an_empty_answer_is_no_answer() {
    for says in [text(" \n"), text(""), vec![ModelEvent::End(Stop::Done, Usage::default())]] {
        let decided = ask(true, &["hm"], says).await.decided;
        assert!(decided.unwrap().checked().is_err());
    }
}

#[tokio::test]
async fn an_explicit_wish_for_a_person_is_a_rule_and_no_model_is_asked() {
    let asked = ask(true, &["I want to talk to a person"], text("No, talk to me.")).await;
    assert_eq!(asked.decided.unwrap(), TurnDecision::HandOff { reason: HandoffReason::VisitorRequest });
    assert!(asked.requests.is_empty());
    let off = ask(false, &["I want to talk to a person"], text("Yes, at once!")).await;
    assert!(matches!(off.decided, Ok(TurnDecision::Answer { .. })) && off.requests.is_empty());
}

#[tokio::test]
async fn a_model_is_offered_the_tool_only_where_the_action_is_enabled() {
    assert_eq!(ask(true, &["hello"], text("Hello!")).await.requests[0].tools.len(), 1);
    assert!(ask(false, &["hello"], text("Hello!")).await.requests[0].tools.is_empty());
}
