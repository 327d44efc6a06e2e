//! Ai found out what the staff should know of a handoff.

use std::sync::Arc;

use baton_kit::{
    data::StoreError,
    life::{
        clock::SharedClock,
        ids::{SharedIds, WorkspaceId},
    },
};

use super::ports::briefs::{BriefRefused, BriefStore, NewBrief};
use crate::domain::{
    brief::{Brief, Findings},
    conversation::Conversation,
    ids::{BriefId, ConversationId, HandoffId},
};

/// Attaches and shows briefs.
#[derive(Clone)]
pub struct AttachBrief {
    /// Where they are kept.
    pub briefs: Arc<dyn BriefStore>,
    /// Time.
    pub clock: SharedClock,
    /// Ids.
    pub ids: SharedIds,
}

/// What was found out, by which job, for which handoff.
#[derive(Debug, Clone)]
pub struct Finding {
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
}

impl AttachBrief {
    /// Attaches one.
    ///
    /// # Errors
    /// Why it is refused.
    pub async fn attach(&self, finding: Finding) -> Result<Brief, BriefRefused> {
        let Finding { job_id, workspace, conversation, handoff, findings } = finding;
        let id = BriefId::from_uuid(self.ids.next());
        let at = self.clock.now();
        self.briefs.attach(NewBrief { id, job_id, workspace, conversation, handoff, findings, at }).await
    }

    /// That of a conversation's open handoff, or of the last one.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn of(&self, it: &Conversation) -> Result<Option<Brief>, StoreError> {
        match &it.handoff {
            Some(handoff) => self.briefs.brief(it.workspace, handoff.id).await,
            None => Ok(None),
        }
    }
}
