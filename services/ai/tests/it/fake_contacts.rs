//! Conversation's contacts: one, with an etag that changes with every change.

use baton_kit::door::refusal::Refusal;
use baton_proto::{
    common::v1::ErrorReason,
    conversation::v1::{
        Contact, GetContactRequest, GetContactResponse, LeaveEmailRequest, LeaveEmailResponse,
        ListContactsRequest, ListContactsResponse, UpdateContactRequest, UpdateContactResponse,
        contact_service_server::ContactService,
    },
};
use tonic::{Request, Response, Status};

use super::fake_conversation::FakeConversation;

/// A conversation that nobody holds, touched so that whoever waits looks again.
pub const ANY: &str = "";

#[tonic::async_trait]
impl ContactService for FakeConversation {
    async fn get_contact(
        &self,
        _: Request<GetContactRequest>,
    ) -> Result<Response<GetContactResponse>, Status> {
        let contact = self.contact.lock().unwrap().clone();
        Ok(Response::new(GetContactResponse { contact: Some(contact) }))
    }

    async fn update_contact(
        &self,
        request: Request<UpdateContactRequest>,
    ) -> Result<Response<UpdateContactResponse>, Status> {
        assert!(request.metadata().contains_key("x-baton-workspace"));
        let request = request.into_inner();
        let mut contact = self.contact.lock().unwrap();
        if request.etag != contact.etag {
            return Err(Refusal::new(ErrorReason::StaleEtag, "stale").into());
        }
        let new = request.contact.unwrap_or_default();
        for path in request.update_mask.unwrap_or_default().paths {
            match path.as_str() {
                "email" => contact.email.clone_from(&new.email),
                "display_name" => contact.display_name.clone_from(&new.display_name),
                other => panic!("{other}"),
            }
        }
        contact.etag.push('+');
        let changed: Contact = contact.clone();
        drop(contact);
        self.room(ANY, |_| ());
        Ok(Response::new(UpdateContactResponse { contact: Some(changed) }))
    }

    async fn list_contacts(
        &self,
        _: Request<ListContactsRequest>,
    ) -> Result<Response<ListContactsResponse>, Status> {
        Err(Refusal::new(ErrorReason::Unimplemented, "ai does not call this").into())
    }

    async fn leave_email(
        &self,
        _: Request<LeaveEmailRequest>,
    ) -> Result<Response<LeaveEmailResponse>, Status> {
        Err(Refusal::new(ErrorReason::Unimplemented, "ai does not call this").into())
    }
}
