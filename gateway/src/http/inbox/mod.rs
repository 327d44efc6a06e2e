//! The inbox's routes: for the staff, by session cookie, guarded against requests that other sites make browsers send.

mod assignment;
mod assistants;
mod availability;
mod brief;
mod canned;
mod contacts;
mod control;
mod conversations;
mod guard;
mod hours;
mod keys;
mod knowledge;
mod ledger;
mod members;
mod messages;
mod notes;
mod notices;
mod preferences;
mod presence;
mod rendering;
mod routes;
mod routing;
mod sign_in;
mod stream;
mod teams;
mod urgency;
mod view;

pub(crate) use view::{activity_frame, frame, notice_frame};

use axum::middleware;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::app::App;

/// Every inbox route behind its guard.
pub(super) fn routes(app: &App) -> OpenApiRouter<App> {
    handlers().layer(middleware::from_fn_with_state(app.clone(), guard::check))
}

/// Every inbox route.
pub(super) fn handlers() -> OpenApiRouter<App> {
    OpenApiRouter::new().merge(people()).merge(threads()).merge(work()).merge(told()).merge(settings())
}

/// Who is there.
fn people() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(sign_in::sign_in))
        .routes(routes!(sign_in::sign_out))
        .routes(routes!(sign_in::me))
        .routes(routes!(members::list, members::create))
        .routes(routes!(members::read))
        .routes(routes!(members::set_roles))
        .routes(routes!(members::remove))
        .routes(routes!(teams::list, teams::create))
        .routes(routes!(teams::read, teams::update))
        .routes(routes!(teams::set_members))
        .routes(routes!(teams::archive))
        .routes(routes!(contacts::list))
        .routes(routes!(contacts::read, contacts::update))
        .routes(routes!(availability::list, availability::set))
}

/// What is said.
fn threads() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(conversations::list))
        .routes(routes!(conversations::read))
        .routes(routes!(messages::list, messages::post))
        .routes(routes!(notes::list, notes::create))
        .routes(routes!(presence::read))
        .routes(routes!(presence::read_marks))
        .routes(routes!(presence::activity))
        .routes(routes!(brief::regenerate))
        .routes(routes!(stream::follow))
}

/// Who has a conversation, and how urgent it is.
fn work() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(control::take_over))
        .routes(routes!(control::hand_back))
        .routes(routes!(control::resolve))
        .routes(routes!(control::reopen))
        .routes(routes!(control::wake))
        .routes(routes!(assignment::assign))
        .routes(routes!(control::unassign))
        .routes(routes!(assignment::hand_to_team))
        .routes(routes!(assignment::set_team))
        .routes(routes!(urgency::set_priority))
        .routes(routes!(urgency::snooze))
        .routes(routes!(routing::explain))
}

/// What members are told, and what was decided about telling anybody.
fn told() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(notices::list))
        .routes(routes!(notices::read))
        .routes(routes!(preferences::read, preferences::set))
        .routes(routes!(ledger::list))
}

/// How it is set up.
fn settings() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(hours::read, hours::set))
        .routes(routes!(hours::check))
        .routes(routes!(assistants::list, assistants::create))
        .routes(routes!(assistants::read, assistants::update))
        .routes(routes!(knowledge::list, knowledge::create))
        .routes(routes!(knowledge::delete))
        .routes(routes!(knowledge::search))
        .routes(routes!(canned::list, canned::create))
        .routes(routes!(canned::read, canned::update, canned::delete))
        .routes(routes!(rendering::render))
        .routes(routes!(keys::list, keys::create))
        .routes(routes!(keys::revoke))
}
