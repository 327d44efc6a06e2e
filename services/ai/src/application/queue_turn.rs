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
    /// Enters them, each once however often it comes, and wakes a worker. Without one it writes nothing.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn run(&self, turns: &[NewTurn]) -> Result<(), StoreError> {
        if !turns.is_empty() && self.turns.enqueue(turns).await? > 0 {
            self.bell.notify_one();
        }
        Ok(())
    }
}
