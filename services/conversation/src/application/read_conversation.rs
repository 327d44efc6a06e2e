//! Somebody looks: one conversation, a list, a thread, what a turn needs.

use std::sync::Arc;

use baton_kit::{data::StoreError, life::ids::WorkspaceId};

use super::ports::{ConversationReader, ListCursor, ListFilter, Page, Scope, lists::Listed};
use crate::domain::{conversation::Conversation, ids::ConversationId, message::Message, weight};

/// How many messages a turn is given at most.
const TURN_MESSAGES: u32 = 100;

/// Reads conversations.
#[derive(Clone)]
pub struct ReadConversation {
    /// Where they are kept.
    pub reader: Arc<dyn ConversationReader>,
}

/// Why a read is refused.
#[derive(Debug, thiserror::Error)]
pub enum ReadRefused {
    /// No such conversation here.
    #[error("no such conversation")]
    NotFound,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ReadConversation {
    /// One conversation.
    ///
    /// # Errors
    /// When it is not there, or not the caller's.
    pub async fn one(&self, scope: Scope, id: ConversationId) -> Result<Conversation, ReadRefused> {
        self.reader.find(scope, id).await?.ok_or(ReadRefused::NotFound)
    }

    /// A page of conversations, and where the next begins if there is one.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn list(
        &self,
        workspace: WorkspaceId,
        filter: ListFilter,
        page: Page<ListCursor>,
    ) -> Result<(Vec<Listed>, Option<ListCursor>), ReadRefused> {
        let one_more = Page { size: page.size + 1, ..page };
        let mut found = self.reader.list(workspace, filter, one_more).await?;
        let more = found.len() > page.size as usize;
        found.truncate(page.size as usize);
        let cursor = |Listed { conversation: last, .. }: &Listed| ListCursor {
            created_at: last.created_at.as_microsecond(),
            id: last.id,
        };
        let next = found.last().filter(|_| more).map(cursor);
        Ok((found, next))
    }

    /// Messages above a sequence, and the sequence the next page begins after if there is one.
    ///
    /// # Errors
    /// When the conversation is not there, or not the caller's.
    pub async fn messages(
        &self,
        scope: Scope,
        id: ConversationId,
        after: i64,
        size: u32,
    ) -> Result<(Vec<Message>, Option<i64>), ReadRefused> {
        let conversation = self.one(scope, id).await?;
        let found = self.reader.messages(&conversation, after, size + 1).await?;
        let (found, more) = weight::page(found, size);
        let next = found.last().filter(|_| more).map(|last| last.sequence);
        Ok((found, next))
    }

    /// A conversation with its newest messages, for a turn of the assistant.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn for_turn(
        &self,
        scope: Scope,
        id: ConversationId,
    ) -> Result<(Conversation, Vec<Message>), ReadRefused> {
        let conversation = self.one(scope, id).await?;
        let messages = self.reader.newest_messages(&conversation, TURN_MESSAGES).await?;
        Ok((conversation, weight::newest(messages)))
    }
}
