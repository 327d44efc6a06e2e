//! What is needed to keep briefs.

use async_trait::async_trait;
use baton_kit::{data::StoreError, life::ids::WorkspaceId};
use jiff::Timestamp;

use crate::domain::{
    brief::{Brief, Findings},
    ids::{BriefId, ConversationId, HandoffId},
};

/// Keeps briefs.
#[async_trait]
pub trait BriefStore: Send + Sync {
    /// Attaches one, once by its job, in place of an older one.
    async fn attach(&self, brief: NewBrief) -> Result<Brief, BriefRefused>;
    /// That of a handoff.
    async fn brief(&self, workspace: WorkspaceId, handoff: HandoffId) -> Result<Option<Brief>, StoreError>;
}

/// A brief to be attached.
#[derive(Debug, Clone)]
pub struct NewBrief {
    /// Its id, if it is stored.
    pub id: BriefId,
    /// What made it.
    pub job_id: String,
    /// The tenant.
    pub workspace: WorkspaceId,
    /// The thread.
    pub conversation: ConversationId,
    /// The handoff it is for.
    pub handoff: HandoffId,
    /// What it says.
    pub findings: Findings,
    /// Now.
    pub at: Timestamp,
}

/// Why a brief is not attached.
#[derive(Debug, thiserror::Error)]
pub enum BriefRefused {
    /// No such conversation, or its last handoff is another one.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// The job stands for another brief.
    #[error("the job id was used for another brief")]
    Reused,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}
