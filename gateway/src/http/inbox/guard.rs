//! Refuses what another site made a browser send: foreign origins always, and changes that only a script of ours could have sent.
//!
//! The cookie is `SameSite=Strict` too; this does not rely on it. Must not know what a route does.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use baton_proto::common::v1::ErrorReason;

use super::super::{app::App, body::is_json, problem::Problem};

const CSRF_HEADER: &str = "x-baton-csrf";

/// The layer around the inbox routes.
pub(super) async fn check(State(app): State<App>, request: Request, next: Next) -> Response {
    match fault(request.method(), request.headers(), &app.origins) {
        Some(fault) => Problem::new(ErrorReason::PermissionDenied, fault).into_response(),
        None => next.run(request).await,
    }
}

fn fault(method: &Method, headers: &HeaderMap, origins: &[String]) -> Option<&'static str> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if headers.get_all(header::ORIGIN).iter().count() > 1 {
        return Some("more than one Origin");
    }
    if text("origin").is_some_and(|origin| !origins.iter().any(|ours| ours == origin)) {
        return Some("pages of this origin may not use the inbox");
    }
    if text("sec-fetch-site").is_some_and(|site| site.eq_ignore_ascii_case("cross-site")) {
        return Some("requests from other sites are refused");
    }
    if matches!(*method, Method::GET | Method::HEAD) {
        return None;
    }
    if text(CSRF_HEADER) != Some("1") {
        return Some("send X-Baton-CSRF: 1");
    }
    (!is_json(headers)).then_some("send application/json")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: Method, pairs: &[(&'static str, &str)]) -> bool {
        let headers =
            pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        fault(&method, &headers, &["https://desk.example.org".to_owned()]).is_none()
    }

    #[test]
    fn s_32_only_pages_of_ours_may_call() {
        assert!(check(Method::GET, &[]));
        assert!(check(
            Method::GET,
            &[("origin", "https://desk.example.org"), ("sec-fetch-site", "same-origin")]
        ));
        for foreign in [
            "null",
            "",
            "http://desk.example.org",
            "https://desk.example.org:8443",
            "https://desk.example.org.evil.com",
            "https://evil.com",
        ] {
            assert!(!check(Method::GET, &[("origin", foreign)]), "{foreign}");
        }
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
