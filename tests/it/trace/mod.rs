//! One trace from the visitor's click to routing's decision, as a collector outside of the process sees it.

mod collector;

use collector::{Collector, Seen};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use baton_kit::life::clock::SystemClock;

use crate::harness::{
    browser::{Inbox, Widget},
    child::Serving,
};

const POST: &str = "POST /v1/widget/messages";
const ASSIGN: &str = "/baton.internal.conversation.v1.AssignmentService/Assign";

/// What happens between the click and the decision, in order.
const WAY: [&str; 4] =
    [POST, "consume ai.turns", "/baton.conversation.v1.HandoffService/RequestHandoff", ASSIGN];

fn told(spans: &[Seen]) -> String {
    let mut lines: Vec<String> =
        spans.iter().map(|span| format!("{} {} {}", span.trace, span.name, span.detail)).collect();
    lines.sort();
    lines.join("\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_trace_leads_from_the_visitors_post_to_routings_decision() {
    let collector = Collector::start().await;
    let endpoint = format!("http://{}", collector.address);
    let data = TempDir::new().expect("a directory");
    let mut serving = Serving::start(data.path(), &[("BATON_SUITE__OTLP_ENDPOINT", &endpoint)]);
    let owner = ("demo", "dana@demo.example.org", serving.password.as_str());
    let inbox = Inbox::sign_in(serving.address, owner).await.expect("signed in");
    inbox.send(Method::PUT, "availability", json!({ "state": "online" })).await.expect("online");
    let mut live = inbox.stream().await;
    let widget = Widget::open(serving.address, &serving.widget_key).await;
    let id = widget.says("traced", "A person, please.", None).await;
    let assigned =
        |_: &str, data: &Value| data["conversation_id"] == id && data["state"]["assignee_id"] == inbox.member;
    live.wait_for(&SystemClock::new(), "routing's decision", assigned).await;
    // Stopping sends what is left.
    serving.baton.signal("TERM");
    drop(live);
    assert_eq!(serving.baton.ends_within(std::time::Duration::from_secs(25)).code(), Some(0));

    let spans = collector.spans();
    let post: Vec<&Seen> = spans.iter().filter(|span| span.name == POST).collect();
    assert_eq!(post.len(), 1, "one click:\n{}", told(&spans));
    let trace = &post[0].trace;
    let ours: Vec<Seen> = spans.iter().filter(|span| span.trace == *trace).cloned().collect();
    println!("the click's trace:\n{}", told(&ours));
    for step in WAY {
        let there =
            ours.iter().any(|span| span.name == step || format!("{} {}", span.name, span.detail) == step);
        assert!(there, "{step} is not in the click's trace\nall spans:\n{}", told(&spans));
    }
    let parents_are_there =
        ours.iter().all(|span| span.parent.is_empty() || ours.iter().any(|other| other.id == span.parent));
    assert!(parents_are_there, "a span's parent is missing:\n{}", told(&ours));
}
