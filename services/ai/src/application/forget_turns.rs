//! Deletes ended turns and jobs once no fact that began them can come again.
//!
//! Must not know how they are kept.

use std::{sync::Arc, time::Duration};

use baton_kit::life::clock::SharedClock;
use tokio_util::sync::CancellationToken;

use super::ports::{InsightStore, TurnStore};

/// How often.
const EVERY: Duration = Duration::from_secs(3600);

/// The use case.
pub struct ForgetTurns {
    /// Where turns are kept.
    pub turns: Arc<dyn TurnStore>,
    /// Where jobs are kept.
    pub jobs: Arc<dyn InsightStore>,
    /// Time.
    pub clock: SharedClock,
    /// For how long they are kept.
    pub keep: Duration,
}

impl ForgetTurns {
    /// Goes on until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        while stop.run_until_cancelled(self.clock.sleep(EVERY)).await.is_some() {
            let Ok(before) = self.clock.now().checked_sub(self.keep) else {
                continue;
            };
            match self.turns.forget(before).await {
                Ok(count) => tracing::debug!(count, "ended turns deleted"),
                Err(error) => tracing::warn!(%error, "ended turns could not be deleted"),
            }
            match self.jobs.forget(before).await {
                Ok(count) => tracing::debug!(count, "ended insight jobs deleted"),
                Err(error) => tracing::warn!(%error, "ended insight jobs could not be deleted"),
            }
        }
    }
}
