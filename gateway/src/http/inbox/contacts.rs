//! The end users.

use baton_proto::conversation::v1::{
    self as wire, GetContactRequest, ListContactsRequest, UpdateContactRequest,
};

use super::{
    super::{
        answers::{IfMatch, Tagged, WithEtag, mask, page, tagged},
        body::Body,
        clients::Desk,
        convert::{some, time},
        params::Id,
        problem::Problem,
    },
    routes::{list, read},
};

/// An end user.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct Contact {
    /// `cont_…`.
    id: String,
    /// A program's own id of the contact.
    external_id: Option<String>,
    /// Absent if nobody said.
    display_name: Option<String>,
    /// Absent if nobody said. Not verified.
    email: Option<String>,
    /// When first seen, RFC 3339.
    create_time: Option<String>,
    /// For `If-Match` of a change.
    etag: String,
}

page! {
    /// A page of contacts, newest first.
    ContactPage of contacts: Contact from wire::ListContactsResponse
}

/// What is to be known of a contact. What is absent stays; an empty text clears.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactChange {
    /// At most 80 characters.
    display_name: Option<String>,
    /// At most 254 bytes.
    email: Option<String>,
}

impl From<wire::Contact> for Contact {
    fn from(contact: wire::Contact) -> Self {
        Self {
            id: contact.id,
            external_id: some(contact.external_id),
            display_name: some(contact.display_name),
            email: some(contact.email),
            create_time: time(contact.create_time),
            etag: contact.etag,
        }
    }
}

impl Tagged for Contact {
    fn etag(&self) -> &str {
        &self.etag
    }
}

list! {
    /// Lists the contacts, newest first.
    "/v1/inbox/contacts" as "listContacts": contacts.list_contacts(ListContactsRequest) -> ContactPage
}

read! {
    /// Reads a contact.
    "/v1/inbox/contacts/{id}" as "readContact": contacts.get_contact(GetContactRequest { contact_id }) -> Contact, tagged
}

/// Changes what is known of a contact.
#[utoipa::path(patch, path = "/v1/inbox/contacts/{id}", operation_id = "updateContact", tag = "inbox", request_body = ContactChange,
    params(("If-Match" = String, Header, description = "The etag as last read, quoted.")),
    responses((status = 200, body = Contact)))]
pub(super) async fn update(
    Desk(desk): Desk,
    Id(contact_id): Id,
    IfMatch(etag): IfMatch,
    Body(change): Body<ContactChange>,
) -> Result<WithEtag<Contact>, Problem> {
    let update_mask =
        mask([("display_name", change.display_name.is_some()), ("email", change.email.is_some())]);
    let contact = wire::Contact {
        display_name: change.display_name.unwrap_or_default(),
        email: change.email.unwrap_or_default(),
        ..wire::Contact::default()
    };
    let request = UpdateContactRequest { contact_id, contact: Some(contact), update_mask, etag };
    tagged(desk.contacts().update_contact(request).await?)
}
