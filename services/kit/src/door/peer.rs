//! Calls to another service: credential, trace, request id and deadline on each, over a socket or inside one process.
//!
//! Inside one process a call goes straight to the other service's door: same client, codec and checks, no HTTP/2. Must not know what
//! is asked.

use std::{
    sync::{Arc, Mutex, OnceLock, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use futures::future::BoxFuture;
use http::{HeaderValue, Request, Response, header::AUTHORIZATION};
use tonic::{
    Status,
    body::Body,
    transport::{Channel, Endpoint},
};
use tower::{Service, ServiceExt as _};
use tracing::Instrument as _;

use super::{
    context,
    enter::Door,
    principal::Caller,
    refusal::Refusal,
    tokens::{Signer, SigningError},
};
use crate::{
    kp,
    life::{
        clock::{self, SharedClock},
        telemetry,
    },
};
use baton_proto::common::v1::ErrorReason;

/// How long a call may take when nobody upstream said less.
const BUDGET: Duration = Duration::from_secs(2);
const CONNECT_TIMEOUT: Duration = Duration::from_millis(500);

/// A service's own credential, renewed half-way through its life.
#[derive(Clone)]
pub struct Identity {
    signer: Signer,
    clock: SharedClock,
    current: Arc<Mutex<Option<(String, jiff::Timestamp)>>>,
}

impl Identity {
    /// The identity of the service that holds this signer.
    pub fn new(signer: Signer, clock: SharedClock) -> Self {
        Self { signer, clock, current: Arc::default() }
    }

    fn service(&self) -> &str {
        self.signer.issuer()
    }

    fn token(&self) -> Result<String, SigningError> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let half_way = self.clock.now().as_second() + 30;
        if let Some((token, end)) = current.as_ref()
            && end.as_second() > half_way
        {
            return Ok(token.clone());
        }
        let (token, end) = self.signer.service_token()?;
        *current = Some((token.clone(), end));
        Ok(token)
    }
}

/// Where another service is.
#[derive(Clone)]
pub enum Place {
    /// In this process. Filled when the service has been built, which may be after its callers.
    Here(Arc<OnceLock<Door>>),
    /// Behind a socket; connects when first called, and again whenever needed.
    There(Channel),
}

impl Place {
    /// A place in this process, not filled yet.
    pub fn here() -> (Self, Arc<OnceLock<Door>>) {
        let slot = Arc::new(OnceLock::new());
        (Self::Here(Arc::clone(&slot)), slot)
    }

    /// A place behind a socket.
    ///
    /// # Errors
    /// If the address is no URI.
    pub fn at(address: &str) -> Result<Self, tonic::transport::Error> {
        let endpoint = Endpoint::from_shared(address.to_owned())?
            .connect_timeout(CONNECT_TIMEOUT)
            .tcp_nodelay(true)
            .http2_keep_alive_interval(Duration::from_secs(20))
            .keep_alive_timeout(Duration::from_secs(20))
            .keep_alive_while_idle(true);
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the place the ban points to: every call gets its deadline here"
        )]
        Ok(Self::There(endpoint.connect_lazy()))
    }
}

/// Another service, and who calls it.
#[derive(Clone)]
pub struct Peer {
    place: Place,
    identity: Identity,
    clock: SharedClock,
}

impl Peer {
    /// A peer called by the service with this identity.
    pub fn new(place: Place, identity: Identity, clock: SharedClock) -> Self {
        Self { place, identity, clock }
    }

    /// Calls in the calling service's own name.
    pub fn as_self(&self) -> Line {
        self.line(Credential::Own)
    }

    /// Calls in the name of the person or program whose call is being worked on.
    pub fn on_behalf_of(&self, caller: &Caller) -> Line {
        self.with_token(&caller.token)
    }

    /// Calls with a token that was just exchanged.
    pub fn with_token(&self, token: &str) -> Line {
        self.line(Credential::Token(token.into()))
    }

