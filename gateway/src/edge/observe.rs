//! Sees each request from its head to the last byte of its answer: a span, a log line, two metrics.
//!
//! Never writes down a query, a header's value or a body. Must not know what a route does.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    body::Body,
    extract::{MatchedPath, Request},
    http::HeaderMap,
    response::Response,
};
use baton_kit::{
    door::context::given_request_id,
    life::{
        clock::SharedClock,
        ids::{SharedIds, base32},
        telemetry::{self, Metrics},
    },
};
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use opentelemetry::{
    KeyValue,
    metrics::{Counter, Histogram},
};
use tracing::Span;

use super::{Edge, hygiene::is_grpc};
use crate::partner::package_of;

/// Requests by route.
#[derive(Clone)]
pub(crate) struct HttpMetrics {
    requests: Counter<u64>,
    seconds: Histogram<f64>,
}

impl HttpMetrics {
    pub fn new(metrics: &Metrics) -> Self {
        Self {
            requests: metrics
                .counter("baton_http_total", "Finished requests of the edge by route, method and status."),
            seconds: metrics.seconds(
                "baton_http_seconds",
                "Duration of requests of the edge by route, to the last byte.",
            ),
        }
    }

    fn record(&self, call: &Call, took: Duration) {
        let route = KeyValue::new("route", call.route.clone());
        self.seconds.record(took.as_secs_f64(), std::slice::from_ref(&route));
        let labels =
            [route, KeyValue::new("method", call.method), KeyValue::new("status", call.status.clone())];
        self.requests.add(1, &labels);
    }
}

/// The id of a request: the one it brings, if harmless, or a new one.
pub(super) fn request_id(headers: &HeaderMap, ids: &SharedIds) -> String {
    given_request_id(headers).unwrap_or_else(|| base32::encode(ids.next().as_u128()))
}

/// One request being watched. Reports when dropped, at the latest.
pub(super) struct Call {
    /// From a closed set: a made-up path must not become a time series.
    route: String,
    method: &'static str,
    status: String,
    grpc: bool,
    started: Duration,
    clock: SharedClock,
    metrics: HttpMetrics,
    span: Span,
}

impl Call {
    pub fn begin(edge: &Edge, request: &Request, request_id: &str) -> Self {
        let grpc = is_grpc(request.headers());
        let route = if grpc { package_of(request.uri().path()) } else { matched(request) };
        let method = method_name(request.method());
        let name = format!("{method} {route}");
        let span = tracing::info_span!(
            "http.server",
            otel.name = %name,
            otel.kind = "server",
            http.request.method = method,
            http.route = %route,
            request_id,
        );
        let parent = request.headers().get("traceparent").and_then(|value| value.to_str().ok());
        telemetry::set_parent_from(&span, parent);
        Self {
            route,
            method,
            // Dropped before there was an answer: the client went away.
            status: "gone".to_owned(),
            grpc,
            started: edge.clock.monotonic(),
            clock: edge.clock.clone(),
            metrics: edge.metrics.clone(),
            span,
        }
    }

    pub fn span(&self) -> Span {
        self.span.clone()
    }

    /// Watches the rest of an answer.
    pub fn watch(mut self, response: Response) -> Response {
        self.status = response.status().as_str().to_owned();
        self.note_grpc(response.headers());
        response.map(|inner| Body::new(Watched { inner, call: self }))
    }

    fn note_grpc(&mut self, headers: &HeaderMap) {
        if self.grpc
            && let Some(code) = headers.get("grpc-status").and_then(|value| value.to_str().ok())
            && matches!(code.parse::<u8>(), Ok(0..=16))
        {
            self.status = format!("grpc-{code}");
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let took = self.clock.monotonic().saturating_sub(self.started);
        self.metrics.record(self, took);
        let _entered = self.span.enter();
        tracing::info!(
            target: "baton::request",
            method = self.method,
            route = %self.route,
            status = %self.status,
            ms = took.as_secs_f64() * 1000.0,
            "request"
        );
    }
}

fn matched(request: &Request) -> String {
    let path = request.extensions().get::<MatchedPath>();
    path.map_or("unmatched", MatchedPath::as_str).to_owned()
}

fn method_name(method: &axum::http::Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "OTHER",
    }
}

struct Watched {
    inner: Body,
    call: Call,
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(cx));
        if let Some(Ok(frame)) = &frame
            && let Some(trailers) = frame.trailers_ref()
        {
            self.call.note_grpc(trailers);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
