//! Somebody looks at a contact, mends what is known of them, or the contact says where they are reached.

use std::sync::Arc;

use baton_kit::{
    data::StoreError,
    life::{clock::SharedClock, ids::WorkspaceId},
};

use super::ports::{
    Page, Scope,
    contacts::{ContactChange, ContactCursor, ContactRefused, ContactStore, LeftEmail},
};
use crate::domain::{
    contact::{Contact, EmailAddress},
    ids::ContactId,
};

/// Reads and changes contacts.
#[derive(Clone)]
pub struct KeepContacts {
    /// Where they are kept.
    pub contacts: Arc<dyn ContactStore>,
    /// Time.
    pub clock: SharedClock,
}

impl KeepContacts {
    /// One contact.
    ///
    /// # Errors
    /// When it is not there, or another workspace's.
    pub async fn one(&self, workspace: WorkspaceId, id: ContactId) -> Result<Contact, ContactRefused> {
        self.contacts.contact(workspace, id).await?.ok_or(ContactRefused::NotFound)
    }

    /// A page of contacts, and where the next begins if there is one.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn list(
        &self,
        workspace: WorkspaceId,
        page: Page<ContactCursor>,
    ) -> Result<(Vec<Contact>, Option<ContactCursor>), StoreError> {
        let one_more = Page { size: page.size + 1, ..page };
        let mut found = self.contacts.contacts(workspace, one_more).await?;
        let more = found.len() > page.size as usize;
        found.truncate(page.size as usize);
        let cursor =
            |last: &Contact| ContactCursor { created_at: last.created_at.as_microsecond(), id: last.id };
        let next = found.last().filter(|_| more).map(cursor);
        Ok((found, next))
    }

    /// Changes one. An address that becomes known so is as good as one that was left: whatever handoff nobody took is promised an
    /// answer there, in the same write. After it, a repeat would be stale.
    ///
    /// # Errors
    /// When it is not there, or not as it was seen.
    pub async fn edit(&self, change: ContactChange) -> Result<Contact, ContactRefused> {
        self.contacts.edit_contact(change, self.clock.now()).await
    }

    /// Keeps where a contact is reached, and promises an answer there for whatever handoff nobody took.
    ///
    /// # Errors
    /// When the contact is not there, came by a link and has another address, or the store fails.
    pub async fn leave_email(
        &self,
        scope: Scope,
        contact: ContactId,
        email: EmailAddress,
    ) -> Result<(), ContactRefused> {
        self.contacts.leave_email(LeftEmail { scope, contact, email, at: self.clock.now() }).await
    }
}
