//! The adapter against a real socket: what happens there is what the port says happened.

use baton_kit::life::clock::SystemClock;
use baton_kit_testing::{
    logs::LogWatch,
    openai::{Script, ScriptedOpenAi, call_event, stop_event, text_event},
};
use serde_json::json;

use super::*;
use crate::application::{in_memory::assistant, ports::TurnInput, write_prompt::Prompts};

fn model_at(base_url: &str, api_key: Option<&str>) -> OpenAiCompatible {
    // An error means that another test was first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let place = ModelPlace {
        base_url: base_url.parse().unwrap(),
        model: "house::mistral-medium".to_owned(),
        api_key: api_key.map(SecretString::from),
        max_tokens: 2048,
    };
    OpenAiCompatible::at(&place, SystemClock::new()).unwrap()
}

fn request() -> ModelRequest {
    let thread = crate::application::in_memory::thread(&["when do you open?"]);
    let input = TurnInput { assistant: assistant(true), thread, instruction: String::new() };
    Prompts::shipped().unwrap().request(&input, &[])
}

async fn heard(script: Script) -> (Vec<ModelEvent>, Option<ModelError>) {
    let server = ScriptedOpenAi::start(script).await.unwrap();
    hear(&model_at(&server.base_url(), None)).await
}

async fn hear(model: &OpenAiCompatible) -> (Vec<ModelEvent>, Option<ModelError>) {
    let (mut events, mut stream) = (Vec::new(), model.ask(&request()));
    loop {
        match stream.next().await {
            Some(Ok(event)) => events.push(event),
            Some(Err(error)) => return (events, Some(error)),
            None => return (events, None),
        }
    }
}

fn text(piece: &str) -> ModelEvent {
    ModelEvent::Text(piece.to_owned())
}

fn strings(pieces: &[&str]) -> Vec<String> {
    pieces.iter().map(|&piece| piece.to_owned()).collect()
}

#[tokio::test]
async fn an_answer_comes_in_its_pieces_with_its_cost() {
    let (events, error) = heard(Script::Answer(strings(&["We ", "are open."]), Duration::ZERO)).await;
    let cost = Usage { read: 120, written: 12 };
    assert_eq!(events, [text("We "), text("are open."), ModelEvent::End(Stop::Done, cost)]);
    assert_eq!(error, None);
}

#[tokio::test]
async fn a_call_comes_in_its_pieces() {
    let (events, error) = heard(Script::Call("hand_off".to_owned(), strings(&["{\"rea", "son\":1}"]))).await;
    let pieces: Vec<(&str, &str)> = events
        .iter()
        .filter_map(|event| match event {
            ModelEvent::Call(_, name, arguments) => Some((name.as_str(), arguments.as_str())),
            _ => None,
        })
        .collect();
    assert_eq!(pieces, [("hand_off", ""), ("", "{\"rea"), ("", "son\":1}")]);
    assert!(error.is_none() && matches!(events.last(), Some(ModelEvent::End(Stop::Done, _))));
}

#[tokio::test]
async fn g_h4_every_way_to_fail_has_its_type() {
    let status = |status, retry_after: Option<u64>| ModelError::Status {
        status,
        retry_after: retry_after.map(Duration::from_secs),
    };
    let half = r#"{"choices":[{"index":0,"delta":{"content":"We a"#.to_owned();
    let table = [
        (Script::Status(500, None), Some(status(500, None))),
        (Script::Status(429, Some(7)), Some(status(429, Some(7)))),
        (Script::Status(401, None), Some(status(401, None))),
        (Script::Status(307, None), Some(status(307, None))),
        (Script::Close, Some(ModelError::Broken)),
        (Script::Events(vec![half]), Some(ModelError::Malformed)),
        (Script::Events(vec![json!({"error": {"message": "no"}}).to_string()]), Some(ModelError::Broken)),
        // Without its end; the listener knows what that means.
        (Script::Events(vec![text_event("We")]), None),
        (Script::Events(vec![]), None),
    ];
    for (script, expected) in table {
        let (events, error) = heard(script.clone()).await;
        assert_eq!(error, expected, "{script:?}");
        assert!(!events.iter().any(|event| matches!(event, ModelEvent::End(..))), "{script:?}");
    }
}

