//! What is needed to know the end users.

use async_trait::async_trait;
use baton_kit::{data::StoreError, life::ids::WorkspaceId};
use jiff::Timestamp;

use super::{Page, Scope};
use crate::domain::{
    contact::{Contact, ContactEdit, EmailAddress},
    ids::ContactId,
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
    /// Changes one that is as somebody saw it. If it can be reached by it, an answer is promised for every handoff that nobody took, in
    /// the same transaction.
    async fn edit_contact(&self, change: ContactChange, now: Timestamp) -> Result<Contact, ContactRefused>;
    /// Keeps where a contact is reached, with promises as above for what its scope reaches.
    async fn leave_email(&self, left: LeftEmail) -> Result<(), ContactRefused>;
}

/// An address as its contact left it.
#[derive(Debug, Clone)]
pub struct LeftEmail {
    /// The contact's view. Who came by a link may not replace an address: it decides about more than the link opens.
    pub scope: Scope,
    /// Who.
    pub contact: ContactId,
    /// Where.
    pub email: EmailAddress,
    /// Now.
    pub at: Timestamp,
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
    /// Who came by a link may not say where else a known contact is reached.
    #[error("an address is known, and a link does not allow to change it")]
    AddressKnown,
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
