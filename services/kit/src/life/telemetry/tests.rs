//! Trace context across headers and storage, and what the filters let through.

use std::sync::{Arc, Mutex};

use http::HeaderMap;
use opentelemetry::trace::TraceContextExt as _;
use tracing::{Span, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::*;

const CALLER: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const TRACE_ID: &str = "0af7651916cd43dd8448eb211c80319c";

fn config() -> TelemetryConfig {
    TelemetryConfig {
        service: "parcels".into(),
        log_filter: "info".into(),
        log_format: LogFormat::Text,
        otlp_endpoint: None,
        sample_ratio: 1.0,
    }
}

/// Runs `f` under a subscriber as `init` would install it.
fn traced<T>(f: impl FnOnce() -> T) -> T {
    let provider = tracer_provider(&config()).unwrap();
    let filter = spans_worth_tracing("info").unwrap();
    let subscriber = tracing_subscriber::registry().with(trace_layer(&provider).with_filter(filter));
    tracing::subscriber::with_default(subscriber, f)
}

fn trace_id(span: &Span) -> String {
    span.context().span().span_context().trace_id().to_string()
}

#[test]
fn a_call_continues_the_callers_trace() {
    traced(|| {
        let mut incoming = HeaderMap::new();
        incoming.insert("traceparent", CALLER.parse().unwrap());
        let span = info_span!("server");
        span.set_parent(extract_parent(&incoming)).unwrap();
        let mut outgoing = HeaderMap::new();
        span.in_scope(|| inject_current(&mut outgoing));
        let sent = outgoing["traceparent"].to_str().unwrap();
        assert!(sent.contains(TRACE_ID) && sent != CALLER, "{sent}");
        assert!(!outgoing.contains_key("tracestate"));
    });
}

#[test]
fn work_done_later_continues_the_stored_trace() {
    traced(|| {
        let stored = info_span!("now").in_scope(current_traceparent).unwrap();
        let later = info_span!("later");
        set_parent_from(&later, Some(&stored));
        assert!(stored.contains(&trace_id(&later)), "{stored}");
    });
}

#[test]
fn a_missing_or_malformed_parent_starts_a_new_trace() {
    traced(|| {
        for stored in [None, Some(""), Some("00-junk"), Some("\0")] {
            let span = info_span!("later");
            set_parent_from(&span, stored);
            assert_ne!(trace_id(&span), "0".repeat(32), "{stored:?}");
        }
        assert!(!extract_parent(&HeaderMap::new()).has_active_span());
    });
}

#[test]
fn without_a_traced_span_nothing_is_sent() {
    let mut headers = HeaderMap::new();
    inject_current(&mut headers);
    assert!(headers.is_empty());
    assert_eq!(current_traceparent(), None);
}

#[test]
fn the_span_of_a_task_is_no_part_of_a_trace() {
    traced(|| {
        let task = info_span!(target: TASK_SPAN_TARGET, "task");
        let (first, second) = task.in_scope(|| (info_span!("first"), info_span!("second")));
        assert_ne!(trace_id(&first), trace_id(&second));
    });
}

#[derive(Clone, Default)]
struct Targets(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber> Layer<S> for Targets {
    fn on_event(&self, event: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        self.0.lock().unwrap().push(event.metadata().target().to_owned());
    }
}

fn targets_through(directives: &str) -> Vec<String> {
    let seen = Targets::default();
    let filter = env_filter(directives).unwrap();
    let subscriber = tracing_subscriber::registry().with(seen.clone().with_filter(filter));
    tracing::subscriber::with_default(subscriber, || {
        tracing::info!(target: "baton_parcels", "");
        tracing::info!(target: "h2::client", "");
        tracing::info!(target: "hyper_util::client", "");
        tracing::info!(target: "opentelemetry-otlp", "");
        tracing::info!(target: "sqlx::query", "");
        tracing::warn!(target: "tonic", "");
    });
    seen.0.lock().unwrap().clone()
}

#[test]
fn libraries_stay_quiet_unless_they_are_named() {
    assert_eq!(targets_through("info"), ["baton_parcels", "tonic"]);
    assert_eq!(targets_through("debug"), ["baton_parcels", "tonic"]);
    assert_eq!(targets_through("info,h2=info"), ["baton_parcels", "h2::client", "tonic"]);
}

#[test]
fn a_filter_that_is_no_filter_is_refused() {
    assert!(env_filter("info,a=b=c").is_err());
    let broken = TelemetryConfig { log_filter: "a=b=c".into(), ..config() };
    assert!(matches!(init(&broken), Err(TelemetryError::Filter(_))));
}

#[tokio::test]
async fn shutting_down_without_a_collector_does_not_hang() {
    let endpoint = Some("http://127.0.0.1:1".to_owned());
    let config = TelemetryConfig { otlp_endpoint: endpoint, ..config() };
    let telemetry = Telemetry { provider: tracer_provider(&config).unwrap() };
    telemetry.shutdown().await;
}
