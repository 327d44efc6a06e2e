//! Passes a call on, byte for byte in both directions. Must not know what the bytes say.

use axum::{body::Body, extract::Request, response::Response};
use baton_kit::door::{peer::Line, refusal::Refusal};
use http::{HeaderMap, HeaderName, header};
use tonic::Status;
use tower::{Service as _, ServiceExt as _};

/// Headers that speak about one hop or one caller and are made anew for the next.
const NOT_PASSED: [HeaderName; 6] = [
    header::AUTHORIZATION,
    header::COOKIE,
    header::HOST,
    header::FORWARDED,
    HeaderName::from_static("traceparent"),
    HeaderName::from_static("tracestate"),
];

/// The call over a line. What goes wrong on the way is a gRPC status too.
pub(super) async fn over(mut line: Line, request: Request) -> Response {
    let request = clean(request);
    let answered = match line.ready().await {
        Ok(line) => line.call(request).await,
        Err(error) => Err(error),
    };
    match answered {
        Ok(response) => response.map(Body::new),
        Err(error) => Status::from(Refusal::unavailable(&error)).into_http(),
    }
}

/// The request without what the outside has no say in: who calls, since when, through whom.
pub(super) fn clean(request: Request) -> http::Request<tonic::body::Body> {
    let (parts, body) = request.into_parts();
    let mut clean = http::Request::new(tonic::body::Body::new(body));
    *clean.method_mut() = parts.method;
    *clean.version_mut() = http::Version::HTTP_2;
    *clean.uri_mut() = path_only(&parts.uri);
    *clean.headers_mut() = passed(parts.headers);
    clean
}

fn path_only(uri: &http::Uri) -> http::Uri {
    http::Uri::builder().path_and_query(uri.path()).build().unwrap_or_default()
}

fn passed(mut headers: HeaderMap) -> HeaderMap {
    for name in NOT_PASSED {
        headers.remove(name);
    }
    let ours: Vec<HeaderName> =
        headers.keys().filter(|name| name.as_str().starts_with("x-baton-")).cloned().collect();
    for name in ours {
        headers.remove(name);
    }
    headers
}
