//! What stands behind a mail's link to unsubscribe. Looking changes nothing: mail programs look at links by themselves.
//!
//! The token is the authority, so there is neither cookie nor origin to check, and a mail program may post by itself (RFC 8058).

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
    routing::get,
};
use baton_proto::internal::notification::v1::{
    DescribeUnsubscribeRequest, UnsubscribePage, UnsubscribeRequest,
};
use minijinja::context;

use super::Pages;

pub(super) fn routes() -> Router<Pages> {
    Router::new().route("/unsubscribe/{token}", get(ask).post(unsubscribe))
}

async fn ask(State(pages): State<Pages>, Path(token): Path<String>) -> Response {
    match pages.notification().describe_unsubscribe(DescribeUnsubscribeRequest { token }).await {
        Ok(answer) => {
            let UnsubscribePage { language, title, question, button, .. } =
                answer.into_inner().page.unwrap_or_default();
            let values = context! { language, title, text => question, button };
            pages.documents().show(StatusCode::OK, "unsubscribe.html", values)
        }
        Err(status) => pages.documents().refused(&status),
    }
}

/// The page's button and RFC 8058 both post a form; nothing in it says more than the address does, so it is not read.
async fn unsubscribe(State(pages): State<Pages>, Path(token): Path<String>) -> Response {
    match pages.notification().unsubscribe(UnsubscribeRequest { token }).await {
        Ok(answer) => {
            let UnsubscribePage { language, title, done, .. } = answer.into_inner().page.unwrap_or_default();
            pages.documents().show(StatusCode::OK, "message.html", context! { language, title, text => done })
        }
        Err(status) => pages.documents().refused(&status),
    }
}
