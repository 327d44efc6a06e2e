//! What is needed to know of a thread without reading it.

use async_trait::async_trait;
use baton_kit::data::StoreError;

use super::Scope;
use crate::domain::ids::{ContactId, ConversationId};

/// Finds what stands at the head of a thread: one row by its key.
#[async_trait]
pub trait HeadFinder: Send + Sync {
    /// That of one conversation.
    async fn head(&self, scope: Scope, id: ConversationId) -> Result<Option<ThreadHead>, StoreError>;
}

/// The head of a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThreadHead {
    /// Whose conversation it is.
    pub contact: ContactId,
    /// The epoch of control.
    pub control_epoch: i64,
}
