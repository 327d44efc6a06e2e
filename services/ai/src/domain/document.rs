//! A piece of the knowledge base: a text with its title, or a question with its answer.
//!
//! Must not know how it is searched.

use baton_kit::life::ids::WorkspaceId;
use jiff::Timestamp;

use super::ids::DocumentId;

/// What a person writes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct DocumentText {
    /// The title, or the question.
    pub title: String,
    /// The text, or the answer.
    pub text: String,
    /// Where a visitor can read it; empty for none.
    pub uri: String,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// The tenant.
    pub workspace: WorkspaceId,
    /// What a person wrote.
    pub content: DocumentText,
    /// When it was added.
    pub created_at: Timestamp,
}
