//! What is needed to let browsers in, and back.

use async_trait::async_trait;
use baton_kit::{data::StoreError, life::ids::WorkspaceId};
use jiff::Timestamp;

use super::Scope;
use crate::domain::ids::{AssistantId, ContactId, ConversationId};

/// Visitors' sessions and what the widget needs to open one.
#[async_trait]
pub trait VisitorSessions: Send + Sync {
    /// The assistant behind a widget key.
    async fn assistant_of_key(&self, widget_key: &str) -> Result<Option<WidgetAssistant>, StoreError>;
    /// The assistant of a conversation that is there.
    async fn assistant_of(
        &self,
        scope: Scope,
        conversation: ConversationId,
    ) -> Result<Option<WidgetAssistant>, StoreError>;
    /// Stores a new session with a new contact.
    async fn open(&self, session: NewSession) -> Result<(), StoreError>;
    /// Gives a session its next secret; `None` if the one used is not known, or good no more. The one used stays good until the next one
    /// was used, and a minute more.
    async fn renew(
        &self,
        used_hash: [u8; 32],
        next_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<RenewedSession>, StoreError>;
    /// Deletes sessions that nobody can renew any more, at most so many; says how many.
    async fn forget(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError>;
}

/// What the widget shows before anybody spoke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WidgetAssistant {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// The assistant.
    pub id: AssistantId,
    /// Its name.
    pub name: String,
    /// Whether it hands over to people.
    pub handoff_enabled: bool,
    /// The sites whose pages may carry its widget.
    pub allowed_sites: Vec<String>,
}

/// A session to be stored.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// The contact to make.
    pub contact: ContactId,
    /// What it is bound to.
    pub assistant: AssistantId,
    /// Hash of the renewal secret.
    pub secret_hash: [u8; 32],
    /// Now.
    pub at: Timestamp,
}

/// A session that goes on.
#[derive(Debug, Clone)]
pub struct RenewedSession {
    /// The assistant.
    pub assistant: WidgetAssistant,
    /// The contact.
    pub contact: ContactId,
}
