//! Facts of conversation: what members wrote and read, and how conversations changed.

use async_trait::async_trait;
use baton_kit::{
    data::{Fact, StoreError},
    events::{FactHandler, HandleError},
    life::clock::SharedClock,
};
use baton_proto::{
    common::v1::ActorKind,
    conversation::v1::{ConversationState, EventKind},
};

use super::convert;
use crate::{
    application::{
        follow::{Follow, FollowError},
        ports::Place,
    },
    domain::ids::{ConversationId, MemberId},
};

/// The handler.
pub struct ConversationFacts {
    /// What is done with them.
    pub follow: Follow,
    /// Says when they were heard of.
    pub clock: SharedClock,
}

#[async_trait]
impl FactHandler for ConversationFacts {
    async fn handle(&self, fact: &Fact) -> Result<(), HandleError> {
        let by = member_of(fact);
        match (EventKind::try_from(fact.kind), by, fact.sequence) {
            (Ok(EventKind::MessagePosted), Some(member), Some(sequence)) => {
                self.follow.answer(self.place(fact), member, sequence).await.map_err(handle_error)
            }
            (Ok(EventKind::ReadMarked), Some(member), Some(sequence)) => {
                self.follow.read(self.place(fact), member, sequence).await.map_err(handle_error)
            }
            (Ok(kind), by, _) if carries_state(kind) => {
                let state: ConversationState = decoded(fact)?;
                let overdue = kind == EventKind::ReplyOverdue;
                let change = convert::change(fact, &state, by, overdue).map_err(HandleError::Poison)?;
                self.follow.change(self.place(fact), change).await.map_err(handle_error)
            }
            // Also kinds that this version does not know: their change comes with a known kind too, or concerns nobody here.
            _ => Ok(()),
        }
    }
}

impl ConversationFacts {
    fn place(&self, fact: &Fact) -> Place {
        Place {
            workspace: fact.workspace,
            conversation: ConversationId::from_uuid(fact.subject),
            at: fact.at,
            heard_at: self.clock.now(),
            traceparent: fact.traceparent.clone(),
        }
    }
}

/// The member who did it. A notice in the thread is a message of whoever brought it about: that nobody wrote shows
/// when the visitor's unread messages are asked for.
fn member_of(fact: &Fact) -> Option<MemberId> {
    let member = fact.actor.filter(|_| fact.actor_kind == ActorKind::Member as i32);
    member.map(MemberId::from_uuid)
}

fn carries_state(kind: EventKind) -> bool {
    match kind {
        EventKind::Unspecified
        | EventKind::MessagePosted
        | EventKind::NoteChanged
        | EventKind::BriefAttached
        | EventKind::ReadMarked => false,
        EventKind::ConversationStarted
        | EventKind::ControlChanged
        | EventKind::AssignmentChanged
        | EventKind::StatusChanged
        | EventKind::PriorityChanged
        | EventKind::HandoffChanged
        | EventKind::ReplyOverdue => true,
    }
}

/// The body of a fact.
pub fn decoded<M: prost::Message + Default>(fact: &Fact) -> Result<M, HandleError> {
    M::decode(fact.body.as_slice()).map_err(|error| HandleError::Poison(error.to_string()))
}

/// What a fault means for a fact.
pub fn handle_error(error: FollowError) -> HandleError {
    match &error {
        FollowError::Asked(_) | FollowError::Internal(StoreError::Unavailable(_)) => {
            HandleError::Retry(error.to_string())
        }
        FollowError::Internal(StoreError::Conflict { .. } | StoreError::Broken(_)) => {
            HandleError::Poison(error.to_string())
        }
    }
}
