//! A page of a make-believe shop that carries the widget, and the way from there to the inbox. Only where there is a demo workspace.

use axum::{Router, extract::State, http::StatusCode, response::Response, routing::get};
use minijinja::{context, value::Serde};

use super::Pages;

pub(super) fn routes() -> Router<Pages> {
    Router::new().route("/demo", get(shop))
}

async fn shop(State(pages): State<Pages>) -> Response {
    let Some(demo) = pages.demo() else {
        return pages.documents().nothing();
    };
    let values = context! { key => &demo.widget_key, mails => demo.mails_of.is_some(), sign_in => Serde(&demo.sign_in) };
    pages.documents().show(StatusCode::OK, "demo.html", values)
}
