//! Sessions that no browser can renew any more are deleted.

use std::{sync::Arc, time::Duration};

use baton_kit::{data::StoreError, life::clock::SharedClock};
use tokio_util::sync::CancellationToken;

use super::ports::sessions::VisitorSessions;

/// How often.
const EVERY: Duration = Duration::from_secs(3600);
/// How many at once: more would keep other writers waiting.
const BATCH: u32 = 1000;

/// Deletes expired sessions.
#[derive(Clone)]
pub struct ForgetSessions {
    /// Where they are kept.
    pub sessions: Arc<dyn VisitorSessions>,
    /// Time.
    pub clock: SharedClock,
}

impl ForgetSessions {
    /// Goes on until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        while stop.run_until_cancelled(self.clock.sleep(EVERY)).await.is_some() {
            match stop.run_until_cancelled(self.once()).await {
                Some(Ok(count)) => tracing::debug!(count, "expired sessions deleted"),
                // The next round finds them again.
                Some(Err(error)) => tracing::warn!(%error, "expired sessions could not be deleted"),
                None => return,
            }
        }
    }

    /// All that have expired by now, batch by batch. Answers how many.
    ///
    /// # Errors
    /// When they cannot be deleted.
    pub async fn once(&self) -> Result<u64, StoreError> {
        let (now, mut count) = (self.clock.now(), 0);
        loop {
            let gone = self.sessions.forget(now, BATCH).await?;
            count += gone;
            if gone < u64::from(BATCH) {
                return Ok(count);
            }
        }
    }
}
