//! Contacts over gRPC, in the name of the service `ai`.
//!
//! Must not know why they are read.

use async_trait::async_trait;
use baton_kit::door::peer::{Line, Peer};
use baton_proto::conversation::v1::{
    Contact, GetContactRequest, UpdateContactRequest, contact_service_client::ContactServiceClient,
};
use prost_types::FieldMask;

use super::conversation::{error_of, in_workspace};
use crate::{
    application::ports::{CallError, Contacts, KnownContact},
    domain::{assistant::ContactField, ids::ContactId, turn::Place},
};

/// The conversation service behind gRPC.
pub(crate) struct GrpcContacts {
    /// The service.
    pub peer: Peer,
}

#[async_trait]
impl Contacts for GrpcContacts {
    async fn read(&self, place: Place, contact: ContactId) -> Result<KnownContact, CallError> {
        let request = in_workspace(place, GetContactRequest { contact_id: contact.to_string() })?;
        let answered = self.client().get_contact(request).await.map_err(|status| error_of(&status))?;
        let found = answered.into_inner().contact;
        let Contact { display_name, email, etag, .. } = found.unwrap_or_default();
        Ok(KnownContact { display_name, email, etag })
    }

    async fn fill(
        &self,
        place: Place,
        contact: ContactId,
        etag: &str,
        values: &[(ContactField, String)],
    ) -> Result<(), CallError> {
        let mut new = Contact::default();
        for (field, value) in values {
            match field {
                ContactField::DisplayName => new.display_name.clone_from(value),
                ContactField::Email => new.email.clone_from(value),
            }
        }
        let paths = values.iter().map(|(field, _)| path_of(*field).to_owned()).collect();
        let request = UpdateContactRequest {
            contact_id: contact.to_string(),
            contact: Some(new),
            update_mask: Some(FieldMask { paths }),
            etag: etag.to_owned(),
        };
        let updated = self.client().update_contact(in_workspace(place, request)?).await;
        updated.map(drop).map_err(|status| error_of(&status))
    }
}

impl GrpcContacts {
    fn client(&self) -> ContactServiceClient<Line> {
        ContactServiceClient::new(self.peer.as_self())
    }
}

fn path_of(field: ContactField) -> &'static str {
    match field {
        ContactField::DisplayName => "display_name",
        ContactField::Email => "email",
    }
}
