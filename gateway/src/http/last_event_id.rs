//! Where a stream that comes back left off.

use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};

/// The `Last-Event-ID` of a request.
pub(crate) struct LastEventId(pub Option<String>);

impl<S: Sync> FromRequestParts<S> for LastEventId {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let value = parts.headers.get("last-event-id").and_then(|value| value.to_str().ok());
        Ok(Self(value.filter(|text| !text.is_empty()).map(str::to_owned)))
    }
}
