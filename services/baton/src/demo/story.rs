//! The story: a visitor asks, the assistant answers, a person is wanted, comes, answers, gives back; a partner does the same by gRPC.

use std::net::SocketAddr;

use baton_kit::life::{clock::SharedClock, ids::SharedIds};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    http::{Inbox, Widget, text},
    partner,
    sse::{Event, Events},
    timeline::Timeline,
};

/// Who plays, and where.
#[derive(Clone)]
pub struct Cast {
    /// The suite's public address.
    pub address: SocketAddr,
    /// The key of the assistant's widget.
    pub widget_key: String,
    /// The workspace's slug.
    pub workspace: String,
    /// A member who may do everything.
    pub email: String,
    /// Their password.
    pub password: String,
    /// Time.
    pub clock: SharedClock,
    /// Ids.
    pub ids: SharedIds,
}

/// The step at which the story broke off, and why.
#[derive(Debug, thiserror::Error)]
#[error("{step}: {cause}")]
pub struct StoryError {
    step: String,
    cause: String,
}

impl StoryError {
    pub(super) fn new(step: &str, cause: impl std::fmt::Display) -> Self {
        Self { step: step.to_owned(), cause: cause.to_string() }
    }
}

/// Names the step an error belongs to.
trait At<T> {
    fn at(self, step: &str) -> Result<T, StoryError>;
}

impl<T> At<T> for Result<T, String> {
    fn at(self, step: &str) -> Result<T, StoryError> {
        self.map_err(|cause| StoryError::new(step, cause))
    }
}

/// Both browsers and what they see.
struct Scene<'a> {
    cast: &'a Cast,
    timeline: &'a mut Timeline,
    widget: Widget,
    sees: Events,
    inbox: Inbox,
    desk: Events,
    member: String,
    conversation: String,
}

/// Plays the whole story.
///
/// # Errors
/// The step that failed.
pub async fn play(cast: &Cast, timeline: &mut Timeline) -> Result<(), StoryError> {
    let mut scene = Scene::open(cast, timeline).await?;
    scene.assistant_answers().await?;
    scene.person_is_wanted().await?;
    scene.member_takes_and_answers().await?;
    scene.note_for_colleagues().await?;
    scene.assistant_again().await?;
    scene.visitor_withdraws().await?;
    scene.resolved().await?;
    scene.nothing_out_of_place().await?;
    let Scene { inbox, .. } = scene;
    partner::play(cast, &inbox, timeline).await.at("the partner's story")
}

impl<'a> Scene<'a> {
    async fn open(cast: &'a Cast, timeline: &'a mut Timeline) -> Result<Self, StoryError> {
        let (inbox, member) = Inbox::sign_in(cast).await.at("sign in")?;
        timeline.entry("member", "signs in, with nobody waiting");
        let desk = inbox.stream("").await.at("open the inbox stream")?;
        let (widget, assistant) = Widget::open(cast).await.at("open a visitor session")?;
        let thread = widget.get("thread").await.at("read the empty thread")?;
        let sees = widget
            .stream(&text(&thread, "resume_token").at("read the empty thread")?)
            .await
            .at("open the widget stream")?;
        timeline.entry("visitor", &format!("opens the widget; {assistant} will answer"));
        Ok(Self { cast, timeline, widget, sees, inbox, desk, member, conversation: String::new() })
    }

    async fn says(&mut self, words: &str) -> Result<(), StoryError> {
        let mut body =
            json!({ "client_message_id": self.cast.ids.next().simple().to_string(), "text": words });
        if !self.conversation.is_empty() {
            body.as_object_mut()
                .map(|fields| fields.insert("conversation_id".to_owned(), json!(self.conversation)));
        }
        let posted = self.widget.post("messages", body).await.at("post a visitor message")?;
        self.conversation = text(&posted, "conversation_id").at("post a visitor message")?;
        self.timeline.entry("visitor", &format!("«{words}»"));
        Ok(())
    }

    async fn sees_message(&mut self, author: &str, step: &str) -> Result<String, StoryError> {
        let event = self.sees.wait_for(step, |event| is_message_of(event, author)).await.at(step)?;
        text(&event.data, "text").at(step)
    }

    async fn sees_control(&mut self, control: &str) -> Result<(), StoryError> {
        let step = format!("see that control is {control}");
        let fits = |event: &Event| event.name == "conversation" && is(&event.data, "/control", control);
        self.sees.wait_for(&step, fits).await.at(&step)?;
        Ok(())
    }

    async fn assistant_answers(&mut self) -> Result<(), StoryError> {
        self.says("Hello, what does shipping cost?").await?;
        let answer = self.sees_message("ai", "see the assistant's answer").await?;
        if !answer.contains("4.90") {
            return Err(StoryError::new(
                "see the assistant's answer",
                format!("not from the knowledge base: {answer}"),
            ));
        }
        self.timeline.entry("assistant", &format!("«{answer}»"));
        Ok(())
    }

    async fn person_is_wanted(&mut self) -> Result<(), StoryError> {
        self.says("A person, please.").await?;
        self.sees_control("waiting").await?;
        self.timeline.entry("visitor", "is told that a person will answer; the assistant is silent");
        let step = "see the handoff in the inbox";
        let id = self.conversation.clone();
        let waits = |event: &Event| {
            is(&event.data, "/conversation_id", id.as_str()) && is(&event.data, "/state/control", "waiting")
        };
        let event = self.desk.wait_for(step, waits).await.at(step)?;
        let reason = text(&event.data, "state.handoff.reason").at(step)?;
        self.timeline.entry("inbox", &format!("needs agent intervention, because of {reason}"));
        self.inbox.send(Method::PUT, "availability", json!({ "state": "online" })).await.at("come online")?;
        let step = "be asked by routing";
        let (id, member) = (self.conversation.clone(), self.member.clone());
        let asked = |event: &Event| {
            is(&event.data, "/conversation_id", id.as_str())
                && is(&event.data, "/state/assignee_id", member.as_str())
        };
        self.desk.wait_for(step, asked).await.at(step)?;
        self.timeline.entry("routing", "the member came online and is asked at once");
        let explained = self
            .inbox
            .get(&format!("conversations/{}/routing", self.conversation))
            .await
            .at("explain the routing")?;
        let decisions = list(&explained, "decisions").count();
        self.timeline.entry("routing", &format!("explains itself: {decisions} decision(s) on record"));
        Ok(())
    }

