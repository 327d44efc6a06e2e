//! Two browsers, a visitor's and a member's, one conversation, and the small things that a story is told with.
//!
//! Knows the doors and nothing behind them; must not know which story.

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    http::{Inbox, Widget, text},
    sse::{Event, Events},
    story::{Cast, StoryError},
    timeline::Timeline,
};

/// Names the step an error belongs to.
pub(super) trait At<T> {
    /// At this step.
    fn at(self, step: &str) -> Result<T, StoryError>;
}

impl<T> At<T> for Result<T, String> {
    fn at(self, step: &str) -> Result<T, StoryError> {
        self.map_err(|cause| StoryError::new(step, cause))
    }
}

/// Both browsers and what they see.
pub(super) struct Scene<'a> {
    pub cast: &'a Cast,
    timeline: &'a mut Timeline,
    widget: Widget,
    pub visitor: Events,
    pub inbox: Inbox,
    pub desk: Events,
    pub member: String,
    conversation: String,
}

impl<'a> Scene<'a> {
    /// A member signs in and looks; a visitor opens the widget and looks.
    pub(super) async fn open(cast: &'a Cast, timeline: &'a mut Timeline) -> Result<Self, StoryError> {
        let (inbox, member) = Inbox::sign_in(cast).await.at("sign in")?;
        let desk = inbox.stream("").await.at("open the inbox stream")?;
        timeline.entry("member", "signs in, with nobody waiting");
        let (widget, assistant) = Widget::open(cast).await.at("open a visitor session")?;
        let thread = widget.get("thread").await.at("read the empty thread")?;
        let place = text(&thread, "resume_token").at("read the empty thread")?;
        let visitor = widget.stream(&place).await.at("open the widget stream")?;
        timeline.entry("visitor", &format!("opens the widget; {assistant} will answer"));
        Ok(Self { cast, timeline, widget, visitor, inbox, desk, member, conversation: String::new() })
    }

    /// Enters what somebody did or saw.
    pub(super) fn tell(&mut self, who: &str, what: &str) {
        self.timeline.entry(who, what);
    }

    /// Ends the scene; what is left is the desk, and where to go on telling.
    pub(super) fn end(self) -> (Inbox, &'a mut Timeline) {
        (self.inbox, self.timeline)
    }

    /// What is seen from now on comes of what is done next.
    fn turn_page(&mut self) {
        self.visitor.turn_page();
        self.desk.turn_page();
    }

    /// The visitor writes.
    pub(super) async fn visitor_says(&mut self, words: &str) -> Result<(), StoryError> {
        self.turn_page();
        let mut body = json!({ "client_message_id": self.new_id(), "text": words });
        if let Some(fields) = body.as_object_mut().filter(|_| !self.conversation.is_empty()) {
            fields.insert("conversation_id".to_owned(), json!(self.conversation));
        }
        let posted = self.widget.post("messages", body).await.at("post a visitor message")?;
        self.conversation = text(&posted, "conversation_id").at("post a visitor message")?;
        self.tell("visitor", &format!("«{words}»"));
        Ok(())
    }

    /// The visitor does something in their conversation.
    pub(super) async fn visitor_does(&mut self, what: &str, mut with: Value) -> Result<Value, StoryError> {
        self.turn_page();
        if let Some(fields) = with.as_object_mut() {
            fields.insert("conversation_id".to_owned(), json!(self.conversation));
        }
        self.widget.post(what, with).await.at(&format!("{what}, as the visitor"))
    }

    /// The member does something with the conversation.
    pub(super) async fn member_does(&mut self, what: &str, with: Value) -> Result<Value, StoryError> {
        self.turn_page();
        let path = format!("conversations/{}/{what}", self.conversation);
        self.inbox.send(Method::POST, &path, with).await.at(&format!("{what}, as the member"))
    }

    /// The member answers.
    pub(super) async fn member_says(&mut self, words: &str) -> Result<(), StoryError> {
        let body = json!({ "client_message_id": self.new_id(), "text": words });
        self.member_does("messages", body).await?;
        let said = self.visitor_sees_message("member").await?;
        self.tell("member", &format!("«{said}», and the visitor sees it"));
        Ok(())
    }

    /// The member says whether they take conversations.
    pub(super) async fn member_is(&mut self, state: &str) -> Result<(), StoryError> {
        self.turn_page();
        let body = json!({ "state": state });
        self.inbox.send(Method::PUT, "availability", body).await.at(&format!("be {state}"))?;
        Ok(())
    }

    /// The conversation, or something below it, as the staff reads it.
    pub(super) async fn member_reads(&self, what: &str) -> Result<Value, StoryError> {
        let path = format!("conversations/{}{what}", self.conversation);
        self.inbox.get(&path).await.at(&format!("read {path}"))
    }

    /// The visitor's thread as it is stored.
    pub(super) async fn thread(&self) -> Result<Value, StoryError> {
        self.widget.get("thread").await.at("read the thread")
    }

    /// The visitor sees something on their stream.
    pub(super) async fn visitor_sees(
        &mut self,
        what: &str,
        fits: impl Fn(&Event) -> bool,
    ) -> Result<Value, StoryError> {
        let step = format!("see {what}, as the visitor");
        Ok(self.visitor.wait_for(&step, fits).await.at(&step)?.data)
    }

    /// The visitor sees a message of somebody; what it says.
    pub(super) async fn visitor_sees_message(&mut self, author: &str) -> Result<String, StoryError> {
        let of = |event: &Event| event.name == "message" && is(&event.data, "/author_kind", author);
        let seen = self.visitor_sees(&format!("a message of {author}"), of).await?;
        text(&seen, "text").at("read the message")
    }

    /// The visitor sees who may speak.
    pub(super) async fn visitor_sees_control(&mut self, control: &str) -> Result<Value, StoryError> {
        let of = |event: &Event| event.name == "conversation" && is(&event.data, "/control", control);
        self.visitor_sees(&format!("that control is {control}"), of).await
    }

    /// The staff sees something of this conversation on their stream.
    pub(super) async fn desk_sees(
        &mut self,
        what: &str,
        fits: impl Fn(&Value) -> bool,
    ) -> Result<Value, StoryError> {
        let (step, id) = (format!("see {what}, in the inbox"), self.conversation.clone());
        let of = |event: &Event| is(&event.data, "/conversation_id", id.as_str()) && fits(&event.data);
        Ok(self.desk.wait_for(&step, of).await.at(&step)?.data)
    }

    /// An id of a request of ours.
    pub(super) fn new_id(&self) -> String {
        self.cast.ids.next().simple().to_string()
    }
}

/// Whether a JSON document has this value at a pointer.
pub(super) fn is(data: &Value, pointer: &str, value: impl Into<Value>) -> bool {
    data.pointer(pointer) == Some(&value.into())
}

/// Whether a JSON document has anything but null at a pointer.
pub(super) fn has(data: &Value, pointer: &str) -> bool {
    data.pointer(pointer).is_some_and(|value| !value.is_null())
}

/// The items of a list; none if there is no list.
pub(super) fn list<'a>(data: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    data.get(key).and_then(Value::as_array).into_iter().flatten()
}
