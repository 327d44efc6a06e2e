//! What finding out about a handoff needs of the world.

use async_trait::async_trait;
use baton_kit::data::StoreError;
use jiff::Timestamp;

use super::{CallError, Lease};
use crate::domain::{
    assistant::Assistant,
    brief::{Brief, Insight, Urgency},
    ids::{BriefId, HandoffId, InsightId},
    insight::{InsightJob, JobEnding},
    thread::Thread,
    turn::Place,
};

/// A job to be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInsight {
    /// Where.
    pub place: Place,
    /// About which handoff.
    pub handoff: HandoffId,
    /// The trace it belongs to.
    pub traceparent: Option<String>,
}

/// Keeps jobs.
#[async_trait]
pub trait InsightStore: Send + Sync + 'static {
    /// Enters jobs, unless there was one for the same handoff; says how many it entered.
    async fn enqueue(&self, jobs: &[NewInsight]) -> Result<u64, StoreError>;
    /// Leases the job that is due longest, if any; also one whose lease has run out.
    async fn claim(&self, lease: Lease) -> Result<Option<InsightJob>, StoreError>;
    /// Keeps what was found out, before anybody is told; false if the lease was lost.
    async fn keep(&self, job: InsightId, lease: Lease, made: &Insight) -> Result<bool, StoreError>;
    /// Puts a leased job away and forgets what was found out.
    async fn close(&self, job: InsightId, lease: Lease, ending: JobEnding) -> Result<(), StoreError>;
    /// Gives a leased job back until later.
    async fn postpone(&self, job: InsightId, lease: Lease, until: Timestamp) -> Result<(), StoreError>;
    /// Deletes ended jobs that were entered before; says how many.
    async fn forget(&self, before: Timestamp) -> Result<u64, StoreError>;
}

/// A brief on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBrief {
    /// What made it; the same id attaches it once.
    pub job: InsightId,
    /// For which handoff.
    pub handoff: HandoffId,
    /// The brief.
    pub brief: Brief,
}

/// A brief as conversation keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachedBrief {
    /// Its id.
    pub id: BriefId,
    /// For which handoff.
    pub handoff: HandoffId,
    /// The brief.
    pub brief: Brief,
    /// When it was attached.
    pub created_at: Timestamp,
    /// The revision of the conversation that it made.
    pub revision: i64,
}

/// Takes what was found out about a handoff. Every call is safe to repeat.
#[async_trait]
pub trait InsightSink: Send + Sync + 'static {
    /// Attaches a brief; the first of one job counts.
    async fn attach(&self, place: Place, brief: &NewBrief) -> Result<AttachedBrief, CallError>;
    /// Says how urgent it is; false if a person's word stands against it.
    async fn suggest(&self, place: Place, handoff: HandoffId, urgency: &Urgency) -> Result<bool, CallError>;
}

/// What is looked at.
#[derive(Debug, Clone)]
pub struct InsightInput {
    /// Who answered first; `None` if it cannot be read, which is no reason to tell nothing.
    pub assistant: Option<Assistant>,
    /// What was said.
    pub thread: Thread,
    /// Whether it is to be said how urgent it is.
    pub with_urgency: bool,
}

/// Finds out about handoffs. Always answers, within its own time.
#[async_trait]
pub trait InsightEngine: Send + Sync + 'static {
    /// What it is, for logs.
    fn label(&self) -> &'static str;
    /// Finds out. What it answers has been held against the thread.
    async fn find_out(&self, input: &InsightInput) -> Insight;
}
