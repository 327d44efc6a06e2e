//! Refuses what another site made a browser send: foreign origins always, and changes that only a script of ours could have sent.
//!
//! The cookie is `SameSite=Strict` too; this does not rely on it. Must not know what a route does.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use baton_proto::common::v1::ErrorReason;

use super::super::{app::App, body::is_json, problem::Problem};
use crate::origins::Origins;

const CSRF_HEADER: &str = "x-baton-csrf";

/// The layer around the inbox routes.
pub(super) async fn check(State(app): State<App>, request: Request, next: Next) -> Response {
    match fault(request.method(), request.headers(), &app.origins) {
        Some(fault) => Problem::new(ErrorReason::PermissionDenied, fault).into_response(),
        None => next.run(request).await,
    }
}

fn fault(method: &Method, headers: &HeaderMap, origins: &Origins) -> Option<&'static str> {
    if let Some(fault) = origins.fault(headers) {
        return Some(fault);
    }
    if matches!(*method, Method::GET | Method::HEAD) {
        return None;
    }
    if headers.get(CSRF_HEADER).is_none_or(|value| value != "1") {
        return Some("send X-Baton-CSRF: 1");
    }
    (!is_json(headers)).then_some("send application/json")
}

#[cfg(test)]
mod tests {
    use baton_kit::life::config::Sources;

    use super::*;
    use crate::config::Config;

    fn check(method: Method, pairs: &[(&'static str, &str)]) -> bool {
        let config: Config = Sources::from_parts(toml::Table::default(), []).load().unwrap();
        let headers =
            pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        fault(&method, &headers, &Origins::of(&config)).is_none()
    }

    #[test]
    fn s_32_other_origins_may_not_even_read() {
        assert!(check(Method::GET, &[("origin", "http://127.0.0.1:8080")]));
        assert!(!check(Method::GET, &[("origin", "http://127.0.0.1:8081")]));
        assert!(!check(Method::GET, &[("sec-fetch-site", "cross-site")]));
    }

    #[test]
    fn s_33_a_change_needs_the_header_and_json() {
        let (csrf, json) = (("x-baton-csrf", "1"), ("content-type", "application/json; charset=utf-8"));
        assert!(check(Method::POST, &[csrf, json]));
        assert!(!check(Method::POST, &[json]));
        assert!(!check(Method::POST, &[csrf]));
        assert!(!check(Method::POST, &[csrf, ("content-type", "text/plain")]));
        assert!(!check(Method::POST, &[("x-baton-csrf", "0"), json]));
        assert!(!check(Method::PUT, &[json]));
    }
}
