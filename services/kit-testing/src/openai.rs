//! A server that speaks OpenAI's chat protocol as it is told to: well, badly, slowly or not at all.
//!
//! Knows bytes of HTTP/1.1 and of server-sent events, nothing of who asks. Each request is counted and kept; the next script is played
//! to it, and where there is none, the usual one.

use std::{
    collections::VecDeque,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_util::sync::{CancellationToken, DropGuard};

/// The largest request that is read.
const MAX_REQUEST: usize = 1024 * 1024;

/// What is done with a request.
#[derive(Debug, Clone)]
pub enum Script {
    /// Streams these pieces as an answer, one event each, with a pause before each.
    Answer(Vec<String>, Duration),
    /// Streams a tool call, its arguments in these pieces.
    Call(String, Vec<String>),
    /// Streams these events as they are, then closes; `[DONE]` is an event too.
    Events(Vec<String>),
    /// Answers with this status and, perhaps, a `retry-after`.
    Status(u16, Option<u32>),
    /// Reads the request and says nothing.
    Hang,
    /// Sends these pieces, then nothing, and keeps the connection.
    HangAfter(Vec<String>),
    /// Sends a well-formed answer, a byte at a time with a pause before each.
    Drip(Duration),
    /// Sends these bytes again and again, as fast as they are taken.
    Flood(String),
    /// Closes the connection without an answer.
    Close,
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Such as `POST /v1/chat/completions HTTP/1.1`.
    pub line: String,
    /// The header `authorization`, if there was one.
    pub authorization: Option<String>,
    /// The body; null if it was no JSON.
    pub body: Value,
}

#[derive(Debug, Default)]
struct State {
    usual: Option<Script>,
    next: VecDeque<Script>,
    asked: Vec<Asked>,
}

/// A running server; it ends when dropped.
#[derive(Debug)]
pub struct ScriptedOpenAi {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    /// Connections whose request is being answered.
    busy: watch::Sender<usize>,
    _running: DropGuard,
}

impl ScriptedOpenAi {
    /// Listens on a free port; usually does this.
    ///
    /// # Errors
    /// When no port can be had.
    #[expect(clippy::disallowed_methods, reason = "a test's own task, ended by its drop")]
    pub async fn start(usual: Script) -> io::Result<Self> {
        let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?;
        let (address, busy) = (listener.local_addr()?, watch::Sender::new(0));
        let state = Arc::new(Mutex::new(State { usual: Some(usual), ..State::default() }));
        let running = CancellationToken::new();
        let (end, counted, shared) = (running.clone(), busy.clone(), Arc::clone(&state));
        let accepting = async move {
            while let Ok((client, _)) = listener.accept().await {
                let talk = talk(client, Arc::clone(&shared), counted.clone());
                tokio::spawn(end.clone().run_until_cancelled_owned(talk));
            }
        };
        tokio::spawn(running.clone().run_until_cancelled_owned(accepting));
        Ok(Self { address, state, busy, _running: running.drop_guard() })
    }

    /// What comes before `chat/completions`.
    pub fn base_url(&self) -> String {
        format!("http://{}/v1/", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Does this from now on, wherever nothing else was told.
    pub fn usually(&self, script: Script) {
        locked(&self.state).usual = Some(script);
    }

    /// Does this with the next request that nothing else was told for.
    pub fn next(&self, script: Script) {
        locked(&self.state).next.push_back(script);
    }

    /// The requests so far.
    pub fn asked(&self) -> Vec<Asked> {
        locked(&self.state).asked.clone()
    }

    /// How many requests so far.
    pub fn count(&self) -> usize {
        locked(&self.state).asked.len()
    }

    /// Completes when no request is being answered any more: whoever asked has his answer, or has gone.
    pub async fn until_idle(&self) {
        // The sender is ours, so this cannot fail.
        let _ = self.busy.subscribe().wait_for(|busy| *busy == 0).await;
    }
}

/// One event of an answer: a piece of text.
pub fn text_event(piece: &str) -> String {
    event(json!({ "content": piece }), None)
}

/// One event of a tool call: the first names the tool, later ones go on with its arguments.
pub fn call_event(name: Option<&str>, arguments: &str) -> String {
    let call = match name {
        Some(name) => {
            let function = json!({ "name": name, "arguments": arguments });
            json!({ "index": 0, "id": "call_1", "type": "function", "function": function })
        }
        None => json!({ "index": 0, "function": { "arguments": arguments } }),
    };
    event(json!({ "tool_calls": [call] }), None)
}

/// The event that says why the model stopped.
pub fn stop_event(reason: &str) -> String {
    event(json!({}), Some(reason))
}

fn event(delta: Value, finish_reason: Option<&str>) -> String {
    let choice = json!({ "index": 0, "delta": delta, "finish_reason": finish_reason });
    json!({ "id": "c-1", "object": "chat.completion.chunk", "model": "scripted", "choices": [choice] })
        .to_string()
}

fn usage_event() -> String {
    let usage = json!({ "prompt_tokens": 120, "completion_tokens": 12, "total_tokens": 132 });
    json!({ "id": "c-1", "object": "chat.completion.chunk", "model": "scripted", "choices": [], "usage": usage })
        .to_string()
}

/// As OpenAI sends them: an empty one with the role first, then the text, the reason, the usage and the end.
fn answer_events(pieces: &[String]) -> Vec<String> {
    let first = event(json!({ "role": "assistant", "content": "" }), None);
    let text = pieces.iter().map(|piece| text_event(piece));
    let end = [stop_event("stop"), usage_event(), "[DONE]".to_owned()];
    std::iter::once(first).chain(text).chain(end).collect()
}

fn call_events(name: &str, arguments: &[String]) -> Vec<String> {
    let first = call_event(Some(name), "");
    let pieces = arguments.iter().map(|piece| call_event(None, piece));
    let end = [stop_event("tool_calls"), usage_event(), "[DONE]".to_owned()];
    std::iter::once(first).chain(pieces).chain(end).collect()
}

async fn talk(mut client: TcpStream, state: Arc<Mutex<State>>, busy: watch::Sender<usize>) {
    let Some(asked) = read(&mut client).await else {
        return;
    };
    busy.send_modify(|count| *count += 1);
    let _done = Done(busy);
    let script = {
        let mut state = locked(&state);
        state.asked.push(asked);
        state.next.pop_front().or_else(|| state.usual.clone())
    };
    if let Some(script) = script {
        // An error is a client that has gone, which is its right.
        let _ = play(&mut client, script).await;
    }
    let _ = client.shutdown().await;
}

struct Done(watch::Sender<usize>);

impl Drop for Done {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

/// A whole request; `None` if it never comes, or is not one.
async fn read(client: &mut TcpStream) -> Option<Asked> {
    let (mut bytes, mut chunk) = (Vec::new(), vec![0; 16 * 1024]);
    while bytes.len() < MAX_REQUEST {
        if let Some(asked) = parse(&bytes) {
            return Some(asked);
        }
        match client.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(chunk.get(..read)?),
        }
    }
    None
}

fn parse(bytes: &[u8]) -> Option<Asked> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(bytes.get(..end)?).into_owned();
    let header = |name: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned())
    };
    let length: usize = header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let body = bytes.get(end + 4..end + 4 + length)?;
    let line = head.lines().next().unwrap_or_default().to_owned();
    let body = serde_json::from_slice(body).unwrap_or(Value::Null);
    Some(Asked { line, authorization: header("authorization"), body })
}

