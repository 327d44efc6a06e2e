//! The trace context on its way between processes: W3C `traceparent` and `tracestate`.
//!
//! Knows headers and the current span, not who sends them. Uses a propagator of its own rather than
//! the global one, so that it works the same where nobody called `init`.

use std::sync::LazyLock;

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::{
    Context,
    propagation::{Extractor, Injector, TextMapPropagator as _},
};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

const TRACEPARENT: &str = "traceparent";

static PROPAGATOR: LazyLock<TraceContextPropagator> = LazyLock::new(TraceContextPropagator::new);

/// The caller's trace context; an empty one where there is none or it is malformed. Set it with
/// `span.set_parent(..)` before the span is first entered.
pub fn extract_parent(headers: &HeaderMap) -> Context {
    PROPAGATOR.extract_with_context(&Context::new(), &Headers(headers))
}

/// Writes the context of the current span into the headers of a call. Without a traced span it
/// changes nothing.
pub fn inject_current(headers: &mut HeaderMap) {
    let context = tracing::Span::current().context();
    PROPAGATOR.inject_context(&context, &mut HeadersMut(headers));
}

/// `traceparent` of the current span, to be stored beside work that is done later.
pub fn current_traceparent() -> Option<String> {
    let mut found = TraceparentOnly(None);
    PROPAGATOR.inject_context(&tracing::Span::current().context(), &mut found);
    found.0
}

/// Makes `span` a child of a stored `traceparent`. Must come before the span is first entered; a
/// missing or malformed one leaves the span as it is.
pub fn set_parent_from(span: &tracing::Span, traceparent: Option<&str>) {
    let Some(traceparent) = traceparent else { return };
    let context = PROPAGATOR.extract_with_context(&Context::new(), &Stored(traceparent));
    if opentelemetry::trace::TraceContextExt::has_active_span(&context) {
        // An error only says that this span is not traced.
        let _ = span.set_parent(context);
    }
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}

struct HeadersMut<'a>(&'a mut HeaderMap);

impl Injector for HeadersMut<'_> {
    fn set(&mut self, key: &str, value: String) {
        // The standard allows an empty `tracestate` and advises against sending it.
        if value.is_empty() {
            return;
        }
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(key), HeaderValue::try_from(value)) {
            self.0.insert(name, value);
        }
    }
}

struct TraceparentOnly(Option<String>);

impl Injector for TraceparentOnly {
    fn set(&mut self, key: &str, value: String) {
        if key == TRACEPARENT {
            self.0 = Some(value);
        }
    }
}

struct Stored<'a>(&'a str);

impl Extractor for Stored<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        (key == TRACEPARENT).then_some(self.0)
    }

    fn keys(&self) -> Vec<&str> {
        vec![TRACEPARENT]
    }
}
