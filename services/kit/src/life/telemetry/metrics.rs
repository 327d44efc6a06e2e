//! Numbers of one process, in Prometheus' text form. One registry a process, none of them global.
//!
//! Names are written in code exactly as they are scraped (`baton_…_total`, `baton_…_seconds`), so that
//! a search for a dashboard's name finds its source. Labels must come from small closed sets, never
//! from what a client sends.

use std::{borrow::Cow, fmt, sync::Arc};

use opentelemetry::{
    KeyValue,
    metrics::{Counter, Gauge, Histogram, Meter, MeterProvider as _},
};
use opentelemetry_sdk::{Resource, metrics::SdkMeterProvider};
use prometheus::{Registry, TextEncoder};

/// Upper bounds in seconds. Fine around the promises: 100 ms to post, 500 ms a try, 2 s a call.
const LATENCY_BUCKETS: [f64; 14] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 60.0];

/// The registry could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("metrics cannot be set up: {0}")]
pub struct MetricsError(#[from] opentelemetry_sdk::error::OTelSdkError);

/// Handle to the numbers of one process; clones share them.
#[derive(Clone)]
pub struct Metrics {
    inner: Arc<Inner>,
}

struct Inner {
    provider: SdkMeterProvider,
    meter: Meter,
    registry: Registry,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl Metrics {
    /// An empty registry. `service` is the `service_name` of `target_info`.
    ///
    /// # Errors
    /// When the exporter cannot be registered.
    pub fn new(service: &str) -> Result<Self, MetricsError> {
        let registry = Registry::new();
        let exporter = opentelemetry_prometheus::exporter()
            .with_registry(registry.clone())
            .without_counter_suffixes()
            .without_units()
            .scope_info_enabled(false)
            .build()?;
        let resource = Resource::builder().with_service_name(service.to_owned()).build();
        let provider = SdkMeterProvider::builder().with_resource(resource).with_reader(exporter).build();
        let meter = provider.meter("baton");
        Ok(Self { inner: Arc::new(Inner { provider, meter, registry }) })
    }

    /// For instruments that the helpers below do not make.
    pub fn meter(&self) -> Meter {
        self.inner.meter.clone()
    }

    /// All numbers in Prometheus' text form.
    pub fn render(&self) -> String {
        let families = self.inner.registry.gather();
        TextEncoder::new().encode_to_string(&families).unwrap_or_else(|error| {
            tracing::error!(%error, "metrics cannot be written");
            String::new()
        })
    }

    /// Rate, errors and duration of calls.
    pub fn rpc(&self) -> RpcMetrics {
        RpcMetrics {
            calls: self.counter("baton_rpc_total", "Finished calls by method and code."),
            seconds: self.seconds("baton_rpc_seconds", "Duration of calls by method."),
        }
    }

    /// A number that only rises; `name` ends in `_total`.
    pub fn counter(
        &self,
        name: impl Into<Cow<'static, str>>,
        help: impl Into<Cow<'static, str>>,
    ) -> Counter<u64> {
        self.inner.meter.u64_counter(name).with_description(help).build()
    }

    /// A number that is set when it changes.
    pub fn gauge(
        &self,
        name: impl Into<Cow<'static, str>>,
        help: impl Into<Cow<'static, str>>,
    ) -> Gauge<f64> {
        self.inner.meter.f64_gauge(name).with_description(help).build()
    }

    /// A number that is read whenever somebody looks; `read` must not block.
    pub fn gauge_of(
        &self,
        name: impl Into<Cow<'static, str>>,
        help: impl Into<Cow<'static, str>>,
        read: impl Fn() -> f64 + Send + Sync + 'static,
    ) {
        let builder = self.inner.meter.f64_observable_gauge(name).with_description(help);
        let _registered = builder.with_callback(move |observer| observer.observe(read(), &[])).build();
    }

    /// A distribution of durations in seconds; `name` ends in `_seconds`.
    pub fn seconds(
        &self,
        name: impl Into<Cow<'static, str>>,
        help: impl Into<Cow<'static, str>>,
    ) -> Histogram<f64> {
        let builder = self.inner.meter.f64_histogram(name).with_description(help);
        builder.with_boundaries(LATENCY_BUCKETS.to_vec()).build()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Nothing to flush: the exporter is only ever asked.
        let _ = self.provider.shutdown();
    }
}

/// The instruments of [`Metrics::rpc`].
#[derive(Clone, Debug)]
pub struct RpcMetrics {
    calls: Counter<u64>,
    seconds: Histogram<f64>,
}

impl RpcMetrics {
    /// Notes one finished call. `method` must be one that exists: a made-up path is a new time series.
    pub fn record(&self, method: &str, code: &str, seconds: f64) {
        let method = KeyValue::new("method", method.to_owned());
        self.seconds.record(seconds, std::slice::from_ref(&method));
        self.calls.add(1, &[method, KeyValue::new("code", code.to_owned())]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metrics() -> Metrics {
        Metrics::new("parcels").unwrap()
    }

    #[test]
    fn calls_are_counted_and_timed_under_the_names_in_the_code() {
        let metrics = metrics();
        let rpc = metrics.rpc();
        rpc.record("Parcels/Send", "OK", 0.02);
        metrics.rpc().record("Parcels/Send", "OK", 0.02);
        rpc.record("Parcels/Send", "NOT_FOUND", 3.0);
        let text = metrics.render();
        for line in [
            r#"baton_rpc_total{code="OK",method="Parcels/Send"} 2"#,
            r#"baton_rpc_total{code="NOT_FOUND",method="Parcels/Send"} 1"#,
            r#"baton_rpc_seconds_bucket{method="Parcels/Send",le="0.025"} 2"#,
            r#"baton_rpc_seconds_count{method="Parcels/Send"} 3"#,
            "# HELP baton_rpc_total Finished calls by method and code.",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }

    #[test]
    fn gauges_show_what_was_set_or_is_read() {
        let metrics = metrics();
        metrics.gauge("baton_shelf_depth", "Set.").record(4.0, &[]);
        metrics.gauge_of("baton_shelf_age", "Read.", || 7.5);
        let text = metrics.render();
        assert!(text.contains("baton_shelf_depth 4\n"), "{text}");
        assert!(text.contains("baton_shelf_age 7.5\n"), "{text}");
    }

    #[test]
    fn two_processes_in_one_test_do_not_share_numbers() {
        let (one, other) = (metrics(), metrics());
        one.counter("baton_parcels_total", "Parcels.").add(1, &[]);
        assert!(one.render().contains("baton_parcels_total 1"));
        assert!(!other.render().contains("baton_parcels_total"));
    }
}
