//! The widget's routes: a visitor's session, their thread, their words, their stream. The token stands in the Authorization header.

mod contact;
mod handoff;
mod messages;
mod presence;
mod session;
mod stream;
mod thread;
mod view;

pub(crate) use view::{Delta, Promise, Source, activity_frame, frame};

use utoipa_axum::{router::OpenApiRouter, routes};

use super::app::App;

/// Every widget route.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(session::open))
        .routes(routes!(thread::read))
        .routes(routes!(messages::post))
        .routes(routes!(handoff::request))
        .routes(routes!(handoff::withdraw))
        .routes(routes!(contact::leave_email))
        .routes(routes!(presence::activity))
        .routes(routes!(presence::read))
        .routes(routes!(stream::follow))
}
