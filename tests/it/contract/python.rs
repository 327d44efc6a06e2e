//! A Python program that has nothing but the `.proto` files and an API key.

use std::{fs, process::Command};

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{
    browser::{Inbox, Widget, text},
    house::House,
    surroundings::{root, skip},
};

fn run(arguments: &[String]) -> (Option<i32>, String) {
    let output = Command::new(root().join("tests/partner/run"))
        .args(arguments)
        .output()
        .expect("tests/partner/run can be run");
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.code(), said)
}

/// A conversation of this workspace, as its inbox shows it.
async fn conversation(house: &House, slug: &str) -> (Inbox, Value) {
    let cast = house.workspace(slug).await;
    let (widget, inbox) = (Widget::open(cast.address, &cast.widget_key).await, Inbox::of(&cast).await);
    let id = widget.says("first", "Hello, what does shipping cost?", None).await;
    let found = inbox.get(&format!("conversations/{id}")).await.expect("the conversation");
    (inbox, found)
}

#[tokio::test]
async fn a_python_program_with_the_proto_files_and_a_key_gets_along() {
    if run(&["--check".to_owned()]).0 != Some(0) {
        return skip(
            "there is no Python with grpcio, grpcio-tools and grpcio-status",
            "install them, or let pip reach its index",
        );
    }
    let house = House::sqlite().await;
    let ((inbox, ours), (_, theirs)) =
        (conversation(&house, "ours").await, conversation(&house, "theirs").await);
    let scratch = TempDir::new().expect("a directory");
    let key_file = scratch.path().join("key");
    fs::write(&key_file, inbox.api_key(&["conversations:read", "conversations:write"]).await)
        .expect("a file");
    let arguments = [
        ("--address", house.suite.address.to_string()),
        ("--api-key-file", key_file.display().to_string()),
        ("--assistant", text(&ours, "assistant_id")),
        ("--foreign-assistant", text(&theirs, "assistant_id")),
        ("--foreign-contact", text(&theirs, "contact_id")),
        ("--foreign-conversation", text(&theirs, "id")),
    ];
    let arguments: Vec<String> =
        arguments.into_iter().flat_map(|(name, value)| [name.to_owned(), value]).collect();
    // The suite runs on this thread, so the program is waited for on another.
    let (code, said) = tokio::task::spawn_blocking(move || run(&arguments)).await.expect("it was run");
    println!("{said}");
    assert_eq!(code, Some(0), "{said}");
    drop(inbox);
    house.close().await;
}
