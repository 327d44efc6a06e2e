//! The HTTP API: widget routes for visitors, inbox routes for the staff, and the document that describes both.

mod answers;
pub(crate) mod app;
mod body;
mod clients;
mod conventions;
mod convert;
mod doc;
pub(crate) mod inbox;
mod inputs;
mod last_event_id;
pub(crate) mod limits;
pub(crate) mod pace;
mod params;
pub(crate) mod problem;
pub(crate) mod session;
pub(crate) mod widget;
mod words;

pub use doc::openapi;

use axum::{Router, http::Method, routing::get};
use baton_proto::common::v1::ErrorReason;
use utoipa_axum::router::OpenApiRouter;

use app::App;
use problem::Problem;

/// Every route of the API, without the layers of the edge.
///
/// `pages` are those that browsers show; they are no part of the document.
pub(crate) fn router(app: App, pages: Router<App>) -> Router {
    let (router, _) = described(&app).split_for_parts();
    router
        .route("/openapi.json", get(doc::serve))
        .merge(pages)
        .fallback(async || Problem::new(ErrorReason::NotFound, "there is nothing at this address"))
        .method_not_allowed_fallback(not_allowed)
        .with_state(app)
}

fn described(app: &App) -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(doc::document()).merge(widget::routes()).merge(inbox::routes(app))
}

async fn not_allowed(method: Method) -> Problem {
    Problem::method_not_allowed(&method)
}
