//! `NoteService`: what the staff writes for the staff.

use baton_kit::door::{fields::Fields, page, refusal::Refusal};
use baton_proto::{
    common::v1::ErrorReason,
    conversation::v1::{self as wire, note_service_server::NoteService},
};
use tonic::{Request, Response, Status};

use super::{convert, status, who};
use crate::{
    application::leave_note::{Jotting, LeaveNote},
    domain::ids::ConversationId,
};

/// The server.
#[derive(Clone)]
pub struct NoteApi {
    /// What it does.
    pub notes: LeaveNote,
}

#[tonic::async_trait]
impl NoteService for NoteApi {
    async fn create_note(
        &self,
        request: Request<wire::CreateNoteRequest>,
    ) -> Result<Response<wire::CreateNoteResponse>, Status> {
        let caller = who::caller(&request)?;
        let (author, jotting) = (who::member(&caller)?, jotting(request.get_ref())?);
        let left = self.notes.leave(who::scope(&caller)?, author, jotting).await;
        let note = left.map_err(|refused| status::note(&refused))?;
        Ok(Response::new(wire::CreateNoteResponse { note: Some(convert::note(&note)) }))
    }

    async fn list_notes(
        &self,
        request: Request<wire::ListNotesRequest>,
    ) -> Result<Response<wire::ListNotesResponse>, Status> {
        let caller = who::caller(&request)?;
        let (id, after, size, bound) = query(request.get_ref())?;
        let page = self.notes.list(who::scope(&caller)?, id, after, size).await;
        let (found, next) = page.map_err(|refused| status::read(&refused))?;
        Ok(Response::new(wire::ListNotesResponse {
            notes: found.iter().map(convert::note).collect(),
            next_page_token: next
                .map(|revision| page::seal(&bound, &revision.to_be_bytes()))
                .unwrap_or_default(),
        }))
    }
}

fn jotting(wire: &wire::CreateNoteRequest) -> Result<Jotting, Refusal> {
    let mut fields = Fields::new();
    let request_id = fields.request_id("request_id", &wire.request_id);
    let conversation = fields.parsed("conversation_id", &wire.conversation_id);
    let text = fields.message_text("text", &wire.text);
    let (request_id, conversation, text) = fields.all((request_id, conversation, text))?;
    Ok(Jotting { conversation, text, request_id })
}

fn query(wire: &wire::ListNotesRequest) -> Result<(ConversationId, i64, u32, String), Refusal> {
    let mut fields = Fields::new();
    let id = fields.parsed::<ConversationId>("conversation_id", &wire.conversation_id);
    let size = fields.page_size("page_size", wire.page_size, 100, 500);
    let (id, size) = fields.all((id, size))?;
    let bound = format!("notes {id}");
    if wire.page_token.is_empty() {
        return Ok((id, 0, size, bound));
    }
    let refused = || Refusal::new(ErrorReason::InvalidToken, "the page token was not made for this list");
    let after =
        page::open(&bound, &wire.page_token)?.try_into().map(i64::from_be_bytes).map_err(|_| refused())?;
    Ok((id, after, size, bound))
}
