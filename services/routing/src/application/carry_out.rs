//! Carries a stored decision out: calls conversation until the outcome is known, and records it.
//!
//! Must not know why it was decided so.

use std::{sync::Arc, time::Duration};

use baton_kit::{
    data::StoreError,
    life::{clock::SharedClock, telemetry},
};
use jiff::Timestamp;
use tokio::sync::Semaphore;
use tracing::Instrument as _;
use uuid::Uuid;

use super::ports::{Answer, Conversations, Desk, Lease};
use crate::domain::decision::{Decision, Outcome, Settlement};

/// Calls in a row before the decision is left to the sweep.
const TRIES: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// The use case. Clones share.
#[derive(Clone)]
pub struct CarryOut {
    /// Where decisions are kept.
    pub desk: Arc<dyn Desk>,
    /// Who is called.
    pub conversations: Arc<dyn Conversations>,
    /// Time.
    pub clock: SharedClock,
    /// This instance, as leases name it.
    pub instance: Uuid,
    /// How long the right to call lasts.
    pub lease: Duration,
    /// How long a member has to accept.
    pub accept_within: Duration,
    /// Calls under way at once.
    pub calls: Arc<Semaphore>,
}

impl CarryOut {
    /// Calls, again if the outcome is unknown, and records the outcome. `None`: still unknown, the sweep goes on with it.
    pub async fn run(&self, decision: Decision) -> Option<Outcome> {
        let span = tracing::info_span!("routing.carry_out", decision = %decision.id, conversation = %decision.conversation);
        telemetry::set_parent_from(&span, decision.traceparent.as_deref());
        async {
            let outcome = self.call(&decision).await?;
            match self.settle(decision, outcome).await {
                Ok(()) => Some(outcome),
                Err(error) => {
                    // The decision stays open; calling again brings the same outcome.
                    tracing::warn!(%error, "the outcome of a decision could not be stored");
                    None
                }
            }
        }
        .instrument(span)
        .await
    }

    /// A lease from now on.
    pub fn lease(&self) -> Lease {
        let now = self.clock.now();
        Lease { owner: self.instance, now, until: after(now, self.lease) }
    }

    async fn call(&self, decision: &Decision) -> Option<Outcome> {
        for attempt in 0..TRIES {
            if attempt > 0 {
                self.clock.sleep(FIRST_PAUSE * 3_u32.pow(attempt - 1)).await;
                if !self.desk.claim(decision.id, self.lease()).await.unwrap_or(false) {
                    return None;
                }
            }
            let _slot = self.calls.acquire().await.ok()?;
            match self.conversations.carry_out(decision).await {
                Answer::Definite(outcome) => return Some(outcome),
                Answer::Unknown(cause) => {
                    tracing::warn!(%cause, attempt, "the outcome of a decision is unknown")
                }
            }
        }
        None
    }

    async fn settle(&self, decision: Decision, outcome: Outcome) -> Result<(), StoreError> {
        let at = self.clock.now();
        let accept_due = matches!(outcome, Outcome::Assigned(_)).then(|| after(at, self.accept_within));
        tracing::info!(?outcome, kind = ?decision.kind, "decision carried out");
        self.desk.settle(Settlement { decision, outcome, at, accept_due }).await
    }
}

/// A moment later by so much; the end of time if there is none.
pub fn after(at: Timestamp, by: Duration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}
