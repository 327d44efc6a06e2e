//! A language model behind any endpoint that speaks OpenAI's chat protocol, through genai.
//!
//! Passes on what happens and judges nothing. Captures nothing in the library either: it would collect tool calls by an index that the
//! provider chooses, and allocate for it. Must not know what is asked or why.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use baton_kit::life::clock::SharedClock;
use futures::{FutureExt as _, Stream, StreamExt as _, TryStreamExt as _, stream::BoxStream};
use genai::{
    Client, Headers, ModelIden, ServiceTarget,
    adapter::AdapterKind,
    chat::{ChatMessage, ChatOptions, ChatRequest, ChatStreamEvent, ReasoningEffort, StopReason, Tool},
    resolver::{AuthData, Endpoint},
};
use reqwest::{Url, redirect::Policy};
use secrecy::{ExposeSecret as _, SecretString};
use tracing::Dispatch;

use crate::application::model::{
    LanguageModel, ModelError, ModelEvent, ModelMessage, ModelRequest, ModelTool, Role, Stop, Usage,
};

/// How long a connection may take to come about. Shorter than any patience with a first word, so that another try is left.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// How much time may be spent on reading without an event coming of it. An event takes microseconds; the library keeps one that never ends,
/// and looks through all of it again with every piece.
const LONGEST_READING: Duration = Duration::from_secs(1);

/// Where a model is.
#[derive(Debug, Clone)]
pub(crate) struct ModelPlace {
    /// What comes before `chat/completions`; ends with a slash.
    pub base_url: Url,
    /// The model's name there.
    pub model: String,
    /// The key; `None` where none is asked for.
    pub api_key: Option<SecretString>,
    /// The most tokens it may write; 0 leaves it to the provider.
    pub max_tokens: u32,
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
#[error("the client of the model's provider cannot be built: {0}")]
pub struct ClientFault(String);

impl ClientFault {
    /// Nobody said where the provider is.
    pub(crate) fn no_place() -> Self {
        Self("its base URL cannot be used".to_owned())
    }
}

/// The model.
pub(crate) struct OpenAiCompatible {
    client: Client,
    target: ServiceTarget,
    options: ChatOptions,
    clock: SharedClock,
}

impl OpenAiCompatible {
    /// The model at a place. Connects to nothing yet.
    ///
    /// # Errors
    /// If the place cannot be reached in principle.
    pub(crate) fn at(place: &ModelPlace, clock: SharedClock) -> Result<Self, ClientFault> {
        let fault = |error: &dyn std::fmt::Display| ClientFault(error.to_string());
        let url = place.base_url.join("chat/completions").map_err(|error| fault(&error))?;
        let client = http_client().map_err(|error| fault(&error))?;
        let client = Client::builder().with_reqwest(client).build().map_err(|error| fault(&error))?;
        let model = ModelIden::new(AdapterKind::OpenAI, place.model.as_str());
        let bearer = |key: &SecretString| format!("Bearer {}", key.expose_secret());
        let authorization = place.api_key.as_ref().map(|key| ("authorization".to_owned(), bearer(key)));
        let headers = authorization.map(Headers::from).unwrap_or_default();
        let auth = AuthData::RequestOverride { url: url.to_string(), headers };
        let endpoint = Endpoint::from_owned(place.base_url.as_str());
        let target = ServiceTarget { endpoint, auth, model };
        Ok(Self { client, target, options: options(place), clock })
    }
}

/// Follows nobody elsewhere: a prompt is for the place that was configured. Takes no compressed bodies, which could be larger than they
/// look, and no proxy from the environment.
fn http_client() -> Result<reqwest::Client, reqwest::Error> {
    let builder = reqwest::Client::builder().redirect(Policy::none()).no_proxy().no_gzip().tcp_nodelay(true);
    builder.connect_timeout(CONNECT_TIMEOUT).pool_idle_timeout(Duration::from_secs(60)).build()
}

fn options(place: &ModelPlace) -> ChatOptions {
    let options = ChatOptions::default()
        .with_capture_usage(true)
        // Says nothing on the wire, but without it the library cuts an ending such as `-medium` off the model's name.
        .with_reasoning_effort(ReasoningEffort::Budget(0))
        // And what stands before `::` in it.
        .with_extra_body(serde_json::json!({ "model": place.model }));
    if place.max_tokens == 0 { options } else { options.with_max_tokens(place.max_tokens) }
}

impl LanguageModel for OpenAiCompatible {
    fn label(&self) -> &'static str {
        "openai-compatible"
    }

