//! `kill -9` and a start on the same data directory: what was answered is there, and everybody is still who they were.

use std::time::Duration;

use tempfile::TempDir;

use crate::harness::{
    browser::{Inbox, Widget},
    child::Serving,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thread_a_session_and_a_password_survive_kill_9() {
    let data = TempDir::new().expect("a directory");
    let mut serving = Serving::start(data.path(), &[]);
    let widget = Widget::open(serving.address, &serving.widget_key).await;
    let id = widget.says("before", "Will you remember me?", None).await;
    serving.baton.signal("KILL");
    let status = serving.baton.ends_within(Duration::from_secs(10));
    assert_eq!(status.code(), None, "killed");

    let again = Serving::start(data.path(), &[]);
    assert_eq!(again.widget_key, serving.widget_key);
    let kept = std::fs::read_to_string(data.path().join("demo-password")).expect("the password is kept");
    assert_eq!(kept.trim(), serving.password, "printed once, kept in a file");
    let widget = widget.moved(again.address);
    let thread = widget.get("thread").await.expect("the session still stands");
    assert_eq!(thread["messages"][0]["text"], "Will you remember me?", "{thread}");
    let owner = ("demo", "dana@demo.example.org", kept.trim());
    let inbox = Inbox::sign_in(again.address, owner).await.expect("the password still works");
    let found = inbox.get(&format!("conversations/{id}")).await.expect("the conversation is still there");
    assert_eq!(found["id"], id);
    // Sent again, as a browser does that heard no answer: the same message, not a second one.
    assert_eq!(widget.says("before", "Will you remember me?", None).await, id);
    let thread = widget.get("thread").await.expect("the thread");
    let asked = thread["messages"]
        .as_array()
        .expect("messages")
        .iter()
        .filter(|message| message["author_kind"] == "visitor");
    assert_eq!(asked.count(), 1, "{thread}");
}
