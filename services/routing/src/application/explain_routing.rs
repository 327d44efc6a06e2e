//! Answers why a conversation went where it went, and why it still waits.

use std::sync::Arc;

use baton_kit::{
    data::StoreError,
    life::{clock::SharedClock, ids::WorkspaceId},
};

use super::ports::Desk;
use crate::domain::{decision::Decision, ids::ConversationId, queue};

/// The use case.
#[derive(Clone)]
pub struct ExplainRouting {
    /// Where it is kept.
    pub desk: Arc<dyn Desk>,
    /// Time, for the order of those waiting.
    pub clock: SharedClock,
}

/// The answer.
#[derive(Debug)]
pub struct Explanation {
    /// Whether it waits for a person.
    pub waiting: bool,
    /// Its place, 1 for the next; 0 if it does not wait.
    pub position: usize,
    /// The newest decisions, newest first.
    pub decisions: Vec<Decision>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    /// Routing never heard of it in this workspace.
    #[error("no such conversation")]
    NotFound,
    /// The store.
    #[error(transparent)]
    Internal(#[from] StoreError),
}

impl ExplainRouting {
    /// Explains one conversation.
    pub async fn run(
        &self,
        workspace: WorkspaceId,
        conversation: ConversationId,
    ) -> Result<Explanation, ExplainError> {
        let known = self.desk.explain(workspace, conversation).await?.ok_or(ExplainError::NotFound)?;
        let position = queue::position(conversation, &known.waiting, self.clock.now());
        Ok(Explanation { waiting: known.entry.is_some(), position, decisions: known.decisions })
    }
}
