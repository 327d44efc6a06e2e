//! Makes an assistant.
//!
//! Must not know who may.

use std::sync::Arc;

use baton_kit::{
    data::{RequestKey, StoreError},
    life::{
        clock::SharedClock,
        ids::{SharedIds, base32},
    },
};

use super::ports::{Actor, AssistantStore, Once, Stored};
use crate::domain::{
    assistant::{Assistant, AssistantSettings},
    ids::AssistantId,
};

/// What is wanted.
#[derive(Debug, Clone)]
pub struct Command {
    /// What makes it the same request; names the tenant.
    pub key: RequestKey,
    /// Who asks.
    pub actor: Actor,
    /// The settings.
    pub settings: AssistantSettings,
}

/// Why it was not made.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The request id was used for another one.
    #[error("the request id was used before")]
    RequestIdReused,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The use case.
#[derive(Clone)]
pub struct CreateAssistant {
    /// Where it is kept.
    pub assistants: Arc<dyn AssistantStore>,
    /// Time.
    pub clock: SharedClock,
    /// Ids and random bytes.
    pub ids: SharedIds,
}

impl CreateAssistant {
    /// Makes it, once for the same request.
    ///
    /// # Errors
    /// As [`Refused`] says.
    pub async fn run(&self, command: Command) -> Result<Assistant, Refused> {
        let fingerprint =
            serde_json::to_vec(&command.settings).map_err(|error| StoreError::Broken(error.to_string()))?;
        let assistant = Assistant {
            id: AssistantId::from_uuid(self.ids.next()),
            workspace: command.key.workspace,
            settings: command.settings,
            widget_key: self.widget_key(),
            created_at: self.clock.now(),
            revision: 1,
        };
        let once = Once { key: command.key, fingerprint, actor: command.actor };
        match self.assistants.create(&once, &assistant).await? {
            Stored::Kept(assistant) => Ok(assistant),
            Stored::Reused => Err(Refused::RequestIdReused),
        }
    }

    /// Public, but not to be guessed: who has it may write to the assistant.
    fn widget_key(&self) -> String {
        let mut bytes = [0; 16];
        self.ids.fill(&mut bytes);
        format!("wk_{}", base32::encode(u128::from_be_bytes(bytes)))
    }
}
