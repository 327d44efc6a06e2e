//! Works on turns as they come: claim one, keep its lease while it runs, put it away. Several of these run side by side, here and on
//! other replicas.
//!
//! Must not know what a turn does.

use std::{sync::Arc, time::Duration};

use baton_kit::{
    data::StoreError,
    life::{clock::SharedClock, ids::SharedIds, telemetry},
};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::{
    ports::{Closing, Lease, TurnStore},
    run_turn::{RunTurn, Verdict},
};
use crate::domain::turn::Turn;

/// The use case.
pub struct WorkTurns {
    /// What is done with a turn.
    pub run: RunTurn,
    /// Where turns are kept.
    pub turns: Arc<dyn TurnStore>,
    /// Rings when a turn was entered.
    pub bell: Arc<Notify>,
    /// Time.
    pub clock: SharedClock,
    /// Lease tokens.
    pub ids: SharedIds,
    /// How long a turn stays with a worker that gives no sign of life.
    pub lease: Duration,
    /// How often to look without being rung for.
    pub poll_every: Duration,
}

impl WorkTurns {
    /// Works until told to stop; the turn in hand is finished.
    pub async fn work(&self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let lease = self.new_lease();
            match self.turns.claim(lease).await {
                Ok(Some(turn)) => {
                    // There may be more: another worker looks while this one is busy.
                    self.bell.notify_one();
                    self.carry_out(&turn, lease).await;
                    continue;
                }
                Ok(None) => {}
                // Another worker was faster with the same conversation.
                Err(StoreError::Conflict { .. }) => {}
                Err(error) => tracing::warn!(%error, "turns cannot be read"),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.bell.notified() => {}
                () = self.clock.sleep(self.poll_every) => {}
            }
        }
    }

    async fn carry_out(&self, turn: &Turn, lease: Lease) {
        let span = tracing::info_span!("ai.run_turn", turn = %turn.id, conversation = %turn.place.conversation, attempt = turn.attempts);
        telemetry::set_parent_from(&span, turn.traceparent.as_deref());
        let work = async {
            tokio::select! {
                biased;
                verdict = self.run.run(turn) => self.put_away(turn, lease, verdict).await,
                () = self.keep(turn, lease) => tracing::warn!("the lease of a turn was lost; another worker has it"),
            }
        };
        work.instrument(span).await;
    }

    /// Renews the lease until it is lost. Boxed by nobody: it lives and dies with the run beside it.
    async fn keep(&self, turn: &Turn, lease: Lease) {
        loop {
            self.clock.sleep(self.lease / 3).await;
            let renewed = Lease { from: self.clock.now(), ..lease };
            match self.turns.renew(turn.id, renewed).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => tracing::debug!(%error, "a lease could not be renewed yet"),
            }
        }
    }

    async fn put_away(&self, turn: &Turn, lease: Lease, verdict: Verdict) {
        let put = match verdict {
            Verdict::Over(ending, dealt_with) => {
                tracing::debug!(?ending, "turn ended");
                self.turns.close(turn, lease, Closing { ending, dealt_with }).await
            }
            Verdict::Later(cause) => {
                tracing::info!(%cause, "a turn is tried again later");
                let until = self.clock.now().saturating_add(turn.back_off()).unwrap_or(jiff::Timestamp::MAX);
                self.turns.postpone(turn, lease, until).await
            }
        };
        if let Err(error) = put {
            // The lease runs out and the turn is run again, which is safe.
            tracing::warn!(%error, "a turn could not be put away");
        }
    }

    fn new_lease(&self) -> Lease {
        Lease { token: self.ids.next(), from: self.clock.now(), length: self.lease }
    }
}
