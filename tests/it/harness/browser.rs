//! The HTTP doors as a browser uses them, for tests: the widget with its token, the inbox with its cookie, and their streams.

use std::{net::SocketAddr, time::Duration};

use baton::demo::Cast;
use baton_kit::life::clock::{self, SharedClock};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};

use super::surroundings::crypto;

/// How long any one thing may take to be seen; a busy machine is slow.
const PATIENCE: Duration = Duration::from_secs(30);

/// A visitor's browser.
#[derive(Clone)]
pub struct Widget {
    client: Client,
    base: String,
    token: String,
}

/// A member's browser, signed in.
#[derive(Clone)]
pub struct Inbox {
    client: Client,
    base: String,
    cookie: String,
    /// Whose it is.
    pub member: String,
}

/// A stream of server-sent events.
pub struct Events {
    response: Response,
    pending: Vec<u8>,
    /// All events read so far, by name.
    pub seen: Vec<(String, Value)>,
    /// The place of the last event that has one.
    pub last_id: Option<String>,
}

impl Widget {
    /// Opens a session.
    pub async fn open(address: SocketAddr, widget_key: &str) -> Self {
        until_definite(async || Self::try_open(address, widget_key).await).await.expect("a visitor session")
    }

    /// Opens a session, if that can be done just now.
    pub async fn try_open(address: SocketAddr, widget_key: &str) -> Result<Self, String> {
        let (client, base) = (client(), format!("http://{address}"));
        let (url, body) = (format!("{base}/v1/widget/session"), json!({ "widget_key": widget_key }));
        let session = value(client.post(&url).json(&body)).await?;
        Ok(Self { client, base, token: text(&session, "token") })
    }

    /// Waits until sessions can be opened by this key: conversation learns of a new assistant by its event, a moment after it was made.
    pub async fn until_known(address: SocketAddr, widget_key: &str, clock: &SharedClock) {
        let url = format!("http://{address}/v1/widget/session");
        let (client, body) = (client(), json!({ "widget_key": widget_key }));
        let known = async || {
            let answered = client.post(&url).json(&body).send().await;
            answered.expect("the edge answers").status().is_success()
        };
        wait_until(clock, "the assistant is known", known).await;
    }

    /// The same session at another address: a server that was started again.
    #[must_use]
    pub fn moved(mut self, address: SocketAddr) -> Self {
        self.base = format!("http://{address}");
        self
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}/v1/widget/{path}", self.base)).bearer_auth(&self.token)
    }

    /// Posts a message under an id of its own; the conversation it is in.
    pub async fn says(&self, id: &str, words: &str, conversation: Option<&str>) -> String {
        let mut body = json!({ "client_message_id": id, "text": words });
        if let Some(conversation) = conversation {
            body["conversation_id"] = json!(conversation);
        }
        let posted = self.post("messages", body).await.expect("the message is taken");
        text(&posted, "conversation_id")
    }

    /// A command.
    pub async fn post(&self, path: &str, body: Value) -> Result<Value, String> {
        value(self.request(Method::POST, path).json(&body)).await
    }

    /// A question.
    pub async fn get(&self, path: &str) -> Result<Value, String> {
        value(self.request(Method::GET, path)).await
    }

    /// What comes live after `after`, if that can be had just now.
    pub async fn try_stream(&self, after: &str) -> Result<Events, String> {
        Events::try_open(self.request(Method::GET, "stream").header("last-event-id", after)).await
    }

    /// What comes live after `after`.
    pub async fn stream(&self, after: &str) -> Events {
        Events::open(self.request(Method::GET, "stream").header("last-event-id", after)).await
    }
}

impl Inbox {
    /// Signs in as the owner of a demo workspace.
    pub async fn of(cast: &Cast) -> Self {
        let owner = (cast.workspace.as_str(), cast.email.as_str(), cast.password.as_str());
        until_definite(async || Self::sign_in(cast.address, owner).await).await.expect("signed in")
    }

    /// Signs in.
    pub async fn sign_in(
        address: SocketAddr,
        (workspace, email, password): (&str, &str, &str),
    ) -> Result<Self, String> {
        let (client, base) = (client(), format!("http://{address}"));
        let body = json!({ "workspace": workspace, "email": email, "password": password });
        let request = client.post(format!("{base}/v1/inbox/sign-in")).header("x-baton-csrf", "1").json(&body);
        let response = request.send().await.map_err(|error| error.to_string())?;
        let cookie =
            response.headers().get("set-cookie").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        let member = text(&read(response).await?, "member_id");
        Ok(Self { client, base, cookie, member })
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}/v1/inbox/{path}", self.base));
        request.header("cookie", &self.cookie).header("x-baton-csrf", "1")
    }

    /// A command.
    pub async fn send(&self, method: Method, path: &str, body: Value) -> Result<Value, String> {
        value(self.request(method, path).json(&body)).await
    }

    /// A question.
    pub async fn get(&self, path: &str) -> Result<Value, String> {
        value(self.request(Method::GET, path)).await
    }

    /// What comes live from now on.
    pub async fn stream(&self) -> Events {
        Events::open(self.request(Method::GET, "stream")).await
    }

    /// A key for a program, with these scopes.
    pub async fn api_key(&self, scopes: &[&str]) -> String {
        let made =
            self.send(Method::POST, "api-keys", json!({ "display_name": "a test", "scopes": scopes })).await;
        text(&made.expect("an API key"), "secret")
    }
}

