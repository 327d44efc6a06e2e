//! What is needed to know the end users.

use async_trait::async_trait;
use baton_kit::{data::StoreError, life::ids::WorkspaceId};

use super::Page;
use crate::domain::{
    contact::{Contact, ContactEdit, EmailAddress},
    ids::{ContactId, ConversationId},
};

/// Keeps contacts.
#[async_trait]
pub trait ContactStore: Send + Sync {
    /// One.
    async fn contact(&self, workspace: WorkspaceId, id: ContactId) -> Result<Option<Contact>, StoreError>;
    /// A page, newest first.
    async fn contacts(
        &self,
        workspace: WorkspaceId,
        page: Page<ContactCursor>,
    ) -> Result<Vec<Contact>, StoreError>;
    /// Changes one that is as somebody saw it.
    async fn edit_contact(&self, change: ContactChange) -> Result<Contact, ContactRefused>;
    /// Keeps an address. `false` if the contact is not there.
    async fn leave_email(
        &self,
        workspace: WorkspaceId,
        contact: ContactId,
        email: EmailAddress,
    ) -> Result<bool, StoreError>;
    /// Which of a contact's conversations wait for a person: at most one an assistant.
    async fn waiting_of(
        &self,
        workspace: WorkspaceId,
        contact: ContactId,
    ) -> Result<Vec<ConversationId>, StoreError>;
}

/// Where a page of contacts ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContactCursor {
    /// `created_at` of the last, microseconds.
    pub created_at: i64,
    /// Its id.
    pub id: ContactId,
}

/// A change of a contact.
#[derive(Debug, Clone)]
pub struct ContactChange {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// Who is changed.
    pub contact: ContactId,
    /// What.
    pub edit: ContactEdit,
    /// What was seen.
    pub etag: String,
}

/// Why a contact is not changed.
#[derive(Debug, thiserror::Error)]
pub enum ContactRefused {
    /// No such contact here.
    #[error("no such contact")]
    NotFound,
    /// It changed since.
    #[error("the contact changed since it was read")]
    Stale {
        /// What it is now.
        etag: String,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}