#[tokio::test]
async fn g_h4_nobody_there_and_no_secure_connection_are_not_connected() {
    let dead = {
        let server = ScriptedOpenAi::start(Script::Close).await.unwrap();
        server.base_url()
    };
    assert_eq!(hear(&model_at(&dead, None)).await.1, Some(ModelError::NotConnected));
    assert_eq!(
        hear(&model_at("http://no-such-host.invalid/v1/", None)).await.1,
        Some(ModelError::NotConnected)
    );
    let plain = ScriptedOpenAi::start(Script::Close).await.unwrap();
    let tls = format!("https://{}/v1/", plain.address());
    assert_eq!(hear(&model_at(&tls, None)).await.1, Some(ModelError::NotConnected));
}

#[tokio::test]
async fn g_h3_the_end_says_how_the_model_stopped() {
    for (reason, stop) in [("length", Stop::Cut), ("content_filter", Stop::Filtered), ("stop", Stop::Done)] {
        let events = vec![text_event("We"), stop_event(reason), "[DONE]".to_owned()];
        let (events, _) = heard(Script::Events(events)).await;
        assert_eq!(events.last(), Some(&ModelEvent::End(stop, Usage::default())), "{reason}");
    }
}

#[tokio::test]
async fn g_h5_a_provider_does_not_choose_how_much_is_allocated() {
    let mut call: serde_json::Value = serde_json::from_str(&call_event(Some("hand_off"), "{}")).unwrap();
    call["choices"][0]["delta"]["tool_calls"][0]["index"] = json!(u32::MAX);
    let (events, error) = heard(Script::Events(vec![call.to_string(), "[DONE]".to_owned()])).await;
    assert!(matches!(events.first(), Some(ModelEvent::Call(_, name, _)) if name == "hand_off"));
    assert_eq!(error, None);
}

#[tokio::test]
async fn what_is_asked_is_the_protocol_and_the_model_keeps_its_name() {
    let server = ScriptedOpenAi::start(Script::Answer(strings(&["Yes."]), Duration::ZERO)).await.unwrap();
    hear(&model_at(&server.base_url(), Some("sk-1"))).await;
    hear(&model_at(&server.base_url(), None)).await;
    let asked = server.asked();
    assert_eq!(asked[0].line, "POST /v1/chat/completions HTTP/1.1");
    assert_eq!(
        (asked[0].authorization.as_deref(), asked[1].authorization.as_deref()),
        (Some("Bearer sk-1"), None)
    );
    let body = &asked[0].body;
    assert_eq!((&body["model"], &body["stream"]), (&json!("house::mistral-medium"), &json!(true)));
    assert_eq!(body["max_tokens"], 2048);
    assert!(body.get("reasoning_effort").is_none(), "{body}");
    assert_eq!(body["messages"][0]["role"], "system");
    assert!(body["messages"][1]["content"].as_str().unwrap().contains("when do you open?"));
    assert_eq!(body["tools"][0]["function"]["name"], "hand_off");
    assert_eq!(body["tools"][0]["function"]["parameters"]["additionalProperties"], false);
}

#[tokio::test]
async fn dropping_the_stream_ends_the_call() {
    let server = ScriptedOpenAi::start(Script::HangAfter(strings(&["We"]))).await.unwrap();
    let model = model_at(&server.base_url(), None);
    let mut stream = model.ask(&request());
    assert_eq!(stream.next().await, Some(Ok(text("We"))));
    drop(stream);
    server.until_idle().await;
}

#[tokio::test]
async fn what_a_provider_says_is_never_logged() {
    let (log, server) = (LogWatch::new(), ScriptedOpenAi::start(Script::Status(500, None)).await.unwrap());
    let _watching = log.watch_thread();
    hear(&model_at(&server.base_url(), None)).await;
    server.usually(Script::Answer(strings(&["We are open."]), Duration::ZERO));
    hear(&model_at(&server.base_url(), None)).await;
    log.assert_clean();
}
