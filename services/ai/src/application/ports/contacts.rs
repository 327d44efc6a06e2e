//! What gathering needs to know of contacts.

use async_trait::async_trait;

use super::CallError;
use crate::domain::{assistant::ContactField, ids::ContactId, turn::Place};

/// What is known of a contact.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownContact {
    /// How they are called; empty if nobody said.
    pub display_name: String,
    /// Where they can be written to; empty if nobody said.
    pub email: String,
    /// What a change must name.
    pub etag: String,
}

impl KnownContact {
    /// Whether somebody said what belongs into a field.
    pub fn has(&self, field: ContactField) -> bool {
        match field {
            ContactField::DisplayName => !self.display_name.is_empty(),
            ContactField::Email => !self.email.is_empty(),
        }
    }
}

/// Reads and fills contacts.
#[async_trait]
pub trait Contacts: Send + Sync + 'static {
    /// What is known of one.
    async fn read(&self, place: Place, contact: ContactId) -> Result<KnownContact, CallError>;
    /// Writes fields of one as it was read; transient if it changed since.
    async fn fill(
        &self,
        place: Place,
        contact: ContactId,
        etag: &str,
        values: &[(ContactField, String)],
    ) -> Result<(), CallError>;
}
