//! Which pages may call the widget's routes: ours, as the frame is one. Pages of a named origin of ours at another address are told so;
//! everybody else is refused and told nothing.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use baton_proto::common::v1::ErrorReason;

use crate::{http::problem::Problem, origins::Origins};

const WIDGET: &str = "/v1/widget/";
const ALLOWED_HEADERS: HeaderValue =
    HeaderValue::from_static("authorization, content-type, last-event-id, x-request-id");
const EXPOSED_HEADERS: HeaderValue = HeaderValue::from_static("x-request-id, retry-after");

/// Answers preflights and refusals, and marks answers of the widget's routes: also of what is `refused` already, or a page could not read why.
pub(super) async fn around(
    origins: &Origins,
    request: Request,
    refused: Option<Problem>,
    next: Next,
) -> Response {
    if !request.uri().path().starts_with(WIDGET) {
        return match refused {
            Some(problem) => problem.into_response(),
            None => next.run(request).await,
        };
    }
    let named = origins.named(request.headers()).cloned();
    if let Some(fault) = origins.fault(request.headers()) {
        return varied(Problem::new(ErrorReason::PermissionDenied, fault).into_response());
    }
    let preflight = named.is_some()
        && request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = match refused {
        Some(problem) => problem.into_response(),
        None if preflight => StatusCode::NO_CONTENT.into_response(),
        None => next.run(request).await,
    };
    if let Some(origin) = named {
        mark(response.headers_mut(), origin, preflight);
    }
    varied(response)
}

/// No cache may give one origin's answer to another.
fn varied(mut response: Response) -> Response {
    response.headers_mut().append(header::VARY, HeaderValue::from_static("origin"));
    response
}

fn mark(headers: &mut HeaderMap, origin: HeaderValue, preflight: bool) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    if preflight {
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_HEADERS);
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    } else {
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED_HEADERS);
    }
}
