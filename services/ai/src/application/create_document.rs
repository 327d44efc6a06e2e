//! Adds a document to the knowledge base.
//!
//! Must not know who may, nor how it is searched.

use std::sync::Arc;

use baton_kit::{
    data::{RequestKey, StoreError},
    life::{clock::SharedClock, ids::SharedIds},
};

use super::ports::{Actor, KnowledgeStore, Once, Stored};
use crate::domain::{
    document::{Document, DocumentText},
    ids::DocumentId,
};

/// What is wanted.
#[derive(Debug, Clone)]
pub struct Command {
    /// What makes it the same request; names the tenant.
    pub key: RequestKey,
    /// Who asks.
    pub actor: Actor,
    /// The content.
    pub content: DocumentText,
}

/// Why it was not added.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The request id was used for another one.
    #[error("the request id was used before")]
    RequestIdReused,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The use case.
#[derive(Clone)]
pub struct CreateDocument {
    /// Where it is kept.
    pub knowledge: Arc<dyn KnowledgeStore>,
    /// Time.
    pub clock: SharedClock,
    /// Ids.
    pub ids: SharedIds,
}

impl CreateDocument {
    /// Adds it, once for the same request.
    ///
    /// # Errors
    /// As [`Refused`] says.
    pub async fn run(&self, command: Command) -> Result<Document, Refused> {
        let fingerprint =
            serde_json::to_vec(&command.content).map_err(|error| StoreError::Broken(error.to_string()))?;
        let document = Document {
            id: DocumentId::from_uuid(self.ids.next()),
            workspace: command.key.workspace,
            content: command.content,
            created_at: self.clock.now(),
        };
        let once = Once { key: command.key, fingerprint, actor: command.actor };
        match self.knowledge.create(&once, &document).await? {
            Stored::Kept(document) => Ok(document),
            Stored::Reused => Err(Refused::RequestIdReused),
        }
    }
}
