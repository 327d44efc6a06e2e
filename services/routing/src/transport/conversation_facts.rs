//! Facts of conversation: everything that carries a state changes the queue or frees a slot.

use async_trait::async_trait;
use baton_kit::{
    data::{Fact, StoreError},
    events::{FactHandler, HandleError},
};
use baton_proto::conversation::v1::{ConversationState, EventKind};
use prost::Message as _;

use super::convert;
use crate::application::follow::Follow;

/// The handler.
pub struct ConversationFacts {
    /// What is done with them.
    pub follow: Follow,
}

#[async_trait]
impl FactHandler for ConversationFacts {
    async fn handle(&self, fact: &Fact) -> Result<(), HandleError> {
        if !carries_state(fact.kind) {
            return Ok(());
        }
        let state = ConversationState::decode(fact.body.as_slice())
            .map_err(|error| HandleError::Poison(error.to_string()))?;
        let seen = convert::seen(fact, &state).map_err(HandleError::Poison)?;
        self.follow.conversation(seen).await.map_err(handle_error)
    }
}

/// Kinds that this version does not know are passed over: their change comes with a known kind too, or does not concern the queue.
fn carries_state(kind: i32) -> bool {
    match EventKind::try_from(kind) {
        Ok(
            EventKind::Unspecified
            | EventKind::MessagePosted
            | EventKind::NoteChanged
            | EventKind::BriefAttached
            | EventKind::ReadMarked,
        )
        | Err(_) => false,
        Ok(
            EventKind::ConversationStarted
            | EventKind::ControlChanged
            | EventKind::AssignmentChanged
            | EventKind::StatusChanged
            | EventKind::PriorityChanged
            | EventKind::HandoffChanged
            | EventKind::ReplyOverdue,
        ) => true,
    }
}

/// What a fault of the store means for a fact.
pub fn handle_error(error: StoreError) -> HandleError {
    match error {
        StoreError::Unavailable(_) => HandleError::Retry(error.to_string()),
        StoreError::Conflict { .. } | StoreError::Broken(_) => HandleError::Poison(error.to_string()),
    }
}
