//! An end user, as far as the business knows them. What they are called and where they are reached is personal: it is never printed.

use std::fmt;

use baton_kit::life::ids::WorkspaceId;
use jiff::Timestamp;

use super::ids::ContactId;

/// An e-mail address that was found well-formed at the door. Not verified.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// An address as given.
    pub fn new(given: impl Into<String>) -> Self {
        Self(given.into())
    }

    /// As it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***@***")
    }
}

/// An end user.
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    /// The id.
    pub id: ContactId,
    /// The tenant.
    pub workspace: WorkspaceId,
    /// A program's own id of them.
    pub external_id: Option<String>,
    /// What they are called; empty if nobody said.
    pub display_name: String,
    /// Where they are reached.
    pub email: Option<EmailAddress>,
    /// When first seen.
    pub created_at: Timestamp,
    /// Rises with every change.
    pub revision: i64,
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, workspace, revision, .. } = self;
        let mut named = f.debug_struct("Contact");
        named
            .field("id", id)
            .field("workspace", workspace)
            .field("revision", revision)
            .finish_non_exhaustive()
    }
}

/// What is to be changed: what is named here, and nothing else.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ContactEdit {
    /// The name; empty for none.
    pub display_name: Option<String>,
    /// The address; `Some(None)` forgets it.
    pub email: Option<Option<EmailAddress>>,
}

impl fmt::Debug for ContactEdit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, email) = (self.display_name.is_some(), self.email.is_some());
        f.debug_struct("ContactEdit").field("display_name", &name).field("email", &email).finish()
    }
}

impl Contact {
    /// What a change must name, opaque outside.
    pub fn etag(&self) -> String {
        format!("r{}", self.revision)
    }

    /// The contact after the change, of the next revision; `None` if it is so already.
    pub fn edited(&self, edit: ContactEdit) -> Option<Self> {
        let mut contact = self.clone();
        contact.display_name = edit.display_name.unwrap_or(contact.display_name);
        contact.email = edit.email.unwrap_or(contact.email);
        (contact != *self).then(|| Self { revision: self.revision + 1, ..contact })
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn ada() -> Contact {
        Contact {
            id: ContactId::from_uuid(Uuid::from_u128(1)),
            workspace: WorkspaceId::from_uuid(Uuid::from_u128(2)),
            external_id: None,
            display_name: "Ada".to_owned(),
            email: Some(EmailAddress::new("ada@example.org")),
            created_at: Timestamp::UNIX_EPOCH,
            revision: 1,
        }
    }

    #[test]
    fn what_is_not_named_stays_and_what_is_so_already_makes_no_revision() {
        let named = ContactEdit { display_name: Some("Ada L.".to_owned()), email: None };
        let after = ada().edited(named.clone()).unwrap();
        assert_eq!((after.revision, after.email == ada().email), (2, true));
        assert_eq!(after.edited(named), None);
        assert_eq!(
            after.edited(ContactEdit { email: Some(None), ..ContactEdit::default() }).unwrap().email,
            None
        );
    }

    #[test]
    fn neither_name_nor_address_is_printed() {
        let edit = ContactEdit { display_name: Some("Ada".to_owned()), email: Some(ada().email) };
        let printed = format!("{:?} {edit:?} {:?}", ada(), ada().email);
        assert!(!printed.contains("Ada") && !printed.contains("example"), "{printed}");
    }
}
