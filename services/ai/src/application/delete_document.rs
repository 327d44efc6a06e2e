//! Removes a document from the knowledge base.
//!
//! Must not know who may, nor how it is searched.

use std::sync::Arc;

use baton_kit::{data::StoreError, life::ids::WorkspaceId};

use super::ports::KnowledgeStore;
use crate::domain::ids::DocumentId;

/// Why it was not removed.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// No such document in the workspace.
    #[error("no such document")]
    Unknown,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The use case.
#[derive(Clone)]
pub struct DeleteDocument {
    /// Where documents are kept.
    pub knowledge: Arc<dyn KnowledgeStore>,
}

impl DeleteDocument {
    /// Removes it: no answer begun later rests on it.
    ///
    /// # Errors
    /// As [`Refused`] says.
    pub async fn run(&self, workspace: WorkspaceId, document: DocumentId) -> Result<(), Refused> {
        if self.knowledge.delete(workspace, document).await? { Ok(()) } else { Err(Refused::Unknown) }
    }
}
