//! A first message comes in.

use std::sync::Arc;

use baton_kit::life::{clock::SharedClock, ids::SharedIds};

use super::ports::{
    AcceptRefused, ContactChoice, ConversationReader, MessageAcceptor, NewConversation, Scope,
    StartedConversation,
};
use crate::domain::{
    ids::{AssistantId, ContactId, ConversationId, MessageId},
    posting::{NewMessage, Writer},
};

/// Starts conversations.
#[derive(Clone)]
pub struct StartConversation {
    /// Where they are kept.
    pub acceptor: Arc<dyn MessageAcceptor>,
    /// What becomes of one that is gone on with.
    pub reader: Arc<dyn ConversationReader>,
    /// Time.
    pub clock: SharedClock,
    /// Ids.
    pub ids: SharedIds,
}

/// A start as it was asked for.
#[derive(Debug, Clone)]
pub struct Opening {
    /// What answers first.
    pub assistant: AssistantId,
    /// The end user.
    pub contact: NamedContact,
    /// The first message.
    pub text: String,
    /// The sender's own id of it.
    pub client_message_id: String,
    /// Where it takes place.
    pub channel: String,
    /// The channel's own id of the thread.
    pub external_id: Option<String>,
    /// What makes it.
    pub origin: &'static str,
}

/// A contact as the caller names it.
#[derive(Debug, Clone)]
pub enum NamedContact {
    /// By our id.
    Id(ContactId),
    /// By the caller's own id.
    External(String),
}

impl StartConversation {
    /// Starts one, or posts onto the open one. Who may reach one conversation only goes on with that.
    ///
    /// # Errors
    /// Why it is refused.
    pub async fn run(&self, scope: Scope, opening: Opening) -> Result<StartedConversation, AcceptRefused> {
        if let (Some(only), NamedContact::Id(contact)) = (scope.only, &opening.contact) {
            return self.go_on(scope, (only, *contact), opening).await;
        }
        let contact = match opening.contact {
            NamedContact::Id(id) => ContactChoice::Known(id),
            NamedContact::External(name) => {
                ContactChoice::External(name, ContactId::from_uuid(self.ids.next()))
            }
        };
        let new = NewConversation {
            workspace: scope.workspace,
            id: ConversationId::from_uuid(self.ids.next()),
            assistant: opening.assistant,
            contact,
            channel: opening.channel,
            external_id: opening.external_id,
            origin: opening.origin,
            message: MessageId::from_uuid(self.ids.next()),
            text: opening.text,
            client_message_id: opening.client_message_id,
            at: self.clock.now(),
        };
        self.acceptor.start(new).await
    }

    /// By the ordinary rules of a message: a resolved one is opened again, unless another one is open.
    async fn go_on(
        &self,
        scope: Scope,
        (conversation, contact): (ConversationId, ContactId),
        opening: Opening,
    ) -> Result<StartedConversation, AcceptRefused> {
        let message = NewMessage {
            id: MessageId::from_uuid(self.ids.next()),
            workspace: scope.workspace,
            conversation,
            writer: Writer::Visitor(contact),
            text: opening.text,
            client_message_id: opening.client_message_id,
            at: self.clock.now(),
        };
        let message = self.acceptor.accept(scope, message).await?;
        let after = self.reader.find(scope, conversation).await?;
        let conversation = after.ok_or(AcceptRefused::NotFound("conversation"))?;
        Ok(StartedConversation { conversation, message, created: false })
    }
}
