//! Forgets what is older than it is kept: entries of the ledger, notices, settled mailings, and what is known of silent conversations.

use std::{sync::Arc, time::Duration};

use baton_kit::{data::StoreError, life::clock::SharedClock};

use super::ports::{Book, Ledger, Mailings, Notices};

/// How much goes at once, as the stores have it; less means that nothing is left.
const STEP: u64 = 1000;

/// The use case.
#[derive(Clone)]
pub struct ForgetOld {
    /// The ledger.
    pub ledger: Arc<dyn Ledger>,
    /// Notices.
    pub notices: Arc<dyn Notices>,
    /// Mailings.
    pub mailings: Arc<dyn Mailings>,
    /// What is known of conversations.
    pub book: Arc<dyn Book>,
    /// How long things are kept.
    pub keep: Duration,
    /// Time.
    pub clock: SharedClock,
}

impl ForgetOld {
    /// Forgets it, step by step.
    ///
    /// # Errors
    /// [`StoreError`]; what was forgotten by then stays forgotten.
    pub async fn run(&self) -> Result<(), StoreError> {
        let Ok(before) = self.clock.now().checked_sub(self.keep) else {
            return Ok(());
        };
        while self.ledger.forget(before).await? >= STEP {}
        while self.notices.forget(before).await? >= STEP {}
        while self.mailings.forget(before).await? >= STEP {}
        while self.book.forget(before).await? >= STEP {}
        Ok(())
    }
}
