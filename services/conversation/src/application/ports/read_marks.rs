//! What is needed to keep read marks.

use async_trait::async_trait;
use baton_kit::data::StoreError;
use jiff::Timestamp;

use super::Scope;
use crate::domain::{
    ids::ConversationId,
    read_mark::{ReadMark, Reader},
};

/// Keeps read marks.
#[async_trait]
pub trait ReadMarkStore: Send + Sync {
    /// Moves a mark on; one that is further already stays. Answers the mark as it is then.
    async fn mark(&self, mark: NewMark) -> Result<ReadMark, MarkRefused>;
    /// The marks of a conversation, newest first; `None` if it is not there.
    async fn marks(
        &self,
        scope: Scope,
        conversation: ConversationId,
        limit: u32,
    ) -> Result<Option<Vec<ReadMark>>, StoreError>;
}

/// A mark as somebody sets it.
#[derive(Debug, Clone, Copy)]
pub struct NewMark {
    /// Whose view.
    pub scope: Scope,
    /// The thread.
    pub conversation: ConversationId,
    /// Who reads.
    pub reader: Reader,
    /// Everything up to here.
    pub sequence: i64,
    /// Now.
    pub at: Timestamp,
}

/// Why a mark is refused.
#[derive(Debug, thiserror::Error)]
pub enum MarkRefused {
    /// No such conversation here.
    #[error("no such conversation")]
    NotFound,
    /// Nobody can have read that far.
    #[error("is above the last message, {last_sequence}")]
    BeyondEnd {
        /// The last message.
        last_sequence: i64,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}
