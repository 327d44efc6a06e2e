//! The inbox's routes: for the staff, by session cookie, guarded against requests that other sites make browsers send.

mod availability;
mod control;
mod conversations;
mod guard;
mod keys;
mod messages;
mod notes;
mod routing;
mod sign_in;
mod stream;
mod view;

pub(crate) use view::frame;

use axum::middleware;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::app::App;

/// Every inbox route behind its guard.
pub(super) fn routes(app: &App) -> OpenApiRouter<App> {
    handlers().layer(middleware::from_fn_with_state(app.clone(), guard::check))
}

/// Every inbox route.
pub(super) fn handlers() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(sign_in::sign_in))
        .routes(routes!(sign_in::sign_out))
        .routes(routes!(sign_in::me))
        .routes(routes!(conversations::list))
        .routes(routes!(conversations::read))
        .routes(routes!(messages::list, messages::post))
        .routes(routes!(notes::list, notes::create))
        .routes(routes!(control::take_over))
        .routes(routes!(control::hand_back))
        .routes(routes!(control::resolve))
        .routes(routes!(routing::explain))
        .routes(routes!(availability::set))
        .routes(routes!(keys::list, keys::create))
        .routes(routes!(keys::revoke))
        .routes(routes!(stream::follow))
}
