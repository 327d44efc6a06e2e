//! Notes: what the staff writes for the staff.

use axum::{Json, extract::State, http::StatusCode};
use baton_proto::conversation::v1::{
    CreateNoteRequest, ListNotesRequest, note_service_client::NoteServiceClient,
};

use super::{
    super::{
        app::App,
        body::Body,
        convert::{present, some},
        params::{Id, Params},
        problem::{Document, Problem},
        session::Member,
    },
    view::Note,
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Page {
    /// At most this many; 100 if not given, at most 500.
    #[serde(default)]
    #[param(required = false)]
    page_size: i32,
    /// From the last page.
    page_token: Option<String>,
}

/// A page of notes, oldest first.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct NotePage {
    /// The page.
    notes: Vec<Note>,
    /// For the next page; absent on the last.
    next_page_token: Option<String>,
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

/// Lists the notes of a conversation, oldest first.
#[utoipa::path(get, path = "/v1/inbox/conversations/{id}/notes", operation_id = "listNotes", tag = "inbox",
    params(("id" = String, Path, description = "`conv_…`"), Page), security(("session" = [])),
    responses((status = 200, body = NotePage), (status = "default", body = Document, content_type = "application/problem+json")))]
pub(super) async fn list(
    State(app): State<App>,
    member: Member,
    Id(conversation_id): Id,
    Params(page): Params<Page>,
) -> Result<Json<NotePage>, Problem> {
    let mut notes = NoteServiceClient::new(app.peers.conversation.with_token(&member.token));
    let request = ListNotesRequest {
        conversation_id,
        page_size: page.page_size,
        page_token: page.page_token.unwrap_or_default(),
    };
    let answer = notes.list_notes(request).await?.into_inner();
    Ok(Json(NotePage {
        notes: answer.notes.into_iter().map(Note::from).collect(),
        next_page_token: some(answer.next_page_token),
    }))
}

/// Leaves a note. It reaches neither the visitor nor the assistant.
#[utoipa::path(post, path = "/v1/inbox/conversations/{id}/notes", operation_id = "createNote", tag = "inbox", request_body = NewNote,
    params(("id" = String, Path, description = "`conv_…`"), ("X-Baton-CSRF" = String, Header, description = "`1`")),
    security(("session" = [])),
    responses((status = 201, body = Noted), (status = "default", body = Document, content_type = "application/problem+json")))]
pub(super) async fn create(
    State(app): State<App>,
    member: Member,
    Id(conversation_id): Id,
    Body(note): Body<NewNote>,
) -> Result<(StatusCode, Json<Noted>), Problem> {
    let mut notes = NoteServiceClient::new(app.peers.conversation.with_token(&member.token));
    let request = CreateNoteRequest { request_id: note.request_id, conversation_id, text: note.text };
    let answer = notes.create_note(request).await?.into_inner();
    let note = present(answer.note, "note")?.into();
    Ok((StatusCode::CREATED, Json(Noted { note })))
}
