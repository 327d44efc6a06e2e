//! The story: a visitor asks, the assistant answers, a person is wanted, comes, answers, gives back; a partner does the same by gRPC.

use std::net::SocketAddr;

use baton_kit::life::{clock::SharedClock, ids::SharedIds};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    checks,
    http::text,
    partner,
    scene::{At as _, Scene, has, is, list},
    timeline::Timeline,
};

/// Within how many minutes people answer, as the story's workspace says.
const ANSWER_WITHIN: i32 = 15;

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

/// Plays the whole story.
///
/// # Errors
/// The step that failed.
pub async fn play(cast: &Cast, timeline: &mut Timeline) -> Result<(), StoryError> {
    let mut scene = Scene::open(cast, timeline).await?;
    scene.member_sets_office_hours().await?;
    scene.member_lets_the_assistant_judge().await?;
    scene.assistant_answers_from_knowledge().await?;
    scene.visitor_wants_a_person().await?;
    scene.visitor_is_promised_an_answer().await?;
    scene.staff_gets_brief_and_priority().await?;
    scene.routing_asks_the_member().await?;
    scene.member_takes_and_answers().await?;
    scene.both_see_each_other().await?;
    scene.member_leaves_a_note().await?;
    scene.member_hands_back_and_the_assistant_answers().await?;
    scene.visitor_asks_by_the_button_and_withdraws().await?;
    scene.member_resolves().await?;
    scene.nothing_was_out_of_place().await?;
    let (inbox, timeline) = scene.end();
    partner::play(cast, &inbox, timeline).await.at("the partner's story")
}

