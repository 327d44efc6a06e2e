//! The durable bus: a consumer reads the producer's own log, at least once, in order.
//!
//! This file is its outside; `delivery` is the loop. Must not know what a fact means.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;

use super::{cursor::Cursor, delivery::Delivery};
use crate::{
    data::{Engine, Fact, FactLog, StoreError},
    life::{clock::SharedClock, ids::SharedIds, lifecycle::Lifecycle},
};

/// How often a process that stands by asks for the lease, and the pause after a fault.
const STAND_BY: Duration = Duration::from_secs(1);

/// What a consumer does with facts.
#[async_trait]
pub trait FactHandler: Send + Sync + 'static {
    /// Handles one fact and commits its effect before it returns. The same fact may come again: after a
    /// crash, a lost lease or an error. Facts of one subject come in order.
    ///
    /// # Errors
    /// [`HandleError`]; a panic counts as [`HandleError::Retry`].
    async fn handle(&self, fact: &Fact) -> Result<(), HandleError>;

    /// Handles several facts in order, with an effect that is committed once: for who would otherwise come behind a busy producer.
    /// False when nothing was done, which is the default: then, and after an error, they come to [`Self::handle`] one by one.
    ///
    /// # Errors
    /// [`HandleError`] of either kind; some of them may have been handled.
    async fn handle_together(&self, facts: &[Arc<Fact>]) -> Result<bool, HandleError> {
        let _ = facts;
        Ok(false)
    }

    /// The facts between the last one handled and the next one are not to be had: rebuild what was made
    /// of them from the source's own lists, without effects on anybody. Does nothing by default.
    ///
    /// # Errors
    /// [`HandleError`] of either kind: it is asked again, and no fact is handled meanwhile.
    async fn lost_place(&self, why: LostPlace) -> Result<(), HandleError> {
        let _ = why;
        Ok(())
    }
}

/// Why a consumer cannot go on where it stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LostPlace {
    /// The log was restored from a backup. Goes on behind the last fact there was before the call.
    AnotherGeneration,
    /// Facts were deleted before they were handled. Goes on with the first that is kept.
    Pruned,
}

/// Why a fact was not handled. The text names the kind of fault and holds no text of people: it is kept
/// and shown to operators.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HandleError {
    /// It may work later: up to 10 attempts, each after a longer pause.
    #[error("not now: {0}")]
    Retry(String),
    /// It will never work.
    #[error("never: {0}")]
    Poison(String),
}

/// One reader of a producer's log, whose progress survives restarts. Of all processes that start a
/// consumer of one name, one works and the others stand by.
pub struct Consumer {
    /// Its name in the producer's database. Another name begins anew.
    pub name: &'static str,
    /// The producer's log.
    pub log: FactLog,
    /// What it does.
    pub handler: Arc<dyn FactHandler>,
}

impl Consumer {
    /// Starts consuming. Draining finishes the fact in hand, writes the cursor and gives the lease
    /// back.
    pub fn start(self, life: &Lifecycle, clock: SharedClock, ids: SharedIds) {
        life.spawn(self.name, self.run(life.clone(), clock, ids));
    }

    async fn run(self, life: Lifecycle, clock: SharedClock, ids: SharedIds) {
        let (soft, consumer) = (life.soft(), self.name);
        let mut failing = false;
        // A SQLite file has one process: a lease found at the start is that of its former life.
        let mut seize = self.log.database().engine() == Engine::Sqlite;
        while !soft.is_cancelled() {
            let outcome = self.lead(seize, &life, &clock, &ids).await;
            seize &= outcome.is_err();
            if let Err(error) = &outcome
                && !failing
            {
                tracing::warn!(consumer, %error, "facts are not consumed");
            }
            failing = outcome.is_err();
            soft.run_until_cancelled(clock.sleep(STAND_BY)).await;
        }
    }

    /// Consumes for as long as the lease can be had.
    async fn lead(
        &self,
        seize: bool,
        life: &Lifecycle,
        clock: &SharedClock,
        ids: &SharedIds,
    ) -> Result<(), StoreError> {
        let cursor = Cursor::acquire(self.log.database(), self.name, seize).await?;
        let Some(cursor) = cursor else { return Ok(()) };
        let delivery = Delivery::new(self, cursor, life.soft(), clock, ids);
        delivery.run().await
    }
}
