//! Notes: what the staff writes for the staff.

use baton_proto::conversation::v1::{self as wire, CreateNoteRequest, ListNotesRequest, ListNotesResponse};

use super::{
    super::{
        answers::{Answer, Made, Paging, made, page, whole},
        body::Body,
        clients::Desk,
        params::{Id, Params},
    },
    view::Note,
};

page! {
    /// A page of notes, oldest first.
    NotePage of notes: Note from ListNotesResponse
}

/// A note to be left.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewNote {
    /// The client's own id of the request: 1 to 64 printable ASCII characters. Sent again, it is stored once.
    request_id: String,
    /// 1 byte to 16 KiB of UTF-8.
    text: String,
}

/// The note as stored.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct Noted {
    /// The note.
    note: Note,
}

impl From<wire::Note> for Noted {
    fn from(note: wire::Note) -> Self {
        Self { note: note.into() }
    }
}

/// Lists the notes of a conversation, oldest first.
#[utoipa::path(get, path = "/v1/inbox/conversations/{id}/notes", operation_id = "listNotes", tag = "inbox", params(Paging),
    responses((status = 200, body = NotePage)))]
pub(super) async fn list(
    Desk(desk): Desk,
    Id(conversation_id): Id,
    Params(Paging { page_size, page_token }): Params<Paging>,
) -> Answer<NotePage> {
    whole(desk.notes().list_notes(ListNotesRequest { conversation_id, page_size, page_token }).await?)
}

/// Leaves a note. It reaches neither the visitor nor the assistant.
#[utoipa::path(post, path = "/v1/inbox/conversations/{id}/notes", operation_id = "createNote", tag = "inbox", request_body = NewNote,
    responses((status = 201, body = Noted)))]
pub(super) async fn create(
    Desk(desk): Desk,
    Id(conversation_id): Id,
    Body(NewNote { request_id, text }): Body<NewNote>,
) -> Made<Noted> {
    made(desk.notes().create_note(CreateNoteRequest { request_id, conversation_id, text }).await?)
}
