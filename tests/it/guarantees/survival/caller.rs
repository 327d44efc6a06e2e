//! Visitors who ask for a person, and a member who takes some of them: what leads through every service.

use std::net::SocketAddr;

use reqwest::Method;
use serde_json::{Value, json};

use super::nemesis::Nemesis;
use crate::harness::browser::{Inbox, Widget};

pub struct Callers {
    address: SocketAddr,
    widget_key: String,
    password: String,
    made: usize,
    /// Conversations in which a wish for a person was answered with OK.
    pub conversations: Vec<String>,
}

impl Callers {
    pub fn new(nemesis: &Nemesis) -> Self {
        let (widget_key, password) = (nemesis.widget_key.clone(), nemesis.password.clone());
        Self { address: nemesis.address, widget_key, password, made: 0, conversations: Vec::new() }
    }

    /// One more visitor asks, and a member signs in, says that she is there and takes a conversation over. Whatever does not answer is left:
    /// the program may be dead by then.
    pub async fn call(&mut self, gone: &bool) {
        if *gone {
            return;
        }
        self.made += 1;
        if let Some(conversation) = self.asks().await {
            self.conversations.push(conversation.clone());
            self.is_taken(&conversation).await;
        }
    }

    async fn asks(&self) -> Option<String> {
        let widget = Widget::try_open(self.address, &self.widget_key).await.ok()?;
        let say = |n: usize, words: &str| json!({ "client_message_id": format!("c{}-{n}", self.made), "text": words });
        widget.post("messages", say(1, "What does shipping cost?")).await.ok()?;
        let asked = widget.post("messages", say(2, "I was charged twice, a person please.")).await.ok()?;
        asked["conversation_id"].as_str().map(str::to_owned)
    }

    /// Only every third: the others stay with whomever routing gives them to.
    async fn is_taken(&self, conversation: &str) -> Option<Value> {
        let owner = ("demo", "dana@demo.example.org", self.password.as_str());
        let desk = Inbox::sign_in(self.address, owner).await.ok()?;
        let there = json!({ "state": "online", "limit": 50 });
        desk.send(Method::PUT, "availability", there).await.ok()?;
        if !self.made.is_multiple_of(3) {
            return None;
        }
        desk.send(Method::POST, &format!("conversations/{conversation}/take-over"), json!({})).await.ok()
    }
}