    fn ask(&self, request: &ModelRequest) -> BoxStream<'static, Result<ModelEvent, ModelError>> {
        let (client, target, options) = (self.client.clone(), self.target.clone(), self.options.clone());
        let request = chat_request(request);
        let opening = async move {
            let opened = client.exec_chat_stream(target, request, Some(&options)).await;
            opened.map(|opened| opened.stream)
        };
        let events = opening.into_stream().try_flatten().map_err(|error| error_of(&error));
        let events = events.try_filter_map(async |event| Ok(event_of(event))).boxed();
        Watched { events, clock: self.clock.clone(), reading: Duration::ZERO }.boxed()
    }
}

fn chat_request(request: &ModelRequest) -> ChatRequest {
    let messages = request.messages.iter().map(chat_message).collect();
    let chat = ChatRequest::new(messages).with_system(request.system.as_str());
    if request.tools.is_empty() { chat } else { chat.with_tools(request.tools.iter().map(chat_tool)) }
}

fn chat_message(message: &ModelMessage) -> ChatMessage {
    match message.role {
        Role::User => ChatMessage::user(message.text.as_str()),
        Role::Assistant => ChatMessage::assistant(message.text.as_str()),
    }
}

fn chat_tool(tool: &ModelTool) -> Tool {
    Tool::new(tool.name.as_str()).with_description(tool.description.as_str()).with_schema(tool.schema.clone())
}

fn event_of(event: ChatStreamEvent) -> Option<ModelEvent> {
    match event {
        ChatStreamEvent::Chunk(piece) => Some(ModelEvent::Text(piece.content)),
        ChatStreamEvent::ReasoningChunk(piece) => Some(ModelEvent::Thought(piece.content.len())),
        ChatStreamEvent::ToolCallChunk(piece) => {
            let call = piece.tool_call;
            // Not captured, so it is the text of this piece.
            let arguments = call.fn_arguments.as_str().unwrap_or_default().to_owned();
            Some(ModelEvent::Call(call.call_id, call.fn_name, arguments))
        }
        ChatStreamEvent::End(end) => {
            let usage = end.captured_usage.unwrap_or_default();
            let tokens = |of: Option<i32>| of.and_then(|of| u32::try_from(of).ok()).unwrap_or_default();
            let usage = Usage { read: tokens(usage.prompt_tokens), written: tokens(usage.completion_tokens) };
            Some(ModelEvent::End(stop_of(end.captured_stop_reason.as_ref()), usage))
        }
        ChatStreamEvent::Start | ChatStreamEvent::ThoughtSignatureChunk(_) | ChatStreamEvent::Heartbeat => {
            None
        }
    }
}

fn stop_of(reason: Option<&StopReason>) -> Stop {
    match reason {
        Some(StopReason::MaxTokens(_)) => Stop::Cut,
        Some(StopReason::ContentFilter(_)) => Stop::Filtered,
        _ => Stop::Done,
    }
}

/// What happened, without what the provider said about it: that may quote the prompt, or the key.
fn error_of(error: &genai::Error) -> ModelError {
    if let Some(status) = error.status() {
        let retry_after = error.headers().and_then(|headers| headers.get("retry-after"));
        let seconds = retry_after.and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
        return ModelError::Status { status: status.as_u16(), retry_after: seconds.map(Duration::from_secs) };
    }
    match error {
        genai::Error::StreamParse { .. } => ModelError::Malformed,
        genai::Error::WebStream { error, .. } => match error.downcast_ref::<genai::Error>() {
            Some(inside) => error_of(inside),
            None => broken(error.downcast_ref::<reqwest::Error>()),
        },
        _ => ModelError::Broken,
    }
}

fn broken(error: Option<&reqwest::Error>) -> ModelError {
    let unconnected = error.is_some_and(reqwest::Error::is_connect);
    if unconnected { ModelError::NotConnected } else { ModelError::Broken }
}

/// A stream that is read without anybody listening to its log, where the library quotes what the provider said, and only as long as
/// something comes of it: a provider that never ends an event would have the machine to itself.
struct Watched<S> {
    events: S,
    clock: SharedClock,
    /// Spent since the last event.
    reading: Duration,
}

impl<S: Stream<Item = Result<T, ModelError>> + Unpin, T> Stream for Watched<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<S::Item>> {
        if self.reading > LONGEST_READING {
            return Poll::Ready(Some(Err(ModelError::Malformed)));
        }
        let began = self.clock.monotonic();
        let quiet = || Pin::new(&mut self.events).poll_next(context);
        let polled = tracing::dispatcher::with_default(&Dispatch::none(), quiet);
        let spent = self.clock.monotonic().saturating_sub(began);
        self.reading = if polled.is_ready() { Duration::ZERO } else { self.reading + spent };
        polled
    }
}

#[cfg(test)]
mod tests;
