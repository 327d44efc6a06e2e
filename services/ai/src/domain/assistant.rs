//! An assistant and its handoff action.
//!
//! Must not know how either is stored or shown.

use baton_kit::life::ids::WorkspaceId;
use jiff::Timestamp;

use super::ids::AssistantId;

/// Rules and wishes for handing over to people. The default is the action as it is from creation: there, and off.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct HandoffAction {
    /// Whether the assistant may hand over.
    pub enabled: bool,
    /// Free text for a model.
    pub when_to_use: String,
    /// Phrases that hand over at once.
    pub phrases: Vec<String>,
    /// Hand over after this many questions in a row without an answer; 0 for never.
    pub after_no_answers: u8,
}

/// What a person decides about an assistant.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AssistantSettings {
    /// Shown to visitors.
    pub name: String,
    /// Free text for a model.
    pub instructions: String,
    /// The action *Human Handoff*.
    pub handoff: HandoffAction,
}

/// An assistant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assistant {
    /// Its id.
    pub id: AssistantId,
    /// The tenant.
    pub workspace: WorkspaceId,
    /// What a person decided about it.
    pub settings: AssistantSettings,
    /// The public key of its widget.
    pub widget_key: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Rises with every change.
    pub revision: i64,
}
