//! Somebody says how far they have read; others look.

use std::sync::Arc;

use baton_kit::life::clock::SharedClock;

use super::{
    ports::{
        Scope,
        read_marks::{MarkRefused, NewMark, ReadMarkStore},
    },
    read_conversation::ReadRefused,
};
use crate::domain::{
    ids::ConversationId,
    read_mark::{ReadMark, Reader},
};

/// How many marks a list holds.
const MARKS: u32 = 500;

/// Keeps read marks.
#[derive(Clone)]
pub struct MarkRead {
    /// Where they are kept.
    pub marks: Arc<dyn ReadMarkStore>,
    /// Time.
    pub clock: SharedClock,
}

impl MarkRead {
    /// Moves the reader's mark on.
    ///
    /// # Errors
    /// Why it is refused.
    pub async fn mark(
        &self,
        scope: Scope,
        conversation: ConversationId,
        reader: Reader,
        sequence: i64,
    ) -> Result<ReadMark, MarkRefused> {
        let at = self.clock.now();
        self.marks.mark(NewMark { scope, conversation, reader, sequence, at }).await
    }

    /// The marks of a conversation, newest first.
    ///
    /// # Errors
    /// When it is not there, or not the caller's.
    pub async fn list(
        &self,
        scope: Scope,
        conversation: ConversationId,
    ) -> Result<Vec<ReadMark>, ReadRefused> {
        self.marks.marks(scope, conversation, MARKS).await?.ok_or(ReadRefused::NotFound)
    }
}
