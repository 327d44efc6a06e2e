//! A reader that stays: each fact once, in order, from the ring where it reaches, else from the table.
//!
//! Must not know what is done with the facts.

use std::sync::Arc;

use tokio::sync::watch;

use super::{Fact, FactFilter, FactLog, StoreError};

/// Facts given at once.
const BATCH: u32 = 256;

/// A place in a log that moves on as facts are taken. Made by [`FactLog::follow`].
#[derive(Debug)]
pub struct Follower {
    log: FactLog,
    head: watch::Receiver<i64>,
    position: i64,
}

impl Follower {
    pub(super) fn new(log: FactLog, head: watch::Receiver<i64>, position: i64) -> Self {
        Self { log, head, position }
    }

    /// The position of the last fact given, or where it began.
    pub fn position(&self) -> i64 {
        self.position
    }

    /// The facts above its position, at least one: waits until there is one. May be cancelled; the
    /// next call then gives the same.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read; the next call tries again. `Broken` when facts above
    /// its position were pruned: nothing is ever skipped silently.
    pub async fn next(&mut self) -> Result<Vec<Arc<Fact>>, StoreError> {
        loop {
            let position = self.position;
            // The sender lives in the database that the log holds.
            let _ = self.head.wait_for(|head| *head > position).await;
            let facts = self.log.after(position, BATCH, &FactFilter::default()).await?;
            let next = facts.first().map(|fact| fact.position);
            if next != Some(position + 1) {
                return Err(pruned(position, next));
            }
            if let Some(last) = facts.last() {
                self.position = last.position;
                return Ok(facts);
            }
        }
    }
}

fn pruned(position: i64, next: Option<i64>) -> StoreError {
    let next = next.map_or_else(|| "none".to_owned(), |next| next.to_string());
    StoreError::Broken(format!("facts above {position} were pruned; the next one is {next}"))
}