    async fn member_takes_and_answers(&mut self) -> Result<(), StoryError> {
        let path = format!("conversations/{}/take-over", self.conversation);
        self.inbox.send(Method::POST, &path, json!({})).await.at("take over")?;
        self.sees_control("human").await?;
        self.timeline.entry("member", "takes over; the visitor sees it");
        let path = format!("conversations/{}/messages", self.conversation);
        let body = json!({ "client_message_id": self.cast.ids.next().simple().to_string(), "text": "Dana here. How can I help?" });
        self.inbox.send(Method::POST, &path, body).await.at("reply")?;
        let said = self.sees_message("member", "see the member's reply").await?;
        self.timeline.entry("member", &format!("«{said}», and the visitor sees it"));
        Ok(())
    }

    /// The staff sees it live; that the visitor does not is shown at the end, when all they saw is compared.
    async fn note_for_colleagues(&mut self) -> Result<(), StoryError> {
        let path = format!("conversations/{}/notes", self.conversation);
        let body = json!({ "request_id": self.cast.ids.next().simple().to_string(), "text": "Asked for a person, was just curious." });
        let left = self.inbox.send(Method::POST, &path, body).await.at("leave a note")?;
        let id = text(&left, "note.id").at("leave a note")?;
        let step = "see the note in the inbox";
        self.desk.wait_for(step, |event| is(&event.data, "/note/id", id.as_str())).await.at(step)?;
        self.timeline.entry("member", "leaves a note; colleagues see it live");
        Ok(())
    }

    async fn assistant_again(&mut self) -> Result<(), StoryError> {
        let path = format!("conversations/{}/hand-back", self.conversation);
        self.inbox.send(Method::POST, &path, json!({})).await.at("hand back")?;
        self.sees_control("ai").await?;
        self.timeline.entry("member", "hands back to the assistant");
        self.says("And when are you open?").await?;
        let answer = self.sees_message("ai", "see the assistant's second answer").await?;
        self.timeline.entry("assistant", &format!("«{answer}»"));
        Ok(())
    }

    async fn visitor_withdraws(&mut self) -> Result<(), StoryError> {
        self.inbox.send(Method::PUT, "availability", json!({ "state": "away" })).await.at("go away")?;
        let which = json!({ "conversation_id": self.conversation });
        self.widget.post("handoff", which.clone()).await.at("ask for a person by the button")?;
        self.sees_control("waiting").await?;
        self.widget.post("withdraw", which).await.at("withdraw")?;
        self.sees_control("ai").await?;
        self.timeline.entry("visitor", "asks for a person by the button, and takes it back");
        Ok(())
    }

    async fn resolved(&mut self) -> Result<(), StoryError> {
        let path = format!("conversations/{}/resolve", self.conversation);
        self.inbox.send(Method::POST, &path, json!({})).await.at("resolve")?;
        let step = "see that it is resolved";
        self.sees
            .wait_for(step, |event| event.name == "conversation" && is(&event.data, "/resolved", true))
            .await
            .at(step)?;
        self.timeline.entry("member", "resolves it");
        Ok(())
    }

    /// What the visitor saw live is the thread as it is stored: nothing missing, nothing twice, nothing out of order.
    async fn nothing_out_of_place(&mut self) -> Result<(), StoryError> {
        let step = "compare the stream with the thread";
        let thread = self.widget.get("thread").await.at(step)?;
        let stored: Vec<Option<i64>> = list(&thread, "messages").map(sequence).collect();
        let last = stored.last().copied().flatten();
        let caught_up = |event: &Event| event.name == "message" && sequence(&event.data) == last;
        if !self.sees.seen().iter().any(caught_up) {
            self.sees.wait_for(step, caught_up).await.at(step)?;
        }
        let live: Vec<Option<i64>> = self
            .sees
            .seen()
            .iter()
            .filter(|event| event.name == "message")
            .map(|event| sequence(&event.data))
            .collect();
        if live != stored {
            return Err(StoryError::new(step, format!("seen {live:?}, stored {stored:?}")));
        }
        let staffs = |event: &&Event| !matches!(event.name.as_str(), "message" | "conversation");
        if let Some(leaked) = self.sees.seen().iter().find(staffs) {
            return Err(StoryError::new(step, format!("the visitor saw what is the staff's: {leaked:?}")));
        }
        self.timeline
            .entry("visitor", &format!("saw all {} messages once, in order, and no note", stored.len()));
        Ok(())
    }
}

fn is_message_of(event: &Event, author: &str) -> bool {
    event.name == "message" && is(&event.data, "/author_kind", author)
}

/// Whether a JSON document has this value at a pointer.
fn is(data: &Value, pointer: &str, value: impl Into<Value>) -> bool {
    data.pointer(pointer) == Some(&value.into())
}

/// The items of a list; none if there is no list.
fn list<'a>(data: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    data.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn sequence(message: &Value) -> Option<i64> {
    message.get("sequence").and_then(Value::as_i64)
}
