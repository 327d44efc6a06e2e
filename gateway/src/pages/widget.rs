//! The widget: the script that sites load, and the document it puts into a frame.

use axum::{
    Router,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::get,
};

use super::{
    Pages,
    answer::{self, Ancestors, Keep},
    files::{self, SITES_PLACE},
};

pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/widget.js", get(loader))
        .route("/widget/frame", get(frame))
        .route("/widget/resume", get(resume))
        .route("/widget/assets/{*name}", get(asset))
}

#[derive(serde::Deserialize)]
struct Which {
    #[serde(default)]
    key: String,
}

async fn loader(State(pages): State<Pages>, headers: HeaderMap) -> Response {
    match files::find("widget/loader.js") {
        Some(file) => answer::for_all_sites(answer::file(file, &headers, Keep::Briefly)),
        None => pages.documents().not_built(files::WHY_NOT),
    }
}

/// The document that sites carry: in the frames of those that may, and of nobody else.
async fn frame(State(pages): State<Pages>, which: Result<Query<Which>, QueryRejection>) -> Response {
    let key = which.map(|Query(which)| which.key).unwrap_or_default();
    match pages.0.sites.of(&key).await {
        Ok(Some(sites)) => widget(&pages, &sites, &Ancestors::Sites(&sites)),
        Ok(None) => pages.documents().nothing(),
        Err(status) => pages.documents().refused(&status),
    }
}

/// The same as a page of its own, behind a link in a mail. The link's token stands behind the `#`, so it comes neither here nor into a log.
async fn resume(State(pages): State<Pages>) -> Response {
    widget(&pages, &[], &Ancestors::None)
}

async fn asset(State(pages): State<Pages>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    match files::find(&format!("widget/assets/{name}")) {
        Some(file) => answer::file(file, &headers, Keep::Forever),
        None => pages.documents().nothing(),
    }
}

fn widget(pages: &Pages, sites: &[String], ancestors: &Ancestors<'_>) -> Response {
    let html = files::find("widget/index.html").and_then(|file| std::str::from_utf8(file.bytes).ok());
    let (Some(html), Ok(sites)) = (html, pages.documents().escaped(&sites.join(" "))) else {
        return pages.documents().not_built(files::WHY_NOT);
    };
    let filled = SITES_PLACE.replace("content=\"\"", &format!("content=\"{sites}\""));
    answer::document(StatusCode::OK, html.replacen(SITES_PLACE, &filled, 1), ancestors)
}
