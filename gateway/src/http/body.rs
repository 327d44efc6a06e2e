//! Reads a JSON body: bounded in size and time, one type, nothing unknown in it. Must not know which type.

use axum::{
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header},
};
use baton_kit::life::clock;
use bytes::Bytes;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use super::{app::App, problem::Problem};

/// The body of a request.
pub(crate) struct Body<T>(pub T);

/// The body of a request that brings a document, and may be longer.
pub(crate) struct LongBody<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        parse(request, app, app.max_body).await.map(Self)
    }
}

impl<T: DeserializeOwned> FromRequest<App> for LongBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        parse(request, app, app.max_document).await.map(Self)
    }
}

async fn parse<T: DeserializeOwned>(request: Request, app: &App, limit: usize) -> Result<T, Problem> {
    if !is_json(request.headers()) {
        return Err(Problem::http(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send application/json"));
    }
    if announced(request.headers()).is_some_and(|length| length > limit) {
        return Err(too_large(limit));
    }
    let reading = read(request.into_body(), limit);
    // The whole body within one time, however it drips.
    let late = |_| Problem::http(StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time");
    let bytes = clock::timeout(&app.clock, app.body_deadline, reading).await.map_err(late)??;
    // Doubled keys, unknown keys, text behind the end, NaN, deep nesting, bad UTF-8 and byte order marks all fail here.
    serde_json::from_slice(&bytes).map_err(|error| Problem::field("body", error))
}

/// Whether a request says that it carries JSON.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn announced(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn read(body: axum::body::Body, limit: usize) -> Result<Bytes, Problem> {
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large(limit)),
        Err(_) => Err(Problem::http(StatusCode::BAD_REQUEST, "the body broke off")),
    }
}

fn too_large(limit: usize) -> Problem {
    Problem::http(StatusCode::PAYLOAD_TOO_LARGE, &format!("the body may have at most {limit} bytes"))
}