    /// Calls without a credential.
    pub fn anonymous(&self) -> Line {
        self.line(Credential::None)
    }

    fn line(&self, credential: Credential) -> Line {
        Line { peer: self.clone(), credential, budget: Some(BUDGET) }
    }
}

#[derive(Clone)]
enum Credential {
    None,
    Own,
    Token(Arc<str>),
}

/// A channel for generated clients.
#[derive(Clone)]
pub struct Line {
    peer: Peer,
    credential: Credential,
    budget: Option<Duration>,
}

impl Line {
    /// For streams that are meant to last: no deadline on the call, heartbeats tell whether it lives.
    #[must_use]
    pub fn lasting(mut self) -> Self {
        self.budget = None;
        self
    }

    /// Another budget than the usual 2 s.
    #[must_use]
    pub fn within(mut self, budget: Duration) -> Self {
        self.budget = Some(budget);
        self
    }

    fn prepare(&self, request: &mut Request<Body>) -> Result<Option<Duration>, Refusal> {
        let token = match &self.credential {
            Credential::None => None,
            Credential::Own => Some(self.peer.identity.token().map_err(|error| Refusal::internal(&error))?),
            Credential::Token(token) => Some(token.to_string()),
        };
        let wait = self.budget.map(|budget| {
            let left = context::deadline().map(|end| end.saturating_sub(self.peer.clock.monotonic()));
            left.map_or(budget, |left| left.min(budget))
        });
        let headers = request.headers_mut();
        let mut set = |name: http::HeaderName, text: &str| {
            let mut value = HeaderValue::from_str(text).map_err(|error| Refusal::internal(&error))?;
            value.set_sensitive(name == AUTHORIZATION);
            headers.insert(name, value);
            Ok::<_, Refusal>(())
        };
        if let Some(token) = token {
            set(AUTHORIZATION, &format!("Bearer {token}"))?;
        }
        if let Some(id) = context::request_id() {
            set(http::HeaderName::from_static(context::REQUEST_ID_HEADER), &id)?;
        }
        if let Some(wait) = wait {
            set(http::HeaderName::from_static("grpc-timeout"), &context::timeout_header(wait))?;
        }
        Ok(wait)
    }
}

impl Service<Request<Body>> for Line {
    type Response = Response<Body>;
    type Error = tonic::transport::Error;
    type Future = BoxFuture<'static, Result<Response<Body>, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let line = self.clone();
        let path = request.uri().path().to_owned();
        let span =
            tracing::info_span!("grpc.client", otel.name = %path, otel.kind = "client", rpc.system = "grpc");
        let work = async move {
            let wait = match line.prepare(&mut request) {
                Ok(wait) => wait,
                Err(refusal) => return Ok(Status::from(refusal).into_http()),
            };
            telemetry::inject_current(request.headers_mut());
            kp!("call.before", line.peer.identity.service());
            let Some(wait) = wait else {
                return go(line.peer.place, request).await;
            };
            let outcome = clock::timeout(&line.peer.clock, wait, go(line.peer.place, request)).await;
            kp!("call.after", line.peer.identity.service());
            match outcome {
                Ok(outcome) => outcome,
                Err(_) => Ok(Status::from(Refusal::new(ErrorReason::DeadlineExceeded, "no answer in time"))
                    .into_http()),
            }
        };
        Box::pin(work.instrument(span))
    }
}

async fn go(place: Place, request: Request<Body>) -> Result<Response<Body>, tonic::transport::Error> {
    match place {
        Place::There(mut channel) => channel.ready().await?.call(request).await,
        Place::Here(slot) => match slot.get() {
            Some(door) => Ok(match door.clone().call(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            }),
            None => {
                let starting = Refusal::new(ErrorReason::Unavailable, "the service is starting");
                Ok(Status::from(starting.retry_after(Duration::from_millis(100))).into_http())
            }
        },
    }
}
