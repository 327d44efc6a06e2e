//! Reads and lists assistants.
//!
//! Must not know who may.

use std::sync::Arc;

use baton_kit::{data::StoreError, life::ids::WorkspaceId};

use super::ports::{After, AssistantStore};
use crate::domain::{assistant::Assistant, ids::AssistantId};

/// Why one was not found.
#[derive(Debug, thiserror::Error)]
pub enum NotFound {
    /// No such assistant in the workspace.
    #[error("no such assistant")]
    Unknown,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The use cases.
#[derive(Clone)]
pub struct FindAssistants {
    /// Where they are kept.
    pub assistants: Arc<dyn AssistantStore>,
}

impl FindAssistants {
    /// One of a workspace.
    ///
    /// # Errors
    /// As [`NotFound`] says.
    pub async fn get(&self, workspace: WorkspaceId, id: AssistantId) -> Result<Assistant, NotFound> {
        self.assistants.find(workspace, id).await?.ok_or(NotFound::Unknown)
    }

    /// A page of a workspace's, and where the next one begins.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn list(
        &self,
        workspace: WorkspaceId,
        after: Option<After>,
        size: u32,
    ) -> Result<(Vec<Assistant>, Option<After>), StoreError> {
        let mut page = self.assistants.list(workspace, after, u64::from(size) + 1).await?;
        let more = page.len() > size as usize;
        page.truncate(size as usize);
        let last = page.last().filter(|_| more);
        let next = last.map(|last| After { created_at: last.created_at, id: last.id.uuid() });
        Ok((page, next))
    }
}