impl Scene<'_> {
    /// Open day and night, so that the story goes the same way whenever it is told.
    async fn member_sets_office_hours(&mut self) -> Result<(), StoryError> {
        let step = "set office hours";
        let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        let all_day = json!([{ "start_minute": 0, "end_minute": 1440 }]);
        let week: Vec<Value> =
            days.iter().map(|day| json!({ "weekday": day, "spans": all_day.clone() })).collect();
        let hours =
            json!({ "time_zone": "Europe/Berlin", "week": week, "reply": { "minutes": ANSWER_WITHIN } });
        let before = self.inbox.get("office-hours").await.at(step)?;
        self.inbox.change(Method::PUT, "office-hours", &before, hours).await.at(step)?;
        let checked = self.inbox.get("office-hours/check").await.at(step)?;
        let told = text(&checked, "visitor_text").at(step)?;
        self.tell("member", &format!("sets office hours; a visitor would now be told «{told}»"));
        Ok(())
    }

    async fn member_lets_the_assistant_judge(&mut self) -> Result<(), StoryError> {
        let step = "change the assistant";
        let known = self.inbox.get("assistants").await.at(step)?;
        let assistant = list(&known, "assistants").next().cloned().unwrap_or_default();
        let mut handoff = assistant.get("handoff").cloned().unwrap_or_default();
        if let Some(fields) = handoff.as_object_mut() {
            fields.insert("auto_assign_priority".to_owned(), json!(true));
        }
        let path = format!("assistants/{}", text(&assistant, "id").at(step)?);
        let body = json!({ "handoff": handoff });
        self.inbox.change(Method::PATCH, &path, &assistant, body).await.at(step)?;
        self.tell("member", "lets the assistant say how urgent a handoff is");
        Ok(())
    }

    async fn assistant_answers_from_knowledge(&mut self) -> Result<(), StoryError> {
        self.visitor_says("Hello, what does shipping cost?").await?;
        let answer = self.visitor_sees_message("ai").await?;
        let step = "see the assistant's answer";
        if !answer.contains("4.90") {
            return Err(StoryError::new(step, format!("not from the knowledge base: {answer}")));
        }
        let pieces = checks::grew_into(&self.visitor.on_this_page(), &answer).at(step)?;
        self.tell("assistant", &format!("«{answer}», which the visitor saw grow in {pieces} pieces"));
        Ok(())
    }

    async fn visitor_wants_a_person(&mut self) -> Result<(), StoryError> {
        self.visitor_says("I was charged twice for my order.").await?;
        let answer = self.visitor_sees_message("ai").await?;
        self.tell("assistant", &format!("«{answer}»"));
        self.visitor_says("I want a person, please.").await?;
        self.visitor_sees_control("waiting").await?;
        self.tell("visitor", "is told that a person will answer; the assistant is silent");
        let waits = |event: &Value| is(event, "/state/control", "waiting");
        let event = self.desk_sees("that somebody waits", waits).await?;
        let reason = text(&event, "state.handoff.reason").at("read the handoff")?;
        self.tell("inbox", &format!("needs agent intervention, because of {reason}"));
        Ok(())
    }

    async fn visitor_is_promised_an_answer(&mut self) -> Result<(), StoryError> {
        let told =
            self.visitor_sees("a promise", |event| has(&event.data, "/promise/promised_by_time")).await?;
        let words = text(&told, "promise.text").at("read the promise")?;
        self.tell("visitor", &format!("is told when: «{words}»"));
        Ok(())
    }

    async fn staff_gets_brief_and_priority(&mut self) -> Result<(), StoryError> {
        self.desk_sees("a brief", |event| has(event, "/brief/lines/0")).await?;
        self.desk_sees("a priority", |event| has(event, "/state/priority")).await?;
        let conversation = self.member_reads("").await?;
        let brief = conversation.get("brief").cloned().unwrap_or_default();
        for line in list(&brief, "lines") {
            let (kind, words) =
                (text(line, "kind").at("read the brief")?, text(line, "text").at("read the brief")?);
            self.tell("brief", &format!("{kind}: {words}"));
        }
        let (priority, why) = (text(&conversation, "priority"), text(&conversation, "priority_reason"));
        let (priority, why) = (priority.at("read the priority")?, why.at("read the priority")?);
        self.tell("inbox", &format!("priority {priority}: {why}"));
        Ok(())
    }

    async fn routing_asks_the_member(&mut self) -> Result<(), StoryError> {
        self.member_is("online").await?;
        let member = self.member.clone();
        let mine = |event: &Value| is(event, "/state/assignee_id", member.as_str());
        self.desk_sees("that routing asks the member", mine).await?;
        self.tell("routing", "the member came online and is asked at once");
        let explained = self.member_reads("/routing").await?;
        let decisions = list(&explained, "decisions").count();
        self.tell("routing", &format!("explains itself: {decisions} decision(s) on record"));
        Ok(())
    }

    async fn member_takes_and_answers(&mut self) -> Result<(), StoryError> {
        self.member_does("take-over", json!({})).await?;
        self.visitor_sees_control("human").await?;
        self.tell("member", "takes over; the visitor sees it");
        self.member_says("Dana here. How can I help?").await
    }

    async fn both_see_each_other(&mut self) -> Result<(), StoryError> {
        self.member_does("activity", json!({ "activity": "typing" })).await?;
        let writes = |event: &super::sse::Event| is(&event.data, "/staff_typing", true);
        self.visitor_sees("that somebody writes", writes).await?;
        self.visitor_does("activity", json!({ "activity": "typing" })).await?;
        self.desk_sees("that the visitor writes", |event| is(event, "/presence/actor/kind", "visitor"))
            .await?;
        let last = list(&self.thread().await?, "messages").filter_map(checks::sequence).max();
        self.visitor_does("read", json!({ "sequence": last })).await?;
        self.desk_sees("how far the visitor read", |event| is(event, "/read_mark/sequence", last)).await?;
        self.tell("both", "see each other write; the member sees that the visitor has read");
        Ok(())
    }

    /// The staff sees it live; that the visitor does not is shown at the end, when all they saw is looked at.
    async fn member_leaves_a_note(&mut self) -> Result<(), StoryError> {
        let note = json!({ "request_id": self.new_id(), "text": "Charged twice indeed, refunded one." });
        let left = self.member_does("notes", note).await?;
        let id = text(&left, "note.id").at("leave a note")?;
        self.desk_sees("the note", |event| is(event, "/note/id", id.as_str())).await?;
        self.tell("member", "leaves a note; colleagues see it live");
        Ok(())
    }

    async fn member_hands_back_and_the_assistant_answers(&mut self) -> Result<(), StoryError> {
        self.member_does("hand-back", json!({})).await?;
        self.visitor_sees_control("ai").await?;
        self.tell("member", "hands back to the assistant");
        self.visitor_says("And when are you open?").await?;
        let answer = self.visitor_sees_message("ai").await?;
        self.tell("assistant", &format!("«{answer}»"));
        Ok(())
    }

    async fn visitor_asks_by_the_button_and_withdraws(&mut self) -> Result<(), StoryError> {
        self.member_is("away").await?;
        self.visitor_does("handoff", json!({})).await?;
        self.visitor_sees_control("waiting").await?;
        self.visitor_does("withdraw", json!({})).await?;
        self.visitor_sees_control("ai").await?;
        self.tell("visitor", "asks for a person by the button, and takes it back");
        Ok(())
    }

    async fn member_resolves(&mut self) -> Result<(), StoryError> {
        self.member_does("resolve", json!({})).await?;
        self.visitor_sees("that it is resolved", |event| is(&event.data, "/resolved", true)).await?;
        self.tell("member", "resolves it");
        Ok(())
    }

    async fn nothing_was_out_of_place(&mut self) -> Result<(), StoryError> {
        let step = "look back at all the visitor saw";
        let thread = self.thread().await?;
        if !self.visitor.seen().iter().any(|event| checks::is_last(&thread, event)) {
            self.visitor_sees("the last message", |event| checks::is_last(&thread, event)).await?;
        }
        let seen = self.visitor.seen();
        let count = checks::all_in_order(seen, &thread).at(step)?;
        checks::one_voice(seen).and_then(|()| checks::nothing_of_the_staff(seen)).at(step)?;
        self.tell("visitor", &format!("saw all {count} messages once, in order, in one voice, and no note"));
        Ok(())
    }
}