async fn play(client: &mut TcpStream, script: Script) -> io::Result<()> {
    match script {
        Script::Answer(pieces, pause) => stream(client, &answer_events(&pieces), pause).await,
        Script::Call(name, arguments) => {
            stream(client, &call_events(&name, &arguments), Duration::ZERO).await
        }
        Script::Events(events) => stream(client, &events, Duration::ZERO).await,
        Script::Status(status, retry_after) => refuse(client, status, retry_after).await,
        Script::Hang => until_gone(client).await,
        Script::HangAfter(pieces) => {
            let mut events = answer_events(&pieces);
            events.truncate(pieces.len() + 1);
            stream(client, &events, Duration::ZERO).await?;
            until_gone(client).await
        }
        Script::Drip(pause) => drip(client, pause).await,
        Script::Flood(bytes) => flood(client, &bytes).await,
        Script::Close => Ok(()),
    }
}

async fn head(client: &mut TcpStream) -> io::Result<()> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    client.write_all(head.as_bytes()).await
}

#[expect(clippy::disallowed_methods, reason = "the pauses of a line are real time")]
async fn stream(client: &mut TcpStream, events: &[String], pause: Duration) -> io::Result<()> {
    head(client).await?;
    for event in events {
        tokio::time::sleep(pause).await;
        client.write_all(format!("data: {event}\n\n").as_bytes()).await?;
    }
    client.flush().await
}

async fn refuse(client: &mut TcpStream, status: u16, retry_after: Option<u32>) -> io::Result<()> {
    let body = json!({ "error": { "message": "scripted", "type": "scripted" } }).to_string();
    let retry = retry_after.map(|seconds| format!("retry-after: {seconds}\r\n")).unwrap_or_default();
    let head = format!(
        "HTTP/1.1 {status} Scripted\r\ncontent-type: application/json\r\n{retry}connection: close\r\n"
    );
    client.write_all(format!("{head}content-length: {}\r\n\r\n{body}", body.len()).as_bytes()).await
}

#[expect(clippy::disallowed_methods, reason = "the pauses of a line are real time")]
async fn drip(client: &mut TcpStream, pause: Duration) -> io::Result<()> {
    head(client).await?;
    let pieces = ["We are open.".to_owned()];
    let all: String = answer_events(&pieces).iter().map(|event| format!("data: {event}\n\n")).collect();
    for byte in all.bytes() {
        tokio::time::sleep(pause).await;
        client.write_all(&[byte]).await?;
        client.flush().await?;
    }
    Ok(())
}

async fn flood(client: &mut TcpStream, bytes: &str) -> io::Result<()> {
    head(client).await?;
    loop {
        client.write_all(bytes.as_bytes()).await?;
    }
}

/// Reads until the client hangs up.
async fn until_gone(client: &mut TcpStream) -> io::Result<()> {
    let mut nothing = [0; 64];
    while client.read(&mut nothing).await? > 0 {}
    Ok(())
}

/// Nothing that may panic runs under it.
fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
