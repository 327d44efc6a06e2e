//! What must be true when everything has come to rest.

use std::{collections::BTreeMap, path::Path, time::Duration};

use baton_kit_testing::history::{Call, Entry, Outcome};
use baton_proto::conversation::v1::{Event, event::Subject};
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::{History, nemesis::Survivor, subscriber::entry, verdict};
use crate::harness::{browser::Inbox, partner};

/// How long the suite may take to finish what the last kill left undone: leases of work in hand run out first.
const QUIET: Duration = Duration::from_secs(150);

/// Each thread against what its senders were told and its visitor's stream showed.
pub async fn threads(history: &History, desk: &Inbox, lanes: &[String], logs: &[Vec<Entry>]) {
    let calls = history.calls();
    let acknowledged = calls.iter().filter(|call| matches!(call.outcome, Outcome::Ok(_))).count();
    let unknown = calls.iter().filter(|call| call.outcome == Outcome::Unknown).count();
    println!("{acknowledged} messages acknowledged, {unknown} calls of unknown outcome");
    assert!(acknowledged > 1000 && unknown > 20, "the kills fell into the writing");
    for lane in lanes {
        let stored = stored(desk, lane).await;
        let ours = |key: &str| calls.iter().any(|call| call.lane == *lane && call.key == key);
        let others = stored.iter().filter(|entry| !ours(&entry.key)).map(others_wrote);
        let of_lane = calls.iter().filter(|call| call.lane == *lane).cloned();
        let calls: Vec<Call> = of_lane.chain(others).collect();
        let log = logs.iter().find(|log| log.first().is_some_and(|entry| entry.lane == *lane));
        verdict(&calls, &stored, log.expect("the visitor's stream"));
    }
}

/// What the assistant and the suite wrote nobody was told of beforehand.
fn others_wrote(entry: &Entry) -> Call {
    Call {
        invoked: 0,
        returned: u64::MAX,
        client: "the suite".to_owned(),
        lane: entry.lane.clone(),
        key: entry.key.clone(),
        outcome: Outcome::Unknown,
    }
}

async fn stored(desk: &Inbox, lane: &str) -> Vec<Entry> {
    messages(desk, lane).await.iter().map(|message| entry(lane, message)).collect()
}

async fn messages(desk: &Inbox, conversation: &str) -> Vec<Value> {
    let (mut found, mut page) = (Vec::new(), String::new());
    loop {
        let path = format!("conversations/{conversation}/messages?page_size=200{page}");
        let answer = desk.get(&path).await.expect("a page of the thread");
        found.extend(answer["messages"].as_array().expect("messages").clone());
        match answer["next_page_token"].as_str() {
            Some(token) => page = format!("&page_token={token}"),
            None => return found,
        }
    }
}

/// Of each wish for a person: one handoff, one confirmation, one brief, one decision about the mail to the one member there is.
pub async fn handoffs(survivor: &Survivor, desk: &Inbox, conversations: &[String]) {
    println!("{} visitors asked for a person", conversations.len());
    assert!(conversations.len() > 20, "people were asked for between the kills");
    let begun = Instant::now();
    loop {
        let faults = faults(survivor, desk, conversations).await;
        if faults.is_empty() {
            return;
        }
        assert!(begun.elapsed() < QUIET, "{faults:#?}");
        sleep(Duration::from_millis(500)).await;
    }
}

async fn faults(survivor: &Survivor, desk: &Inbox, conversations: &[String]) -> Vec<String> {
    let events = partner::feed(survivor.address(), desk).await;
    let (briefs, handoffs) = (per_conversation(&events, brief), per_conversation(&events, handoff));
    let (mut faults, mut whole) = (Vec::new(), 0);
    for conversation in conversations {
        let counted = |of: &BTreeMap<String, Vec<String>>| of.get(conversation).map_or(0, Vec::len);
        let thread = messages(desk, conversation).await;
        let confirmed =
            thread.iter().filter(|message| message["system_notice"] == "handoff_requested").count();
        let mails = decided(desk, conversation).await;
        let found = [counted(&handoffs), confirmed, counted(&briefs), mails];
        whole += usize::from(found == [1, 1, 1, 1]);
        // Taken over before anybody had asked for a person in it, there was no handoff to tell of.
        if found != [1, 1, 1, 1] && found != [0, 0, 0, 0] {
            faults.push(format!("{conversation}: handoffs, confirmations, briefs, mails = {found:?}"));
        }
    }
    if whole * 2 < conversations.len() {
        faults.push(format!("only {whole} handoffs were whole"));
    }
    faults
}

/// Different things of a kind in each conversation.
fn per_conversation(
    events: &[Event],
    of: impl Fn(&Event) -> Option<String>,
) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for event in events {
        if let Some(id) = of(event) {
            let ids = found.entry(event.conversation_id.clone()).or_default();
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }
    found
}

fn brief(event: &Event) -> Option<String> {
    match &event.subject {
        Some(Subject::Brief(brief)) => Some(brief.id.clone()),
        _ => None,
    }
}

fn handoff(event: &Event) -> Option<String> {
    match &event.subject {
        Some(Subject::State(state)) => state.handoff.as_ref().map(|handoff| handoff.id.clone()),
        _ => None,
    }
}

/// What was decided in the end about the mail that somebody is needed: one decision, whatever was begun how often.
async fn decided(desk: &Inbox, conversation: &str) -> usize {
    let path = format!("notification-ledger?conversation_id={conversation}&page_size=200");
    let ledger = desk.get(&path).await.expect("the ledger");
    let entries = ledger["entries"].as_array().expect("entries");
    let of_the_mail =
        entries.iter().filter(|entry| entry["kind"] == "handoff_requested" && entry["channel"] == "email");
    of_the_mail.filter(|entry| entry["decision"] != "delayed" && entry["reason"] != "try_again").count()
}

/// A mail that was sent twice, because a kill fell between the server's answer and our commit, has the same `Message-ID`.
pub fn mails(folder: &Path) {
    let mut copies: BTreeMap<String, usize> = BTreeMap::new();
    for file in std::fs::read_dir(folder).expect("mails were filed") {
        let mail = std::fs::read(file.expect("a file").path()).expect("a mail");
        let mail = String::from_utf8_lossy(&mail);
        let id = mail.lines().find_map(|line| line.strip_prefix("Message-ID: ")).expect("a Message-ID");
        *copies.entry(id.to_owned()).or_default() += 1;
    }
    let doubled = copies.values().filter(|copies| **copies > 1).count();
    println!("{} mails, {doubled} of them twice", copies.len());
    assert!(copies.len() > 10, "mails went out between the kills");
    // The one that was asked for, and at most one a random kill.
    assert!(doubled <= 1 + super::RANDOM_KILLS && copies.values().all(|copies| *copies <= 2), "{copies:#?}");
}
