//! Enters a job to find out about a handoff.
//!
//! Must not know how facts arrive.

use std::sync::Arc;

use baton_kit::data::StoreError;
use tokio::sync::Notify;

use super::ports::{InsightStore, NewInsight};

/// The use case.
#[derive(Clone)]
pub struct QueueInsight {
    /// Where jobs are kept.
    pub jobs: Arc<dyn InsightStore>,
    /// Wakes the workers.
    pub bell: Arc<Notify>,
}

impl QueueInsight {
    /// Enters them, each once however often it comes, and wakes a worker. Without one it writes nothing.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn run(&self, jobs: &[NewInsight]) -> Result<(), StoreError> {
        if !jobs.is_empty() && self.jobs.enqueue(jobs).await? > 0 {
            self.bell.notify_one();
        }
        Ok(())
    }
}
