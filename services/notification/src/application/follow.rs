//! Follows the facts of conversation and team: notes what they change, and tells whom it concerns.

use std::sync::Arc;

use baton_kit::data::StoreError;

use super::{
    ports::{Answer, AskError, Book, Conversations, MemberSeen, Noted, Place, TeamSeen},
    work_through::Bell,
};
use crate::domain::{ids::MemberId, news::Change};

/// Why a fact was not noted.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// Conversation was asked whose it is, and did not answer.
    #[error("conversation was asked whose it is: {0}")]
    Asked(String),
    /// The database.
    #[error(transparent)]
    Internal(#[from] StoreError),
}

/// The use case.
#[derive(Clone)]
pub struct Follow {
    /// What facts lead to.
    pub book: Arc<dyn Book>,
    /// Asked whose conversation it is that nothing was heard of before.
    pub conversations: Arc<dyn Conversations>,
    /// Who works through mailings.
    pub bell: Bell,
}

impl Follow {
    /// A member is now so.
    pub async fn member(&self, seen: MemberSeen) -> Result<(), FollowError> {
        Ok(self.book.member(seen).await?)
    }

    /// A team is now so.
    pub async fn team(&self, seen: TeamSeen) -> Result<(), FollowError> {
        Ok(self.book.team(seen).await?)
    }

    /// A member has read on.
    pub async fn read(&self, place: Place, member: MemberId, sequence: i64) -> Result<(), FollowError> {
        Ok(self.book.read(place, member, sequence).await?)
    }

    /// A conversation changed.
    pub async fn change(&self, place: Place, change: Change) -> Result<(), FollowError> {
        self.book.change(place, change).await?;
        self.bell.ring();
        Ok(())
    }

    /// A member wrote to the visitor.
    pub async fn answer(&self, place: Place, by: MemberId, sequence: i64) -> Result<(), FollowError> {
        let answer = Answer { by, sequence, contact: None };
        if self.book.answer(place.clone(), answer).await? == Noted::UnknownContact {
            let asked = self.conversations.correspondence(place.workspace, place.conversation, None).await;
            let contact = match asked {
                Ok(known) => Some(known.contact),
                // It is gone, and so is whoever could read of it.
                Err(AskError::Gone) => return Ok(()),
                Err(AskError::Unavailable(why)) => return Err(FollowError::Asked(why)),
            };
            self.book.answer(place, Answer { by, sequence, contact }).await?;
        }
        self.bell.ring();
        Ok(())
    }
}
