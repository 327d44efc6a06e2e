//! One tab of a visitor's browser that writes one message after another, each until it is definitely stored.

use std::time::Duration;

use baton_kit_testing::history::{Call, Outcome};
use serde_json::json;
use tokio::{
    sync::watch,
    time::{Instant, sleep},
};

use super::{History, PACE};
use crate::harness::browser::Widget;

/// As a browser waits before it tries again.
const AGAIN: Duration = Duration::from_millis(60);

pub struct Sender {
    pub name: String,
    pub lane: String,
    pub widget: Widget,
    pub history: History,
}

impl Sender {
    pub async fn write_until(self, stopped: watch::Receiver<bool>) {
        let begun = Instant::now();
        for n in 0.. {
            if *stopped.borrow() {
                return;
            }
            self.write(&format!("{}-{n}", self.name), begun).await;
            sleep(PACE).await;
        }
    }

    /// The same message under the same id until the answer is definite.
    async fn write(&self, key: &str, begun: Instant) {
        let micros = || u64::try_from(begun.elapsed().as_micros()).expect("a run is short");
        let body = json!({ "client_message_id": key, "text": format!("This is {key}.") });
        loop {
            let invoked = micros();
            let answer = self.widget.post("messages", body.clone()).await;
            let outcome = outcome(answer.as_ref().map(|posted| &posted["message"]["sequence"]));
            self.history.note(Call {
                invoked,
                returned: micros(),
                client: self.name.clone(),
                lane: self.lane.clone(),
                key: key.to_owned(),
                outcome,
            });
            match outcome {
                Outcome::Ok(_) => return,
                Outcome::Fail => panic!("{key} was refused: {answer:?}"),
                Outcome::Unknown => sleep(AGAIN).await,
            }
        }
    }
}

/// A refusal names its status; anything else leaves the outcome open, and so do the statuses that say so.
fn outcome(answer: Result<&serde_json::Value, &String>) -> Outcome {
    match answer {
        Ok(sequence) => sequence.as_i64().map_or(Outcome::Unknown, Outcome::Ok),
        Err(error) if error.contains("answered 4") && !error.contains("answered 429") => Outcome::Fail,
        Err(_) => Outcome::Unknown,
    }
}
