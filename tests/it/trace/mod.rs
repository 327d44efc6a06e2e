//! One trace from the visitor's click to routing's decision and to the mail, as a collector outside of the process sees it.

mod collector;

use collector::{Collector, Seen};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use baton_kit::life::clock::SystemClock;

use crate::harness::{
    browser::{Inbox, Widget, wait_until},
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

/// And to the mail, when nobody is there to be decided for.
const WAY_TO_THE_MAIL: [&str; 4] = [
    POST,
    "consume ai.turns",
    "/baton.conversation.v1.HandoffService/RequestHandoff",
    "notification.send_mail",
];

/// The spans of the one click there was.
fn of_the_click(spans: &[Seen]) -> Vec<Seen> {
    let post: Vec<&Seen> = spans.iter().filter(|span| span.name == POST).collect();
    assert_eq!(post.len(), 1, "one click:\n{}", told(spans));
    let trace = &post[0].trace;
    let ours: Vec<Seen> = spans.iter().filter(|span| span.trace == *trace).cloned().collect();
    println!("the click's trace:\n{}", told(&ours));
    let parents_are_there =
        ours.iter().all(|span| span.parent.is_empty() || ours.iter().any(|other| other.id == span.parent));
    assert!(parents_are_there, "a span's parent is missing:\n{}", told(&ours));
    ours
}

fn leads(ours: &[Seen], way: &[&str]) {
    for step in way {
        let there =
            ours.iter().any(|span| span.name == *step || format!("{} {}", span.name, span.detail) == *step);
        assert!(there, "{step} is not in the click's trace:\n{}", told(ours));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_trace_leads_from_the_visitors_post_to_the_mail() {
    let collector = Collector::start().await;
    let endpoint = format!("http://{}", collector.address);
    let data = TempDir::new().expect("a directory");
    let more = [("BATON_SUITE__OTLP_ENDPOINT", endpoint.as_str()), ("BATON_NOTIFICATION__DELAY", "100ms")];
    let mut serving = Serving::start(data.path(), &more);
    let widget = Widget::open(serving.address, &serving.widget_key).await;
    widget.says("traced", "A person, please.", None).await;
    let mails = data.path().join("mails");
    let filed = async || {
        let workspaces = std::fs::read_dir(&mails).into_iter().flatten().flatten();
        workspaces.flat_map(|workspace| std::fs::read_dir(workspace.path())).any(|folder| folder.count() > 0)
    };
    wait_until(&SystemClock::new(), "the mail is filed", filed).await;
    // Stopping sends what is left.
    serving.baton.signal("TERM");
    assert_eq!(serving.baton.ends_within(std::time::Duration::from_secs(25)).code(), Some(0));
    leads(&of_the_click(&collector.spans()), &WAY_TO_THE_MAIL);
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

    leads(&of_the_click(&collector.spans()), &WAY);
}
