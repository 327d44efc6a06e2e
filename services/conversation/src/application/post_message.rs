//! A message comes in: who writes decides under which condition.

use std::{sync::Arc, time::Duration};

use baton_kit::life::{clock::SharedClock, ids::SharedIds};

use super::ports::{AcceptRefused, ConversationReader, MessageAcceptor, Scope};
use crate::domain::{
    ids::{ContactId, ConversationId, MemberId, MessageId},
    message::{Message, Source},
    posting::{NewMessage, Writer},
};

/// Posts messages.
#[derive(Clone)]
pub struct PostMessage {
    /// Where they go.
    pub acceptor: Arc<dyn MessageAcceptor>,
    /// Whose conversation it is, for programs that speak for the contact.
    pub reader: Arc<dyn ConversationReader>,
    /// Time.
    pub clock: SharedClock,
    /// Ids.
    pub ids: SharedIds,
}

/// A message as it was sent.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The thread.
    pub conversation: ConversationId,
    /// The text.
    pub text: String,
    /// The sender's own id of it.
    pub client_message_id: String,
}

/// Who sends.
#[derive(Debug, Clone)]
pub enum Sender {
    /// The end user.
    Visitor(ContactId),
    /// A member.
    Member {
        /// Who.
        member: MemberId,
        /// The last member message they have seen.
        seen_member_sequence: Option<i64>,
    },
    /// The assistant.
    Assistant {
        /// The epoch its turn began under.
        epoch: i64,
        /// The visitor message it answers.
        visitor_sequence: i64,
        /// What it rests on.
        sources: Vec<Source>,
        /// It asks for something before a handoff that is to have followed after so long.
        handoff_within: Option<Duration>,
    },
    /// A program that speaks for the contact.
    Program,
}

impl PostMessage {
    /// Posts one.
    ///
    /// # Errors
    /// Why it is refused.
    pub async fn run(&self, scope: Scope, sender: Sender, draft: Draft) -> Result<Message, AcceptRefused> {
        let message = NewMessage {
            id: MessageId::from_uuid(self.ids.next()),
            workspace: scope.workspace,
            conversation: draft.conversation,
            writer: self.writer(scope, sender, draft.conversation).await?,
            text: draft.text,
            client_message_id: draft.client_message_id,
            at: self.clock.now(),
        };
        self.acceptor.accept(scope, message).await
    }

    async fn writer(
        &self,
        scope: Scope,
        sender: Sender,
        id: ConversationId,
    ) -> Result<Writer, AcceptRefused> {
        Ok(match sender {
            Sender::Visitor(contact) => Writer::Visitor(contact),
            Sender::Member { member, seen_member_sequence } => {
                Writer::Member { member, seen_member_sequence }
            }
            Sender::Assistant { epoch, visitor_sequence, sources, handoff_within } => {
                Writer::Assistant { epoch, visitor_sequence, sources, handoff_within }
            }
            Sender::Program => {
                let conversation =
                    self.reader.find(scope, id).await?.ok_or(AcceptRefused::NotFound("conversation"))?;
                Writer::Visitor(conversation.contact)
            }
        })
    }
}
