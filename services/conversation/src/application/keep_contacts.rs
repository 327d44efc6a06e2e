//! Somebody looks at a contact, mends what is known of them, or the contact says where they are reached.

use std::sync::Arc;

use baton_kit::{data::StoreError, life::ids::WorkspaceId};

use super::{
    command_conversation::{CommandConversation, Target},
    ports::{
        ChangeRefused, Page, Scope,
        contacts::{ContactChange, ContactCursor, ContactRefused, ContactStore},
    },
};
use crate::domain::{
    commands::Command,
    contact::{Contact, EmailAddress},
    ids::ContactId,
    message::Actor,
};

/// Reads and changes contacts.
#[derive(Clone)]
pub struct KeepContacts {
    /// Where they are kept.
    pub contacts: Arc<dyn ContactStore>,
    /// Promises an answer by mail where one is overdue.
    pub command: CommandConversation,
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

    /// Changes one. An address that becomes known so is as good as one that was left.
    ///
    /// # Errors
    /// When it is not there, or not as it was seen.
    pub async fn edit(&self, change: ContactChange) -> Result<Contact, ContactRefused> {
        let (workspace, reachable) = (change.workspace, matches!(change.edit.email, Some(Some(_))));
        let contact = self.contacts.edit_contact(change).await?;
        if reachable {
            self.promise_by_mail(workspace, contact.id, Actor::System).await?;
        }
        Ok(contact)
    }

    /// Keeps where a contact is reached, and promises an answer there for whatever handoff nobody took. The address is kept first: a
    /// deadline that passes meanwhile finds it.
    ///
    /// # Errors
    /// When the contact is not there, or the store fails; the same call again goes on.
    pub async fn leave_email(
        &self,
        workspace: WorkspaceId,
        contact: ContactId,
        email: EmailAddress,
    ) -> Result<(), ContactRefused> {
        if !self.contacts.leave_email(workspace, contact, email).await? {
            return Err(ContactRefused::NotFound);
        }
        self.promise_by_mail(workspace, contact, Actor::Visitor(contact)).await
    }

    async fn promise_by_mail(
        &self,
        workspace: WorkspaceId,
        contact: ContactId,
        by: Actor,
    ) -> Result<(), ContactRefused> {
        for conversation in self.contacts.waiting_of(workspace, contact).await? {
            let scope = Scope { workspace, contact: Some(contact) };
            let target = Target { scope, conversation, by };
            match self.command.run(target, Command::EmailKnown).await {
                Ok(_) => {}
                Err(ChangeRefused::Store(error)) => return Err(error.into()),
                // Taken, withdrawn or erased since: nothing is owed there by mail any more.
                Err(refused) => tracing::debug!(%conversation, %refused, "nothing to promise by mail"),
            }
        }
        Ok(())
    }
}
