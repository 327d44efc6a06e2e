//! A first message comes in.

use std::sync::Arc;

use baton_kit::life::{clock::SharedClock, ids::SharedIds, ids::WorkspaceId};

use super::ports::{AcceptRefused, ContactChoice, MessageAcceptor, NewConversation, StartedConversation};
use crate::domain::ids::{AssistantId, ContactId, ConversationId, MessageId};

/// Starts conversations.
#[derive(Clone)]
pub struct StartConversation {
    /// Where they are kept.
    pub acceptor: Arc<dyn MessageAcceptor>,
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
    /// Starts one, or posts onto the open one.
    ///
    /// # Errors
    /// Why it is refused.
    pub async fn run(
        &self,
        workspace: WorkspaceId,
        opening: Opening,
    ) -> Result<StartedConversation, AcceptRefused> {
        let contact = match opening.contact {
            NamedContact::Id(id) => ContactChoice::Known(id),
            NamedContact::External(name) => {
                ContactChoice::External(name, ContactId::from_uuid(self.ids.next()))
            }
        };
        let new = NewConversation {
            workspace,
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
}
