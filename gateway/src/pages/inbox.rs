//! The inbox: one document for all its addresses, and its files.

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::get,
};

use super::{
    Pages,
    answer::{self, Ancestors, Keep},
    files,
};

pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/inbox", get(document))
        .route("/inbox/", get(document))
        .route("/inbox/{*view}", get(document))
        .route("/inbox/assets/{*name}", get(asset))
}

/// What an address shows is the application's to say.
async fn document(State(pages): State<Pages>) -> Response {
    let html = files::find("inbox/index.html").and_then(|file| std::str::from_utf8(file.bytes).ok());
    match html {
        Some(html) => answer::document(StatusCode::OK, html.to_owned(), &Ancestors::None),
        None => pages.documents().not_built(files::WHY_NOT),
    }
}

async fn asset(State(pages): State<Pages>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    match files::find(&format!("inbox/assets/{name}")) {
        Some(file) => answer::file(file, &headers, Keep::Forever),
        None => pages.documents().nothing(),
    }
}