impl Events {
    async fn open(request: RequestBuilder) -> Self {
        Self::try_open(request).await.expect("the stream opens")
    }

    async fn try_open(request: RequestBuilder) -> Result<Self, String> {
        let response = request.send().await.map_err(|error| error.to_string())?;
        if !response.status().is_success() {
            return Err(format!("the stream was refused: {}", response.status()));
        }
        Ok(Self { response, pending: Vec::new(), seen: Vec::new(), last_id: None })
    }

    /// The next event that fits; what does not fit is kept in `seen`.
    pub async fn wait_for(
        &mut self,
        clock: &SharedClock,
        what: &str,
        fits: impl Fn(&str, &Value) -> bool,
    ) -> Value {
        let found = clock::timeout(clock, PATIENCE, async {
            while let Some((name, data)) = self.next().await {
                let found = fits(&name, &data);
                self.seen.push((name, data.clone()));
                if found {
                    return Some(data);
                }
            }
            None
        });
        let found = found.await.unwrap_or(None);
        found.unwrap_or_else(|| panic!("never seen: {what}; seen: {:#?}", self.seen))
    }

    /// The next event; `None` at the stream's end.
    pub async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some(end) = self.pending.windows(2).position(|pair| pair == b"\n\n") {
                let block: Vec<u8> = self.pending.drain(..end + 2).collect();
                let block = String::from_utf8_lossy(&block);
                if let Some(id) = field(&block, "id:") {
                    self.last_id = Some(id.to_owned());
                }
                if let Some(event) = event(&block) {
                    return Some(event);
                }
                continue;
            }
            self.pending.extend_from_slice(&self.response.chunk().await.ok()??);
        }
    }
}

/// Looks again and again until something is so.
pub async fn wait_until(clock: &SharedClock, what: &str, fits: impl AsyncFn() -> bool) {
    let waiting = clock::timeout(clock, PATIENCE, async {
        while !fits().await {
            clock.sleep(Duration::from_millis(20)).await;
        }
    });
    waiting.await.unwrap_or_else(|_| panic!("it never came about: {what}"));
}

/// Sends again while the outcome is unknown, as a browser does with what is safe to repeat.
pub async fn until_definite<T>(call: impl AsyncFn() -> Result<T, String>) -> Result<T, String> {
    for _ in 0..20 {
        match call().await {
            Err(error) if error.contains("answered 504") || error.contains("answered 503") => {}
            definite => return definite,
        }
    }
    Err("twenty tries, and the outcome is still unknown".to_owned())
}

fn client() -> Client {
    crypto();
    // Streams stay open for as long as somebody reads; a suite that has come to a stop says nothing for longer than any of them.
    let builder = Client::builder().connect_timeout(PATIENCE).read_timeout(PATIENCE);
    builder.build().expect("a client")
}

/// Comments and bare ids are no events.
fn event(block: &str) -> Option<(String, Value)> {
    let data = serde_json::from_str(field(block, "data:")?).unwrap_or(Value::Null);
    Some((field(block, "event:")?.to_owned(), data))
}

fn field<'a>(block: &'a str, name: &str) -> Option<&'a str> {
    block.lines().find_map(|line| line.strip_prefix(name)).map(str::trim)
}

async fn value(request: RequestBuilder) -> Result<Value, String> {
    read(request.send().await.map_err(|error| error.to_string())?).await
}

async fn read(response: Response) -> Result<Value, String> {
    let (status, path) = (response.status(), response.url().path().to_owned());
    let body = response.text().await.map_err(|error| error.to_string())?;
    if !status.is_success() {
        return Err(format!("{path} answered {status}: {body}"));
    }
    if body.is_empty() {
        Ok(Value::Null)
    } else {
        serde_json::from_str(&body).map_err(|error| error.to_string())
    }
}

/// The text at a path such as `message.id`.
pub fn text(value: &Value, path: &str) -> String {
    let found = path.split('.').try_fold(value, |value, key| value.get(key)).and_then(Value::as_str);
    found.unwrap_or_else(|| panic!("no text at {path} in {value}")).to_owned()
}
