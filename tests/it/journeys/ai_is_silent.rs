//! Assistants and routing are gone, and with them everything that consumes the bus: nobody is forgotten all the same.

use std::time::Duration;

use baton_kit_testing::{clock::ScaledClock, database::TestDatabase};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{
    browser::{Inbox, Widget, text, wait_until},
    parted::{Parted, Workspace},
};

/// What the product promises: waiting for a person at most so long after the unanswered message.
const PROMISE: Duration = Duration::from_secs(10);

/// Twice as fast: there is still half a second of real time between the latest sweep and the promise.
const SPEED: u32 = 2;

async fn inbox(suite: &Parted, workspace: &Workspace) -> Inbox {
    let (slug, email, password) = &workspace.owner;
    Inbox::sign_in(suite.address, (slug, email, password)).await.expect("signed in")
}

async fn visitor(suite: &Parted, workspace: &Workspace) -> Widget {
    Widget::until_known(suite.address, &workspace.widget_key, &suite.clock).await;
    Widget::open(suite.address, &workspace.widget_key).await
}

#[tokio::test]
async fn without_ai_and_bus_a_visitor_waits_for_a_person_within_ten_seconds_and_is_taken_over_by_hand_on_sqlite()
 {
    nobody_is_forgotten(Parted::start(ScaledClock::new(SPEED).shared(), None).await).await;
}

#[tokio::test]
async fn without_ai_and_bus_a_visitor_waits_for_a_person_within_ten_seconds_and_is_taken_over_by_hand_on_postgresql()
 {
    let clock = ScaledClock::new(SPEED).shared();
    if let Some(server) = TestDatabase::postgres().await {
        nobody_is_forgotten(Parted::start(clock, Some(server)).await).await;
    }
}

async fn nobody_is_forgotten(mut suite: Parted) {
    let workspace = suite.workspace("silent").await;
    let (widget, desk) = (visitor(&suite, &workspace).await, inbox(&suite, &workspace).await);
    let thread = widget.get("thread").await.expect("an empty thread");
    let (mut sees, mut live) = (widget.stream(&text(&thread, "resume_token")).await, desk.stream().await);

    let asked = suite.clock.monotonic();
    let id = widget.says("silent-1", "Hello, what does shipping cost?", None).await;
    let waits =
        |_: &str, data: &Value| data["conversation_id"] == id && data["state"]["control"] == "waiting";
    let event = live.wait_for(&suite.clock, "the conversation needs somebody", waits).await;
    let took = suite.clock.monotonic() - asked;
    assert_eq!(event["state"]["handoff"]["reason"], "ai_unavailable");
    assert!(took <= PROMISE, "the inbox saw it only after {took:?}");
    sees.wait_for(&suite.clock, "that a person will come", |name, data| {
        name == "conversation" && data["control"] == "waiting"
    })
    .await;

    let path = format!("conversations/{id}/take-over");
    desk.send(Method::POST, &path, json!({})).await.expect("taken over");
    sees.wait_for(&suite.clock, "that a person is there", |name, data| {
        name == "conversation" && data["control"] == "human"
    })
    .await;
    let path = format!("conversations/{id}/messages");
    let body = json!({ "client_message_id": "silent-reply", "text": "Dana here." });
    desk.send(Method::POST, &path, body).await.expect("replied");
    sees.wait_for(&suite.clock, "the reply", |name, data| name == "message" && data["text"] == "Dana here.")
        .await;

    nothing_is_doubled_when_they_come_back(&mut suite, &workspace, (&desk, &id)).await;
    suite.close().await;
}

/// What came later is worked on, so what lies before it in the same order has been looked at.
async fn nothing_is_doubled_when_they_come_back(
    suite: &mut Parted,
    workspace: &Workspace,
    (desk, id): (&Inbox, &str),
) {
    let before = (standing(desk, id).await, messages(desk, id).await);
    suite.bring_back_ai_and_routing().await;
    let other = visitor(suite, workspace).await;
    let thread = other.get("thread").await.expect("an empty thread");
    let mut sees = other.stream(&text(&thread, "resume_token")).await;
    let next = other.says("later-1", "What does shipping cost?", None).await;
    sees.wait_for(&suite.clock, "an answer", |name, data| name == "message" && data["author_kind"] == "ai")
        .await;
    other.says("later-2", "A person, please.", Some(&next)).await;
    sees.wait_for(&suite.clock, "that a person will come", |name, data| {
        name == "conversation" && data["control"] == "waiting"
    })
    .await;
    desk.send(Method::PUT, "availability", json!({ "state": "online" })).await.expect("online");
    let given = async || conversation(desk, &next).await["assignee_id"] == desk.member;
    wait_until(&suite.clock, "routing gave the later one", given).await;
    assert_eq!((standing(desk, id).await, messages(desk, id).await), before);
}

async fn conversation(desk: &Inbox, id: &str) -> Value {
    desk.get(&format!("conversations/{id}")).await.expect("the conversation")
}

/// What may not change when the assistants come back. The brief may: it is still worth having.
async fn standing(desk: &Inbox, id: &str) -> Value {
    let mut found = conversation(desk, id).await;
    if let Some(fields) = found.as_object_mut() {
        fields.retain(|name, _| name != "brief" && name != "revision");
    }
    found
}

async fn messages(desk: &Inbox, id: &str) -> Value {
    let listed = desk.get(&format!("conversations/{id}/messages")).await.expect("its messages");
    listed["messages"].clone()
}
