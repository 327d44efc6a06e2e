//! A request's way in, once for all services: trace, request id, caller, deadline, load shed, panic guard, metric, log line.
//!
//! Must not know what any method does.

use std::{
    convert::Infallible,
    panic::AssertUnwindSafe,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use baton_proto::common::v1::ErrorReason;
use bytes::Bytes;
use futures::{FutureExt as _, future::BoxFuture};
use http::{Request, Response};
use tokio::sync::Semaphore;
use tonic::{Status, body::Body, service::Routes};
use tower::Service;
use tracing::{Instrument as _, Span};

use super::{
    access::Gate,
    context::{self, CallContext},
    observe::{Call, Observed},
    principal::Caller,
    refusal::Refusal,
};
use crate::life::{
    clock::{self, SharedClock},
    ids::{SharedIds, base32},
    telemetry::{self, RpcMetrics},
};

/// How long a caller that names no deadline waits for the head of an answer.
const USUAL_WAIT: Duration = Duration::from_secs(10);
/// How long a caller may be made to wait, whatever it asks for: a model may need more than the usual.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// What a door needs of its process.
#[derive(Clone)]
pub struct Doorframe {
    /// Time.
    pub clock: SharedClock,
    /// Request ids.
    pub ids: SharedIds,
    /// Where calls are counted.
    pub metrics: RpcMetrics,
    /// Calls worked on at once; more are shed.
    pub concurrency: usize,
}

/// A service behind its door. Serves sockets and, in one process, the other services directly.
#[derive(Clone)]
pub struct Door {
    routes: Routes,
    inside: Arc<Inside>,
}

struct Inside {
    gate: Gate,
    frame: Doorframe,
    slots: Semaphore,
}

impl Door {
    /// Puts routes behind a gate.
    pub fn new(routes: Routes, gate: Gate, frame: Doorframe) -> Self {
        let slots = Semaphore::new(frame.concurrency);
        Self { routes: routes.prepare(), inside: Arc::new(Inside { gate, frame, slots }) }
    }
}

impl<B> Service<Request<B>> for Door
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (routes, inside) = (self.routes.clone(), Arc::clone(&self.inside));
        let request = request.map(Body::new);
        async move { Ok(inside.enter(routes, request).await) }.boxed()
    }
}

impl Inside {
    async fn enter(&self, routes: Routes, request: Request<Body>) -> Response<Body> {
        let context = self.context_of(&request);
        let span = span_of(&request, &context.request_id);
        let mut call = Call {
            // A path from outside is no label until it is known to be one of ours.
            method: if self.gate.knows(request.uri().path()) { request.uri().path() } else { "unknown" }
                .to_owned(),
            caller: String::new(),
            started: self.frame.clock.monotonic(),
            clock: self.frame.clock.clone(),
            metrics: self.frame.metrics.clone(),
            span: span.clone(),
            code: None,
        };
        let work = context.scope(self.admit_and_serve(routes, request, &mut call.caller));
        let response = AssertUnwindSafe(work.instrument(span)).catch_unwind().await.unwrap_or_else(|_| {
            let fault = Refusal::internal(&format_args!("a handler panicked: {}", call.method));
            Status::from(fault).into_http()
        });
        Observed::wrap(response, call)
    }

    fn context_of(&self, request: &Request<Body>) -> CallContext {
        let headers = request.headers();
        let request_id = context::given_request_id(headers);
        let wait = context::given_timeout(headers).map_or(USUAL_WAIT, |given| given.min(LONGEST_WAIT));
        CallContext {
            request_id: request_id.unwrap_or_else(|| base32::encode(self.frame.ids.next().as_u128())),
            deadline: Some(self.frame.clock.monotonic() + wait),
        }
    }

    async fn admit_and_serve(
        &self,
        routes: Routes,
        request: Request<Body>,
        name: &mut String,
    ) -> Response<Body> {
        match self.admit(&request) {
            Ok(caller) => {
                if let Some(caller) = &caller {
                    *name = caller.fingerprint();
                }
                self.serve(routes, request, caller).await
            }
            Err(refusal) => Status::from(refusal).into_http(),
        }
    }

    fn admit(&self, request: &Request<Body>) -> Result<Option<Caller>, Refusal> {
        self.gate.admit(request.uri().path(), request.headers())
    }

    async fn serve(
        &self,
        mut routes: Routes,
        mut request: Request<Body>,
        caller: Option<Caller>,
    ) -> Response<Body> {
        let Ok(_slot) = self.slots.try_acquire() else {
            let shed = Refusal::new(ErrorReason::Overloaded, "too many calls at once");
            return Status::from(shed.retry_after(Duration::from_millis(200))).into_http();
        };
        if let Some(caller) = caller {
            request.extensions_mut().insert(caller);
        }
        let clock = &self.frame.clock;
        let left = context::deadline().unwrap_or_default().saturating_sub(clock.monotonic());
        let late =
            || Refusal::new(ErrorReason::DeadlineExceeded, "the deadline passed; the outcome is unknown");
        if left.is_zero() {
            // Expired work is not begun.
            return Status::from(late()).into_http();
        }
        match clock::timeout(clock, left, routes.call(request)).await {
            Ok(Ok(response)) => response,
            Ok(Err(never)) => match never {},
            Err(_) => Status::from(late()).into_http(),
        }
    }
}

fn span_of(request: &Request<Body>, request_id: &str) -> Span {
    let path = request.uri().path();
    let (service, method) = path.trim_start_matches('/').split_once('/').unwrap_or(("", path));
    let span = tracing::info_span!(
        "grpc.server",
        otel.name = %path,
        otel.kind = "server",
        rpc.system = "grpc",
        rpc.service = service,
        rpc.method = method,
        request_id,
    );
    let parent = request.headers().get("traceparent").and_then(|value| value.to_str().ok());
    telemetry::set_parent_from(&span, parent);
    span
}
