//! Visitors who ask for a person, and a member who takes some of them: what leads through every service.

use std::net::SocketAddr;

use reqwest::Method;
use serde_json::json;

use super::nemesis::Nemesis;
use crate::harness::browser::{Inbox, Widget, text};

pub struct Callers {
    address: SocketAddr,
    widget_key: String,
    password: String,
    made: usize,
    /// A member of whom something changes now and then; nobody who would take a conversation.
    colleague: Option<String>,
    /// The conversations in which a wish for a person was answered with OK.
    pub asked: Vec<Asked>,
}

/// A wish for a person that was acknowledged.
pub struct Asked {
    /// In which conversation.
    pub conversation: String,
    /// Whether a member reached for it at once. Taken over before the assistant had its turn, it needs no handoff.
    pub was_reached_for: bool,
}

impl Callers {
    pub fn new(nemesis: &Nemesis) -> Self {
        let (widget_key, password) = (nemesis.widget_key.clone(), nemesis.password.clone());
        Self { address: nemesis.address, widget_key, password, made: 0, colleague: None, asked: Vec::new() }
    }

    /// One more visitor asks; a member signs in, says that she is there, takes some conversations over, and changes something of a
    /// colleague, a team and an assistant. Whatever does not answer is left: the program may be dead by then.
    pub async fn call(&mut self, gone: &bool) {
        if *gone {
            return;
        }
        self.made += 1;
        let asked = self.asks().await;
        let was_reached_for = asked.is_some() && self.made.is_multiple_of(3);
        self.asked.extend(asked.clone().map(|conversation| Asked { conversation, was_reached_for }));
        let Some(desk) = self.sits_down().await else { return };
        if let Some(conversation) = asked.filter(|_| was_reached_for) {
            let path = format!("conversations/{conversation}/take-over");
            // The others stay with whomever routing gives them to.
            let _ = desk.send(Method::POST, &path, json!({})).await;
        }
        let _ = self.rearranges(&desk).await;
    }

    async fn asks(&self) -> Option<String> {
        let widget = Widget::try_open(self.address, &self.widget_key).await.ok()?;
        let say = |n: usize, words: &str| json!({ "client_message_id": format!("c{}-{n}", self.made), "text": words });
        widget.post("messages", say(1, "What does shipping cost?")).await.ok()?;
        let asked = widget.post("messages", say(2, "I was charged twice, a person please.")).await.ok()?;
        asked["conversation_id"].as_str().map(str::to_owned)
    }

    async fn sits_down(&self) -> Option<Inbox> {
        let owner = ("demo", "dana@demo.example.org", self.password.as_str());
        let desk = Inbox::sign_in(self.address, owner).await.ok()?;
        let there = json!({ "state": "online", "limit": 50 });
        desk.send(Method::PUT, "availability", there).await.ok()?;
        Some(desk)
    }

    async fn rearranges(&mut self, desk: &Inbox) -> Result<(), String> {
        let n = self.made;
        let team = json!({ "request_id": format!("team-{n}"), "name": format!("Team {n}"), "color": "teal" });
        desk.send(Method::POST, "teams", team).await?;
        let assistant = json!({ "request_id": format!("assistant-{n}"), "name": format!("Assistant {n}") });
        desk.send(Method::POST, "assistants", assistant).await?;
        let role = if n.is_multiple_of(2) { "viewer" } else { "analyst" };
        let path = format!("members/{}/roles", self.colleague(desk).await?);
        desk.send(Method::PUT, &path, json!({ "roles": [role] })).await.map(drop)
    }

    async fn colleague(&mut self, desk: &Inbox) -> Result<String, String> {
        if let Some(known) = &self.colleague {
            return Ok(known.clone());
        }
        let colleague = json!({
            "request_id": "colleague",
            "display_name": "Cleo",
            "email": "cleo@demo.example.org",
            "roles": ["viewer"],
            "password": "a long one for Cleo",
        });
        let made = desk.send(Method::POST, "members", colleague).await?;
        Ok(self.colleague.insert(text(&made, "id")).clone())
    }
}
