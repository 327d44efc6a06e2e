//! `ContactService`: the end users.

use baton_kit::door::{fields::Fields, page, principal::Caller, refusal::Refusal};
use baton_proto::{
    common::v1::ErrorReason,
    conversation::v1::{self as wire, contact_service_server::ContactService},
};
use tonic::{Request, Response, Status};

use super::{convert::contacts as convert, status, who};
use crate::{
    application::{
        keep_contacts::KeepContacts,
        ports::{Page, contacts::ContactCursor},
    },
    domain::ids::ContactId,
};

/// The server.
#[derive(Clone)]
pub struct ContactApi {
    /// What it does.
    pub contacts: KeepContacts,
}

#[tonic::async_trait]
impl ContactService for ContactApi {
    async fn get_contact(
        &self,
        request: Request<wire::GetContactRequest>,
    ) -> Result<Response<wire::GetContactResponse>, Status> {
        let caller = who::caller(&request)?;
        let mut fields = Fields::new();
        let id = fields.parsed::<ContactId>("contact_id", &request.get_ref().contact_id);
        let (id,) = fields.all((id,))?;
        let found = self.contacts.one(caller.workspace()?, id).await;
        let contact = found.map_err(|refused| status::contact(&refused))?;
        Ok(Response::new(wire::GetContactResponse { contact: Some(convert::contact(&contact)) }))
    }

    async fn list_contacts(
        &self,
        request: Request<wire::ListContactsRequest>,
    ) -> Result<Response<wire::ListContactsResponse>, Status> {
        let caller = who::caller(&request)?;
        let (page, bound) = query(&caller, request.get_ref())?;
        let listed = self.contacts.list(caller.workspace()?, page).await;
        let (found, next) = listed.map_err(|error| status::store(&error))?;
        Ok(Response::new(wire::ListContactsResponse {
            contacts: found.iter().map(convert::contact).collect(),
            next_page_token: next.map(|cursor| seal(&bound, cursor)).unwrap_or_default(),
        }))
    }

    async fn update_contact(
        &self,
        request: Request<wire::UpdateContactRequest>,
    ) -> Result<Response<wire::UpdateContactResponse>, Status> {
        let caller = who::caller(&request)?;
        let change = convert::change(caller.workspace()?, request.into_inner())?;
        let edited = self.contacts.edit(change).await;
        let contact = edited.map_err(|refused| status::contact(&refused))?;
        Ok(Response::new(wire::UpdateContactResponse { contact: Some(convert::contact(&contact)) }))
    }

    async fn leave_email(
        &self,
        request: Request<wire::LeaveEmailRequest>,
    ) -> Result<Response<wire::LeaveEmailResponse>, Status> {
        let caller = who::caller(&request)?;
        let mut fields = Fields::new();
        let email = convert::email(&mut fields, "email", &request.get_ref().email);
        let (email,) = fields.all((email,))?;
        let contact = ContactId::from_uuid(caller.subject);
        let left = self.contacts.leave_email(who::scope(&caller)?, contact, email).await;
        left.map_err(|refused| status::contact(&refused))?;
        Ok(Response::new(wire::LeaveEmailResponse {}))
    }
}

fn query(
    caller: &Caller,
    wire: &wire::ListContactsRequest,
) -> Result<(Page<ContactCursor>, String), Refusal> {
    let mut fields = Fields::new();
    let size = fields.page_size("page_size", wire.page_size, 50, 200);
    let (size,) = fields.all((size,))?;
    let bound = format!("contacts {}", caller.workspace()?);
    let after = if wire.page_token.is_empty() { None } else { Some(open(&bound, &wire.page_token)?) };
    Ok((Page { after, size }, bound))
}

fn seal(bound: &str, cursor: ContactCursor) -> String {
    let mut payload = cursor.created_at.to_be_bytes().to_vec();
    payload.extend(cursor.id.uuid().as_bytes());
    page::seal(bound, &payload)
}

fn open(bound: &str, token: &str) -> Result<ContactCursor, Refusal> {
    let refused = || Refusal::new(ErrorReason::InvalidToken, "the page token was not made for this list");
    let payload = page::open(bound, token)?;
    let (created_at, id) = payload.split_at_checked(8).ok_or_else(refused)?;
    let created_at = created_at.try_into().map(i64::from_be_bytes).map_err(|_| refused())?;
    let id = uuid::Uuid::from_slice(id).map_err(|_| refused())?;
    Ok(ContactCursor { created_at, id: ContactId::from_uuid(id) })
}
