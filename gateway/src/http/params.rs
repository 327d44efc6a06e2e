//! What an address carries: its query, read into one type, and the id in its path. Must not know what of.

use axum::{
    extract::{FromRequestParts, Path, Query},
    http::request::Parts,
};
use serde::de::DeserializeOwned;

use super::{app::App, problem::Problem};

/// The query of a request.
pub(crate) struct Params<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let read = Query::<T>::try_from_uri(&parts.uri);
        read.map(|Query(value)| Self(value)).map_err(|error| Problem::field("query", error.body_text()))
    }
}

/// Longer than any id of ours, bytes.
const LONGEST_ID: usize = 64;

/// The id in the path of a request; its form is the owner's to judge.
pub(crate) struct Id(pub String);

impl FromRequestParts<App> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let read = Path::<String>::from_request_parts(parts, app).await;
        read.map(|Path(id)| Self(id)).map_err(|_| Problem::field("id", "is not a readable id"))
    }
}

/// An id that is kept or counted here before its owner has judged it: no longer than an id can be.
pub(crate) fn short(field: &str, id: String) -> Result<String, Problem> {
    let fits = id.len() <= LONGEST_ID;
    fits.then_some(id).ok_or_else(|| Problem::field(field, format_args!("is longer than {LONGEST_ID} bytes")))
}
