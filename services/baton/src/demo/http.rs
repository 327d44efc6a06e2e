//! The HTTP doors as a browser uses them: the widget with its token, the inbox with its cookie.

use baton_kit::life::clock::SharedClock;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{sse::Events, story::Cast};

/// A call's answer, or why there is none, in words.
pub(super) type Answer = Result<Value, String>;

/// A visitor's browser.
pub(super) struct Widget {
    client: reqwest::Client,
    base: String,
    token: String,
    clock: SharedClock,
}

/// A member's browser.
pub(super) struct Inbox {
    client: reqwest::Client,
    base: String,
    cookie: String,
    clock: SharedClock,
}

impl Widget {
    /// Opens a session with nothing but the widget key.
    pub(super) async fn open(cast: &Cast) -> Result<(Self, String), String> {
        let (client, base) = (client()?, format!("http://{}", cast.address));
        let session =
            client.post(format!("{base}/v1/widget/session")).json(&json!({ "widget_key": cast.widget_key }));
        let session = answer(session).await?;
        let widget = Self { client, base, token: text(&session, "token")?, clock: cast.clock.clone() };
        Ok((widget, text(&session, "assistant_name")?))
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}/v1/widget/{path}", self.base)).bearer_auth(&self.token)
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Answer {
        answer(self.request(Method::POST, path).json(&body)).await
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path)).await
    }

    pub(super) async fn stream(&self, after: &str) -> Result<Events, String> {
        let request = self.request(Method::GET, "stream").header("last-event-id", after);
        let response = request.send().await.map_err(|error| error.to_string())?;
        events(response, &self.clock)
    }
}

impl Inbox {
    /// Signs a member in by password.
    pub(super) async fn sign_in(cast: &Cast) -> Result<(Self, String), String> {
        let (client, base) = (client()?, format!("http://{}", cast.address));
        let body = json!({ "workspace": cast.workspace, "email": cast.email, "password": cast.password });
        let request = client.post(format!("{base}/v1/inbox/sign-in")).header("x-baton-csrf", "1").json(&body);
        let response = request.send().await.map_err(|error| error.to_string())?;
        let cookie = response.headers().get("set-cookie").and_then(|value| value.to_str().ok());
        let cookie = cookie.and_then(|value| value.split(';').next()).unwrap_or_default().to_owned();
        let member = read(response).await?;
        Ok((Self { client, base, cookie, clock: cast.clock.clone() }, text(&member, "member_id")?))
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}/v1/inbox/{path}", self.base));
        request.header("cookie", &self.cookie).header("x-baton-csrf", "1")
    }

    pub(super) async fn send(&self, method: Method, path: &str, body: Value) -> Answer {
        answer(self.request(method, path).json(&body)).await
    }

    /// Changes something by the etag it was read with.
    pub(super) async fn change(&self, method: Method, path: &str, read: &Value, body: Value) -> Answer {
        let etag = text(read, "etag")?;
        answer(self.request(method, path).header("if-match", format!("\"{etag}\"")).json(&body)).await
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path)).await
    }

    pub(super) async fn stream(&self, after: &str) -> Result<Events, String> {
        let request = self.request(Method::GET, "stream").header("last-event-id", after);
        let response = request.send().await.map_err(|error| error.to_string())?;
        events(response, &self.clock)
    }
}

fn client() -> Result<reqwest::Client, String> {
    reqwest::Client::builder().build().map_err(|error| error.to_string())
}

fn events(response: reqwest::Response, clock: &SharedClock) -> Result<Events, String> {
    if response.status().is_success() {
        return Ok(Events::new(response, clock.clone()));
    }
    Err(format!("the stream was refused: {}", response.status()))
}

async fn answer(request: RequestBuilder) -> Answer {
    read(request.send().await.map_err(|error| error.to_string())?).await
}

async fn read(response: reqwest::Response) -> Answer {
    let (status, path) = (response.status(), response.url().path().to_owned());
    let body = response.text().await.map_err(|error| error.to_string())?;
    if !status.is_success() {
        return Err(format!("{path} answered {status}: {body}"));
    }
    if body.is_empty() {
        Ok(Value::Null)
    } else {
        serde_json::from_str(&body).map_err(|error| format!("{path}: {error}"))
    }
}

/// A text at a JSON path such as `message.id`.
pub(super) fn text(value: &Value, path: &str) -> Result<String, String> {
    let found = path.split('.').try_fold(value, |value, key| value.get(key));
    found.and_then(Value::as_str).map(str::to_owned).ok_or_else(|| format!("no text at {path} in {value}"))
}
