//! The operators' port: liveness, readiness, metrics. Never reachable from the edge.
//!
//! Must not know what is measured.

use axum::{Router, extract::State, http::StatusCode, routing::get};

use crate::life::{lifecycle::Lifecycle, telemetry::Metrics};

#[derive(Clone)]
struct Ops {
    metrics: Metrics,
    life: Lifecycle,
}

/// `/livez` answers while the process turns, whatever its dependencies do; `/readyz` until its end is announced; `/metrics` in Prometheus text.
pub fn router(metrics: Metrics, life: Lifecycle) -> Router {
    Router::new()
        .route("/livez", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(|State(ops): State<Ops>| async move { ops.metrics.render() }))
        .with_state(Ops { metrics, life })
}

async fn ready(State(ops): State<Ops>) -> (StatusCode, &'static str) {
    if ops.life.leaving().is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "draining");
    }
    (StatusCode::OK, "ok")
}
