//! Makes a first assistant with something to know, once, for a suite that has just been set up.
//!
//! Must not know what the demo is about.

use baton_kit::{
    data::{RequestKey, StoreError},
    life::ids::WorkspaceId,
};

use super::{
    create_assistant::{self, CreateAssistant},
    create_document::{self, CreateDocument},
    find_assistants::FindAssistants,
    list_documents::ListDocuments,
    ports::Actor,
};
use crate::domain::{
    assistant::{Assistant, AssistantSettings, HandoffAction},
    document::DocumentText,
};

/// Whose request ids these are.
const PRINCIPAL: &str = "bootstrap";
/// How much is looked through for what is there already.
const LOOK: u32 = 200;

/// After how many repetitions a first assistant hands over.
const FIRST_REPEATS: u8 = 3;

/// What to set up.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The assistant's name, by which it is recognised the next time.
    pub name: String,
    /// Free text for a model.
    pub instructions: String,
    /// Whether it may hand over.
    pub handoff_enabled: bool,
    /// What it knows; recognised by title.
    pub documents: Vec<DocumentText>,
}

/// Why it was not set up.
#[derive(Debug, thiserror::Error)]
pub enum BootstrapError {
    /// The assistant could not be made.
    #[error("the first assistant cannot be made: {0}")]
    Assistant(#[from] create_assistant::Refused),
    /// A document could not be added.
    #[error("the first documents cannot be added: {0}")]
    Document(#[from] create_document::Refused),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The use case.
#[derive(Clone)]
pub struct Bootstrap {
    pub(crate) create_assistant: CreateAssistant,
    pub(crate) find_assistants: FindAssistants,
    pub(crate) create_document: CreateDocument,
    pub(crate) list_documents: ListDocuments,
}

impl Bootstrap {
    /// Makes what is not there yet. Fixed request ids settle a race of two first starts; the look beforehand settles every later
    /// start, when the request ids are long forgotten.
    ///
    /// # Errors
    /// As [`BootstrapError`] says.
    pub async fn run(&self, workspace: WorkspaceId, wanted: Wanted) -> Result<Assistant, BootstrapError> {
        let (assistants, _) = self.find_assistants.list(workspace, None, LOOK).await?;
        let known = assistants.into_iter().find(|assistant| assistant.settings.name == wanted.name);
        let (there, _) = self.list_documents.run(workspace, None, LOOK).await?;
        for (n, content) in wanted.documents.iter().enumerate() {
            if there.iter().all(|document| document.content.title != content.title) {
                let key = key(workspace, "CreateDocument", format!("bootstrap-document-{n}"));
                let command =
                    create_document::Command { key, actor: Actor::System, content: content.clone() };
                self.create_document.run(command).await?;
            }
        }
        match known {
            Some(assistant) => Ok(assistant),
            None => self.make(workspace, wanted).await,
        }
    }

    async fn make(&self, workspace: WorkspaceId, wanted: Wanted) -> Result<Assistant, BootstrapError> {
        // Nothing to gather: the first thing a demo shows is a person, not a form.
        let handoff = HandoffAction {
            enabled: wanted.handoff_enabled,
            auto_assign_priority: true,
            after_repeats: FIRST_REPEATS,
            on_negative_mood: true,
            ..HandoffAction::default()
        };
        // A demo stands on Baton's own pages.
        let settings = AssistantSettings {
            name: wanted.name,
            instructions: wanted.instructions,
            handoff,
            allowed_sites: Vec::new(),
        };
        let key = key(workspace, "CreateAssistant", "bootstrap-assistant".to_owned());
        let command = create_assistant::Command { key, actor: Actor::System, settings };
        Ok(self.create_assistant.run(command).await?)
    }
}

fn key(workspace: WorkspaceId, method: &'static str, request_id: String) -> RequestKey {
    RequestKey { workspace, principal: PRINCIPAL.to_owned(), method, request_id }
}
