//! Nobody is there: the visitor is promised an answer by e-mail, and gets it from a member in the morning. No handoff ends forgotten.

use baton_kit_testing::database::TestDatabase;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{
    browser::{Events, Inbox, Widget, text},
    house::House,
};

/// Where nothing was promised, a handoff nobody took is overdue this soon.
const SOON: [(&str, &str); 1] = [("BATON_ROUTING__UNPROMISED_WITHIN", "1s")];

/// A visitor who waits for a person.
struct Waiting {
    widget: Widget,
    sees: Events,
    id: String,
}

impl Waiting {
    async fn for_a_person(house: &House, widget_key: &str, name: &str) -> Self {
        let widget = Widget::open(house.suite.address, widget_key).await;
        let thread = widget.get("thread").await.expect("an empty thread");
        let mut sees = widget.stream(&text(&thread, "resume_token")).await;
        let id = widget.says(name, "A person, please.", None).await;
        sees.wait_for(&house.around.clock, "that a person is waited for", |event, data| {
            event == "conversation" && data["control"] == "waiting"
        })
        .await;
        Self { widget, sees, id }
    }

    async fn leaves_an_address(&self) {
        self.widget.post("email", json!({ "email": "vera@example.org" })).await.expect("kept");
    }

    async fn is_promised_an_answer_by_email(&mut self, house: &House) {
        let promised = |event: &str, data: &Value| event == "conversation" && data["answer_by_email"] == true;
        self.sees.wait_for(&house.around.clock, "that the answer comes by e-mail", promised).await;
        let told = self.sees.seen.iter().filter(|(_, data)| data["system_notice"] == "answer_by_email");
        assert_eq!(told.count(), 1, "{:#?}", self.sees.seen);
    }
}

async fn story(server: Option<TestDatabase>) {
    let house = House::configured(server, &SOON).await;
    let cast = house.workspace("night").await;
    let (desk, clock) = (Inbox::of(&cast).await, house.around.clock.clone());
    let mut live = desk.stream().await;

    // Who left an address in time is told at once; who did not is an alarm until they do.
    let mut early = Waiting::for_a_person(&house, &cast.widget_key, "early").await;
    early.leaves_an_address().await;
    let mut late = Waiting::for_a_person(&house, &cast.widget_key, "late").await;
    early.is_promised_an_answer_by_email(&house).await;
    live.wait_for(&clock, "the alarm", |_, data| {
        data["conversation_id"] == late.id && data["state"]["handoff"]["alarmed_time"].is_string()
    })
    .await;
    late.leaves_an_address().await;
    late.is_promised_an_answer_by_email(&house).await;

    // In the morning it is still there to be taken.
    let listed = desk.get("conversations?view=needs_intervention").await.expect("the list");
    assert_eq!(listed["conversations"].as_array().map(Vec::len), Some(2), "{listed}");
    let reply = json!({ "client_message_id": "morning", "text": "Good morning, Dana here." });
    let path = format!("conversations/{}/messages", early.id);
    desk.send(Method::POST, &path, reply).await.expect("replied");
    early.sees.wait_for(&clock, "the answer", |_, data| data["text"] == "Good morning, Dana here.").await;
    drop(cast);
    house.close().await;
}

#[tokio::test]
async fn who_finds_nobody_there_is_promised_an_answer_by_email_and_gets_one_on_sqlite() {
    story(None).await;
}

#[tokio::test]
async fn who_finds_nobody_there_is_promised_an_answer_by_email_and_gets_one_on_postgresql() {
    if let Some(server) = TestDatabase::postgres().await {
        story(Some(server)).await;
    }
}
