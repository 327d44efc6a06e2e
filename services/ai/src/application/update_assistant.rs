//! Changes the settings of an assistant.
//!
//! Must not know who may.

use std::sync::Arc;

use baton_kit::life::{clock::SharedClock, ids::WorkspaceId};

use super::ports::{Actor, AssistantChange, AssistantStore, ChangeError};
use crate::domain::{
    assistant::{Assistant, AssistantEdit, Etag},
    ids::AssistantId,
};

/// What is wanted.
#[derive(Debug, Clone)]
pub struct Command {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// Who asks.
    pub actor: Actor,
    /// Which.
    pub assistant: AssistantId,
    /// What is to be changed.
    pub edit: AssistantEdit,
    /// Which state of it the asker saw.
    pub etag: Etag,
}

/// The use case.
#[derive(Clone)]
pub struct UpdateAssistant {
    /// Where assistants are kept.
    pub assistants: Arc<dyn AssistantStore>,
    /// Time.
    pub clock: SharedClock,
}

impl UpdateAssistant {
    /// The assistant as changed; what is so already stays as it is.
    ///
    /// # Errors
    /// As [`ChangeError`] says.
    pub async fn run(&self, command: Command) -> Result<Assistant, ChangeError> {
        let Command { workspace, actor, assistant, edit, etag } = command;
        let at = self.clock.now();
        self.assistants.change(AssistantChange { workspace, assistant, edit, etag, actor, at }).await
    }
}
