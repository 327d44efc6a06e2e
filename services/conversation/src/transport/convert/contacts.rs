//! Contacts, both ways.

use baton_kit::door::{fields::Fields, refusal::Refusal};
use baton_kit::life::ids::WorkspaceId;
use baton_proto::conversation::v1 as wire;

use super::time;
use crate::{
    application::ports::contacts::ContactChange,
    domain::contact::{Contact, ContactEdit, EmailAddress},
};

/// The longest name, characters.
const LONGEST_NAME: usize = 80;
/// The longest etag, characters.
const LONGEST_ETAG: usize = 64;

/// A contact for the staff.
pub fn contact(it: &Contact) -> wire::Contact {
    wire::Contact {
        id: it.id.to_string(),
        external_id: it.external_id.clone().unwrap_or_default(),
        display_name: it.display_name.clone(),
        email: it.email.as_ref().map(|email| email.as_str().to_owned()).unwrap_or_default(),
        create_time: Some(time(it.created_at)),
        etag: it.etag(),
    }
}

/// Reads a required address.
pub fn email(fields: &mut Fields, field: &str, text: &str) -> Option<EmailAddress> {
    fields.email(field, text.trim()).map(EmailAddress::new)
}

/// Reads UpdateContactRequest.
///
/// # Errors
/// Every fault of it.
pub fn change(workspace: WorkspaceId, wire: wire::UpdateContactRequest) -> Result<ContactChange, Refusal> {
    let mut fields = Fields::new();
    let contact = fields.parsed("contact_id", &wire.contact_id);
    let values = fields.present("contact", wire.contact).unwrap_or_default();
    let edit = edit(&mut fields, &values, &wire.update_mask.unwrap_or_default().paths);
    let etag = fields.token("etag", &wire.etag, 1..=LONGEST_ETAG);
    let (contact, edit, etag) = fields.all((contact, edit, etag))?;
    Ok(ContactChange { workspace, contact, edit, etag })
}

fn edit(fields: &mut Fields, values: &wire::Contact, mask: &[String]) -> Option<ContactEdit> {
    if mask.is_empty() {
        fields.fault("update_mask", "must name something");
    }
    let mut edit = ContactEdit::default();
    for path in mask {
        match path.as_str() {
            "display_name" => edit.display_name = Some(name(fields, &values.display_name)?),
            "email" => edit.email = Some(email_or_none(fields, &values.email)?),
            _ => fields.fault("update_mask", "may name display_name and email only"),
        }
    }
    Some(edit)
}

fn name(fields: &mut Fields, given: &str) -> Option<String> {
    if given.is_empty() {
        Some(String::new())
    } else {
        fields.name("contact.display_name", given, LONGEST_NAME)
    }
}

fn email_or_none(fields: &mut Fields, given: &str) -> Option<Option<EmailAddress>> {
    if given.is_empty() { Some(None) } else { email(fields, "contact.email", given).map(Some) }
}
