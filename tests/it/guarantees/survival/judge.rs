//! What must be true when everything has come to rest.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use baton_kit_testing::history::{Call, Entry, Outcome};
use baton_proto::conversation::v1::{Event, EventKind, PrioritySource, event::Subject};
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::{History, caller::Asked, nemesis::Survivor, subscriber::entry, verdict};
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

/// Of each wish for a person: one handoff, one confirmation, one brief, one priority, one decision about the mail to the one member
/// who takes conversations.
pub async fn handoffs(survivor: &Survivor, desk: &Inbox, asked: &[Asked]) {
    println!("{} visitors asked for a person", asked.len());
    assert!(asked.len() > 20, "people were asked for between the kills");
    let begun = Instant::now();
    let key = desk.api_key(&["conversations:read"]).await;
    loop {
        let events = partner::feed_by(survivor.address(), &key).await;
        let faults = faults(&events, desk, asked).await;
        if faults.is_empty() {
            return;
        }
        assert!(begun.elapsed() < QUIET, "{faults:#?}");
        sleep(Duration::from_secs(1)).await;
    }
}

async fn faults(events: &[Event], desk: &Inbox, asked: &[Asked]) -> Vec<String> {
    let counts = [handoff, brief, priority].map(|of| per_conversation(events, of));
    let mut faults = Vec::new();
    for Asked { conversation, was_reached_for } in asked {
        let [handoffs, briefs, priorities] =
            counts.each_ref().map(|of| of.get(conversation).map_or(0, Vec::len));
        let confirmed = confirmations(&messages(desk, conversation).await);
        let mails = decided(desk, conversation).await;
        let found = [handoffs, confirmed, briefs, priorities, mails];
        let fits = match found {
            [1, 1, 1, 1, 1] => true,
            // Nobody asks any more how urgent it is once a person has it; without a handoff there is nothing to tell at all.
            [1, 1, 1, 0, 1] | [0, 0, 0, 0, 0] => *was_reached_for,
            _ => false,
        };
        if !fits {
            faults.push(format!(
                "{conversation}: handoffs, confirmations, briefs, priorities, mails = {found:?}"
            ));
        }
    }
    faults
}

fn confirmations(thread: &[Value]) -> usize {
    thread.iter().filter(|message| message["system_notice"] == "handoff_requested").count()
}

/// Different things of a kind in each conversation.
fn per_conversation(events: &[Event], of: fn(&Event) -> Option<String>) -> BTreeMap<String, Vec<String>> {
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

/// A priority that the AI gave.
fn priority(event: &Event) -> Option<String> {
    match &event.subject {
        Some(Subject::State(state))
            if event.kind() == EventKind::PriorityChanged
                && state.priority_source() == PrioritySource::Ai =>
        {
            Some(event.id.clone())
        }
        _ => None,
    }
}

/// What was decided in the end about the mail that somebody is needed: one decision, whatever was begun how often.
async fn decided(desk: &Inbox, conversation: &str) -> usize {
    let path = format!("notification-ledger?conversation_id={conversation}&page_size=200");
    let ledger = desk.get(&path).await.expect("the ledger");
    let entries = ledger["entries"].as_array().expect("entries");
    let of_the_mail = entries.iter().filter(|entry| {
        entry["kind"] == "handoff_requested"
            && entry["channel"] == "email"
            && entry["member_id"] == desk.member.as_str()
    });
    of_the_mail.filter(|entry| entry["decision"] != "delayed" && entry["reason"] != "try_again").count()
}

/// A mail that was sent twice, because a kill fell between the server's answer and our commit, has the same `Message-ID`.
pub fn mails(folder: &Path) {
    let mut copies: BTreeMap<String, usize> = BTreeMap::new();
    for file in filed(folder) {
        let mail = std::fs::read(file).expect("a mail");
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

/// Mails that were filed whole, in whichever folders: one that was being written when the program died has another name.
fn filed(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("mails were filed") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "eml") {
                found.push(path);
            }
        }
    }
    found
}
