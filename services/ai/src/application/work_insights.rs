//! Works on jobs as they come: claim one, carry it out within its lease, put it away. Several of these run side by side, here and on
//! other replicas.
//!
//! Must not know what a job does.

use std::{sync::Arc, time::Duration};

use baton_kit::life::{
    clock::{self, SharedClock},
    ids::SharedIds,
    telemetry,
};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::{
    ports::{InsightStore, Lease},
    run_insight::{RunInsight, Verdict},
};
use crate::domain::insight::InsightJob;

/// The use case.
pub struct WorkInsights {
    /// What is done with a job.
    pub run: RunInsight,
    /// Where jobs are kept.
    pub jobs: Arc<dyn InsightStore>,
    /// Rings when a job was entered.
    pub bell: Arc<Notify>,
    /// Time.
    pub clock: SharedClock,
    /// Lease tokens.
    pub ids: SharedIds,
    /// How long a job stays with a worker. Never renewed: a job that takes longer is given back.
    pub lease: Duration,
    /// How often to look without being rung for.
    pub poll_every: Duration,
}

impl WorkInsights {
    /// Works until told to stop; the job in hand is finished.
    pub async fn work(&self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let lease = Lease { token: self.ids.next(), from: self.clock.now(), length: self.lease };
            match self.jobs.claim(lease).await {
                Ok(Some(job)) => {
                    // There may be more: another worker looks while this one is busy.
                    self.bell.notify_one();
                    self.carry_out(&job, lease).await;
                    continue;
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, "insight jobs cannot be read"),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.bell.notified() => {}
                () = self.clock.sleep(self.poll_every) => {}
            }
        }
    }

    async fn carry_out(&self, job: &InsightJob, lease: Lease) {
        let span = tracing::info_span!("ai.run_insight", job = %job.id, conversation = %job.place.conversation, attempt = job.attempts);
        telemetry::set_parent_from(&span, job.traceparent.as_deref());
        let work = async {
            // A little before the lease ends, so that nobody else has begun.
            let room = self.lease / 10 * 9;
            let ran = clock::timeout(&self.clock, room, self.run.run(job, lease)).await;
            let verdict = ran.unwrap_or_else(|elapsed| Verdict::Later(elapsed.to_string()));
            self.put_away(job, lease, verdict).await;
        };
        work.instrument(span).await;
    }

    async fn put_away(&self, job: &InsightJob, lease: Lease, verdict: Verdict) {
        let put = match verdict {
            Verdict::Over(ending) => {
                tracing::debug!(?ending, "insight job ended");
                self.jobs.close(job.id, lease, ending).await
            }
            Verdict::Later(cause) => {
                tracing::info!(%cause, "an insight job is tried again later");
                let until = self.clock.now().saturating_add(job.back_off()).unwrap_or(jiff::Timestamp::MAX);
                self.jobs.postpone(job.id, lease, until).await
            }
            Verdict::Lost => Ok(()),
        };
        if let Err(error) = put {
            // The lease runs out and the job is run again, which is safe.
            tracing::warn!(%error, "an insight job could not be put away");
        }
    }
}
