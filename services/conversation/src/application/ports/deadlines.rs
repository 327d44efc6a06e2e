//! What is needed to know which deadlines have passed.

use async_trait::async_trait;
use baton_kit::{data::StoreError, life::ids::WorkspaceId};
use jiff::Timestamp;

use crate::domain::{
    effects::{DeadlineKind, Stage},
    ids::ConversationId,
};

/// Finds deadlines that have passed, of all workspaces: for the sweeper only.
#[async_trait]
pub trait DeadlineFinder: Send + Sync {
    /// Those of a kind, the longest passed first.
    async fn passed(
        &self,
        kind: DeadlineKind,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<PassedDeadline>, StoreError>;
    /// How many open handoffs are an alarm.
    async fn alarms(&self) -> Result<u64, StoreError>;
    /// The assistant gave a sign of life: the deadline moves, at most to `latest` after it began.
    async fn progress(
        &self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        epoch: i64,
        now: Timestamp,
    ) -> Result<Progress, StoreError>;
}

/// A deadline that had passed when it was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PassedDeadline {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// Where it runs.
    pub conversation: ConversationId,
    /// What it waits for.
    pub kind: DeadlineKind,
    /// How far it had come.
    pub stage: Stage,
}

/// What came of a sign of life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Noted, or nothing is owed.
    Noted,
    /// Control changed since the turn began.
    Stale,
    /// No such conversation.
    NotFound,
}
