//! Enters a turn for a visitor's message, or for whatever stands unanswered when the AI gets control back.
//!
//! Must not know how facts arrive.

use std::sync::Arc;

use baton_kit::data::StoreError;
use tokio::sync::Notify;

use super::ports::{NewTurn, TurnStore};

/// The use case.
#[derive(Clone)]
pub struct QueueTurn {
    /// Where turns are kept.
    pub turns: Arc<dyn TurnStore>,
    /// Wakes the workers.
    pub bell: Arc<Notify>,
}

impl QueueTurn {
    /// Enters it, once however often it comes, and wakes a worker.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn run(&self, turn: &NewTurn) -> Result<(), StoreError> {
        if self.turns.enqueue(turn).await? {
            self.bell.notify_one();
        }
        Ok(())
    }
}
