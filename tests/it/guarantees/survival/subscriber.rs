//! One visitor's stream through all the kills: comes back with the last place it knows, and loads the thread where it is told to.

use std::{collections::BTreeSet, time::Duration};

use baton_kit_testing::history::Entry;
use serde_json::Value;
use tokio::{
    sync::watch,
    time::{Instant, sleep},
};

use crate::harness::browser::{Events, Widget, text};

const AGAIN: Duration = Duration::from_millis(60);
/// After the senders have ended, everything must have been seen within this.
const QUIET: Duration = Duration::from_secs(30);

pub struct Subscriber {
    lane: String,
    widget: Widget,
    log: Vec<Entry>,
    place: Option<String>,
}

impl Subscriber {
    pub fn new(lane: String, widget: Widget) -> Self {
        Self { lane, widget, log: Vec::new(), place: None }
    }

    /// What it was given, repeats included, until the senders have ended and everything has come.
    pub async fn follow_until(mut self, mut stopped: watch::Receiver<bool>) -> Vec<Entry> {
        let mut since: Option<Instant> = None;
        loop {
            if self.place.is_none() && self.load().await.is_err() {
                sleep(AGAIN).await;
                continue;
            }
            match self.widget.try_stream(self.place.as_deref().unwrap_or_default()).await {
                Ok(events) => self.read(events, &mut stopped).await,
                Err(_) => sleep(AGAIN).await,
            }
            if *stopped.borrow() {
                let over = since.get_or_insert_with(Instant::now).elapsed();
                // What is still missing then the judge will name.
                if over > QUIET || self.caught_up().await {
                    return self.log;
                }
            }
        }
    }

    /// Reads until the stream ends, or the run does and nothing more comes.
    async fn read(&mut self, mut events: Events, stopped: &mut watch::Receiver<bool>) {
        loop {
            let next = tokio::select! {
                next = events.next() => next,
                _ = stopped.changed(), if !*stopped.borrow() => return,
                // Longer than a place that is not known may take to turn up.
                () = sleep(Duration::from_secs(3)), if *stopped.borrow() => return,
            };
            let Some((name, data)) = next else { return };
            self.place = events.last_id.clone().or(self.place.take());
            match name.as_str() {
                "message" => self.saw(&data),
                "reset" => return self.begin_anew(),
                _ => {}
            }
        }
    }

    /// What came live before the reset may lie above a hole: it is forgotten, and loaded again with what was missed.
    fn begin_anew(&mut self) {
        let whole = self.without_a_gap();
        self.log.retain(|entry| entry.sequence <= whole);
        self.place = None;
    }

    /// What is stored above what was seen, in as many answers as it takes.
    async fn load(&mut self) -> Result<(), String> {
        loop {
            let seen = self.without_a_gap();
            let thread = self.widget.get(&format!("thread?after={seen}")).await?;
            let messages = thread["messages"].as_array().expect("messages");
            messages.iter().for_each(|message| self.saw(message));
            let last = thread["conversation"]["last_sequence"].as_i64().expect("a thread");
            if messages.is_empty() || self.without_a_gap() >= last {
                self.place = Some(text(&thread, "resume_token"));
                return Ok(());
            }
        }
    }

    /// Whether the log has reached the thread's end without a hole.
    async fn caught_up(&self) -> bool {
        let seen = self.without_a_gap();
        let Ok(thread) = self.widget.get(&format!("thread?after={seen}")).await else { return false };
        seen == thread["conversation"]["last_sequence"].as_i64().expect("a thread")
    }

    /// Up to where everything was seen: above it something may have come live before a reset said that more is missing.
    fn without_a_gap(&self) -> i64 {
        let seen: BTreeSet<i64> = self.log.iter().map(|entry| entry.sequence).collect();
        (1..).take_while(|sequence| seen.contains(sequence)).last().unwrap_or(0)
    }

    fn saw(&mut self, message: &Value) {
        self.log.push(entry(&self.lane, message));
    }
}

/// A message by the key its sender gave it; what nobody here wrote by its own id.
pub fn entry(lane: &str, message: &Value) -> Entry {
    let key = message["client_message_id"].as_str().or(message["id"].as_str()).expect("an id");
    let sequence = message["sequence"].as_i64().expect("a sequence");
    Entry { lane: lane.to_owned(), sequence, key: key.to_owned() }
}
