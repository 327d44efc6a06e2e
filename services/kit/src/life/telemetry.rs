//! Logs, traces and metrics of a process.
//!
//! Logs and traces are global because `tracing` is: [`init`] once, in `main`. [`Metrics`] are not: each
//! of several processes in one test has its own. Must not know what anybody measures or logs.

use std::{io::IsTerminal as _, time::Duration};

use opentelemetry::{global, trace::TracerProvider as _};
use opentelemetry_otlp::WithExportConfig as _;
use opentelemetry_sdk::{
    Resource,
    propagation::TraceContextPropagator,
    trace::{Sampler, SdkTracerProvider},
};
use tracing::Subscriber;
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{FilterExt as _, filter_fn},
    layer::SubscriberExt as _,
    registry::LookupSpan,
    util::SubscriberInitExt as _,
};

use super::lifecycle::TASK_SPAN_TARGET;

mod context;
mod metrics;

pub use context::{current_traceparent, extract_parent, inject_current, set_parent_from};
pub use metrics::{Metrics, MetricsError, RpcMetrics};

/// Crates that say too much below WARN. The exporter uses the first four itself: at INFO it would
/// trace its own exports. genai quotes at every level what visitors and models said.
const QUIET: &str = "h2=warn,hyper=warn,tonic=warn,tower=warn,sqlx=warn,sea_orm=warn,opentelemetry=warn,rustls=warn,\
    genai=off";

/// How long [`Telemetry::shutdown`] waits for the collector.
const FLUSH_LIMIT: Duration = Duration::from_secs(3);

/// Form of the log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line, for machines.
    #[default]
    Json,
    /// For a terminal.
    Text,
}

/// What [`init`] needs to know.
#[derive(Debug, Clone)]
pub struct TelemetryConfig {
    /// `service.name` of the traces.
    pub service: String,
    /// Directives such as `info,baton_kit=debug`. Noisy libraries stay at WARN unless named here.
    pub log_filter: String,
    /// Form of the log lines.
    pub log_format: LogFormat,
    /// OTLP collector (gRPC), such as `http://127.0.0.1:4317`; without one nothing is exported, but
    /// trace ids are still made and passed on.
    pub otlp_endpoint: Option<String>,
    /// Share of new traces that is exported, 0 to 1. A caller's decision is always followed.
    pub sample_ratio: f64,
}

/// Why telemetry could not start.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// `log_filter` is not a list of directives.
    #[error("the log filter is not valid: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// The exporter refuses its settings.
    #[error("the OTLP exporter cannot be built: {0}")]
    Exporter(#[from] opentelemetry_otlp::ExporterBuildError),
    /// This process already has a subscriber.
    #[error("telemetry is already installed: {0}")]
    AlreadyInstalled(#[from] tracing_subscriber::util::TryInitError),
}

/// The running telemetry; hold it until the end and then [`shutdown`](Self::shutdown).
#[must_use = "traces that are not flushed are lost"]
#[derive(Debug)]
pub struct Telemetry {
    provider: SdkTracerProvider,
}

/// Installs the TLS provider, the trace context propagator, and the subscriber: log lines to standard
/// error, spans to the collector. Once a process, and inside a tokio runtime when there is an endpoint.
///
/// # Errors
/// [`TelemetryError`]; nothing that matters is installed then.
pub fn init(config: &TelemetryConfig) -> Result<Telemetry, TelemetryError> {
    // An error means that a provider is installed already, which is all we want.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let filter = env_filter(&config.log_filter)?;
    let provider = tracer_provider(config)?;
    tracing_subscriber::registry()
        .with(log_layer(config.log_format).with_filter(filter))
        .with(trace_layer(&provider).with_filter(spans_worth_tracing(&config.log_filter)?))
        .try_init()?;
    global::set_text_map_propagator(TraceContextPropagator::new());
    global::set_tracer_provider(provider.clone());
    Ok(Telemetry { provider })
}

impl Telemetry {
    /// Sends what is left, for at most a few seconds: a collector that is away must not delay the end.
    #[expect(clippy::disallowed_methods, reason = "the last act of a process, in real time")]
    pub async fn shutdown(self) {
        // It blocks, and would deadlock a current-thread runtime.
        let flush = tokio::task::spawn_blocking(move || self.provider.shutdown_with_timeout(FLUSH_LIMIT));
        match tokio::time::timeout(FLUSH_LIMIT, flush).await {
            Ok(Ok(Ok(()))) => {}
            Ok(Ok(Err(error))) => tracing::warn!(%error, "the last traces were not exported"),
            Ok(Err(error)) => tracing::warn!(%error, "the last traces were not exported"),
            Err(_) => tracing::warn!("the last traces were not exported in time"),
        }
    }
}

fn env_filter(directives: &str) -> Result<EnvFilter, tracing_subscriber::filter::ParseError> {
    // Of two directives for one target the later wins, so naming a library here un-quiets it.
    EnvFilter::try_new(format!("{QUIET},{directives}"))
}

fn tracer_provider(config: &TelemetryConfig) -> Result<SdkTracerProvider, TelemetryError> {
    let resource = Resource::builder().with_service_name(config.service.clone()).build();
    let builder = SdkTracerProvider::builder().with_resource(resource);
    let Some(endpoint) = &config.otlp_endpoint else {
        return Ok(builder.with_sampler(Sampler::AlwaysOff).build());
    };
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_tonic()
        .with_endpoint(endpoint)
        .with_timeout(FLUSH_LIMIT)
        .build()?;
    let new_traces = Sampler::TraceIdRatioBased(config.sample_ratio);
    let sampler = Sampler::ParentBased(Box::new(new_traces));
    Ok(builder.with_sampler(sampler).with_batch_exporter(exporter).build())
}

fn trace_layer<S>(provider: &SdkTracerProvider) -> impl Layer<S> + use<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    tracing_opentelemetry::layer().with_tracer(provider.tracer("baton"))
}

/// The log's filter, and no task spans: see [`TASK_SPAN_TARGET`].
fn spans_worth_tracing<S>(
    directives: &str,
) -> Result<impl tracing_subscriber::layer::Filter<S> + use<S>, tracing_subscriber::filter::ParseError>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let no_tasks = filter_fn(|metadata| metadata.target() != TASK_SPAN_TARGET);
    Ok(env_filter(directives)?.and(no_tasks))
}

fn log_layer<S>(format: LogFormat) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match format {
        LogFormat::Text => Box::new(layer),
        LogFormat::Json => {
            Box::new(layer.json().flatten_event(true).with_current_span(true).with_span_list(false))
        }
    }
}

#[cfg(test)]
mod tests;
