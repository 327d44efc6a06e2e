//! What a request may not bring, and what every answer carries.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Version, header},
    response::Response,
};
use baton_kit::door::context::REQUEST_ID_HEADER;

use crate::http::problem::Problem;

/// Names under which somebody might put a credential into an address, where it ends up in logs and histories.
const CREDENTIALS: [&str; 8] = [
    "token",
    "access_token",
    "renewal_secret",
    "session",
    "session_secret",
    "api_key",
    "authorization",
    "password",
];

/// The one header of ours that comes from outside.
const CSRF_HEADER: &str = "x-baton-csrf";

/// Removes headers with which somebody outside might speak as one of us.
pub(super) fn strip(headers: &mut HeaderMap) {
    let ours = |name: &&HeaderName| {
        let name = name.as_str();
        (name.starts_with("x-baton-") && name != CSRF_HEADER)
            || matches!(name, "x-tenant-id" | "x-user-id" | "x-workspace-id")
    };
    let forged: Vec<HeaderName> = headers.keys().filter(ours).cloned().collect();
    for name in forged {
        headers.remove(name);
    }
}

/// What no route accepts.
pub(super) fn fault(request: &Request) -> Option<Problem> {
    // hyper has dropped a Content-Length that came along, so the two together cannot be told from the one alone. A body without its
    // length has no use here, and refusing it leaves nothing for two servers to read differently.
    if request.version() < Version::HTTP_2 && request.headers().contains_key(header::TRANSFER_ENCODING) {
        return Some(Problem::http(
            StatusCode::BAD_REQUEST,
            "send the body with its Content-Length and without Transfer-Encoding",
        ));
    }
    let query = request.uri().query().unwrap_or_default();
    let mut names = query.split('&').map(|pair| pair.split('=').next().unwrap_or_default());
    let leaking = names.any(|name| CREDENTIALS.iter().any(|known| name.eq_ignore_ascii_case(known)));
    leaking.then(|| Problem::http(StatusCode::BAD_REQUEST, "credentials do not belong into an address"))
}

/// Whether a request is for the partner door.
pub(super) fn is_grpc(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    value
        .strip_prefix(b"application/grpc")
        .is_some_and(|rest| matches!(rest.first(), None | Some(b'+' | b';')))
}

/// What no page of ours uses, nor any frame in it.
const PERMISSIONS: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

/// Headers of every answer. A page may have brought a policy of its own, a file the time for which it may be kept.
pub(super) fn dress(response: &mut Response, request_id: &str, secure: bool) {
    let grpc = is_grpc(response.headers());
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID_HEADER, id);
    }
    if grpc {
        return;
    }
    let csp = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(csp));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    let whose = HeaderName::from_static("cross-origin-resource-policy");
    headers.entry(whose).or_insert(HeaderValue::from_static("same-origin"));
    headers.insert("permissions-policy", HeaderValue::from_static(PERMISSIONS));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s_25_headers_that_speak_as_one_of_us_are_taken_away() {
        let mut headers = HeaderMap::new();
        for name in ["x-tenant-id", "x-user-id", "x-baton-workspace", "x-baton-csrf", "accept"] {
            headers.insert(name, HeaderValue::from_static("1"));
        }
        strip(&mut headers);
        let mut left: Vec<&str> = headers.keys().map(HeaderName::as_str).collect();
        left.sort_unstable();
        assert_eq!(left, ["accept", "x-baton-csrf"]);
    }

    #[test]
    fn s_10_a_credential_in_the_address_is_refused() {
        let refused = |uri: &str| {
            fault(&Request::builder().uri(uri).body(axum::body::Body::empty()).unwrap()).is_some()
        };
        assert!(refused("/v1/widget/stream?token=abc"));
        assert!(refused("/v1/widget/stream?a=1&Access_Token=abc"));
        assert!(!refused("/v1/inbox/conversations?page_token=abc"));
    }

    #[test]
    fn only_grpc_is_for_the_partner_door() {
        let grpc = |value: &'static str| {
            is_grpc(&HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(value))]))
        };
        assert!(grpc("application/grpc") && grpc("application/grpc+proto") && grpc("application/grpc; x=1"));
        assert!(!grpc("application/grpc-web") && !grpc("application/json"));
    }
}
