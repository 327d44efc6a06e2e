//! Carries out one job: look, find out, keep that, attach the brief, say how urgent it is. Everything in it is safe to repeat, and a
//! retry sends what the first try found out.
//!
//! Must not know how jobs are kept, nor who finds out.

use std::{sync::Arc, time::Duration};

use baton_kit::life::clock::SharedClock;

use super::{
    make_insight::MakeInsight,
    ports::{CallError, Conversation, InsightSink, InsightStore, Lease, NewBrief},
    save_gathered::SaveGathered,
};
use crate::domain::{
    brief::Insight,
    insight::{InsightJob, JobEnding},
    turn::LEAST_TRIES,
};

/// What came of running a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is over.
    Over(JobEnding),
    /// Try again later, for this reason.
    Later(String),
    /// Another worker has it.
    Lost,
}

/// The use case.
pub struct RunInsight {
    /// Where the thread is.
    pub conversation: Arc<dyn Conversation>,
    /// Who is told.
    pub sink: Arc<dyn InsightSink>,
    /// Where jobs are kept.
    pub jobs: Arc<dyn InsightStore>,
    /// Finds out.
    pub make: MakeInsight,
    /// Saves what the visitor told.
    pub save: SaveGathered,
    /// Time.
    pub clock: SharedClock,
    /// For how long, at least, a conversation that does not answer is tried.
    pub retry_for: Duration,
}

impl RunInsight {
    /// Carries it out.
    pub async fn run(&self, job: &InsightJob, lease: Lease) -> Verdict {
        let made = match &job.made {
            Some(made) => made.clone(),
            None => match self.find_out(job, lease).await {
                Ok(made) => made,
                Err(verdict) => return verdict,
            },
        };
        match self.tell(job, made).await {
            Ok(ending) => self.save(job, ending).await,
            Err(error) => self.after(job, &error),
        }
    }

    /// Last, because nobody waits for it.
    async fn save(&self, job: &InsightJob, ending: JobEnding) -> Verdict {
        match self.save.run(job.place).await {
            Ok(()) => Verdict::Over(ending),
            Err(error @ CallError::Transient(_)) => self.after(job, &error),
            Err(error) => {
                tracing::warn!(%error, "what a visitor told could not be saved to the contact");
                Verdict::Over(ending)
            }
        }
    }

    /// What is told of the handoff, kept before anybody is told.
    async fn find_out(&self, job: &InsightJob, lease: Lease) -> Result<Insight, Verdict> {
        let context = self.conversation.context(job.place).await.map_err(|error| self.after(job, &error))?;
        if context.handoff != Some(job.handoff) {
            return Err(Verdict::Over(JobEnding::Gone));
        }
        let made = self.make.run(job.place, &context, true).await;
        match self.jobs.keep(job.id, lease, &made).await {
            Ok(true) => Ok(made),
            Ok(false) => Err(Verdict::Lost),
            Err(error) => Err(Verdict::Later(error.to_string())),
        }
    }

    async fn tell(&self, job: &InsightJob, made: Insight) -> Result<JobEnding, CallError> {
        let brief = NewBrief { job: job.id, handoff: job.handoff, brief: made.brief };
        match self.sink.attach(job.place, &brief).await {
            // A try whose outcome was lost had landed: the first brief stands.
            Ok(_) | Err(CallError::AlreadyPosted) => {}
            Err(refused) => return Err(refused),
        }
        let Some(urgency) = made.urgency else {
            return Ok(JobEnding::Attached);
        };
        match self.sink.suggest(job.place, job.handoff, &urgency).await {
            // Taken or closed meanwhile: nobody asks any more how urgent it was.
            Ok(_) | Err(CallError::NotFound | CallError::Stale) => Ok(JobEnding::Attached),
            Err(refused) => Err(refused),
        }
    }

    fn after(&self, job: &InsightJob, error: &CallError) -> Verdict {
        if matches!(error, CallError::NotFound | CallError::Stale) {
            return Verdict::Over(JobEnding::Gone);
        }
        let passed = Duration::try_from(self.clock.now().duration_since(job.created_at)).unwrap_or_default();
        if passed < self.retry_for || job.attempts < LEAST_TRIES {
            return Verdict::Later(error.to_string());
        }
        tracing::error!(%error, job = %job.id, "a handoff stays without all of its brief, priority and contact");
        Verdict::Over(JobEnding::GivenUp)
    }
}

#[cfg(test)]
mod tests;
