//! A member leaves a note for colleagues; others read it.

use std::sync::Arc;

use baton_kit::life::{clock::SharedClock, ids::SharedIds};

use super::{
    ports::{NewNote, NoteRefused, NoteStore, Scope},
    read_conversation::ReadRefused,
};
use crate::domain::{
    ids::{ConversationId, MemberId, NoteId},
    note::Note,
    weight,
};

/// Leaves and lists notes.
#[derive(Clone)]
pub struct LeaveNote {
    /// Where they are kept.
    pub notes: Arc<dyn NoteStore>,
    /// Time.
    pub clock: SharedClock,
    /// Ids.
    pub ids: SharedIds,
}

/// A note as it was written.
#[derive(Debug, Clone)]
pub struct Jotting {
    /// The thread.
    pub conversation: ConversationId,
    /// The text.
    pub text: String,
    /// The writer's own id of the request.
    pub request_id: String,
}

impl LeaveNote {
    /// Leaves one.
    ///
    /// # Errors
    /// Why it is refused.
    pub async fn leave(&self, scope: Scope, author: MemberId, jotting: Jotting) -> Result<Note, NoteRefused> {
        let note = NewNote {
            id: NoteId::from_uuid(self.ids.next()),
            scope,
            conversation: jotting.conversation,
            author,
            text: jotting.text,
            request_id: jotting.request_id,
            at: self.clock.now(),
        };
        self.notes.leave(note).await
    }

    /// Notes above a revision, and the revision the next page begins after if there is one.
    ///
    /// # Errors
    /// When the conversation is not there, or not the caller's.
    pub async fn list(
        &self,
        scope: Scope,
        id: ConversationId,
        after: i64,
        size: u32,
    ) -> Result<(Vec<Note>, Option<i64>), ReadRefused> {
        let found = self.notes.notes(scope, id, after, size + 1).await?;
        let (found, more) = weight::page(found.ok_or(ReadRefused::NotFound)?, size);
        let next = found.last().filter(|_| more).map(|last| last.revision);
        Ok((found, next))
    }
}
