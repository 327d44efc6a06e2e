//! The accept loop of every port: time-outs, caps, an orderly end that no silent peer can hold up.
//!
//! One loop for gRPC and HTTP, since neither tonic's nor axum's own ends while a peer is silent. Must not know what is served.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use futures::{TryFutureExt as _, future::BoxFuture};
use http::{Request, Response};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tower::Service;

use crate::life::{clock::SharedClock, lifecycle::Lifecycle};

/// How a port treats its peers.
#[derive(Debug, Clone)]
pub struct Limits {
    /// A peer must have sent its first whole request head by then, and each further HTTP/1 head within it.
    pub head: Duration,
    /// Connections at once; more are closed at accept.
    pub connections: usize,
    /// Streams at once on one HTTP/2 connection.
    pub streams: u32,
    /// HTTP/2 pings go out this often, and must be answered as fast.
    pub keepalive: Duration,
    /// The largest list of headers, bytes.
    pub headers: u32,
}

impl Limits {
    /// Between services.
    pub fn internal() -> Self {
        Self {
            head: Duration::from_secs(10),
            connections: 4096,
            streams: 256,
            keepalive: Duration::from_secs(20),
            headers: 16 * 1024,
        }
    }

    /// Towards the world.
    pub fn edge() -> Self {
        Self { streams: 64, connections: 20_000, ..Self::internal() }
    }
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What a port serves: a tower service over requests with hyper's body.
pub trait Served<B>:
    Service<Request<Incoming>, Response = Response<B>, Error = std::convert::Infallible, Future: Send>
    + Clone
    + Send
    + 'static
{
}

impl<S, B> Served<B> for S where
    S: Service<Request<Incoming>, Response = Response<B>, Error = std::convert::Infallible, Future: Send>
        + Clone
        + Send
        + 'static
{
}

/// A bound port about to be served.
pub struct Opening {
    /// What it is for, in logs.
    pub name: &'static str,
    /// The bound socket.
    pub listener: TcpListener,
    /// How it treats its peers.
    pub limits: Limits,
}

/// Serves a port until the life drains; returns at once, the loop is a task of that life.
pub fn serve<S, B>(opening: Opening, service: S, life: &Lifecycle, clock: &SharedClock)
where
    S: Served<B>,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let Opening { name, listener, limits } = opening;
    let slots = Arc::new(Semaphore::new(limits.connections));
    let port = Port { name, service, slots, limits, life: life.clone(), clock: clock.clone() };
    life.spawn("accept", port.accept(listener));
}

struct Port<S> {
    name: &'static str,
    service: S,
    limits: Limits,
    slots: Arc<Semaphore>,
    life: Lifecycle,
    clock: SharedClock,
}

impl<S> Port<S> {
    async fn accept<B>(self, listener: TcpListener)
    where
        S: Served<B>,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let soft = self.life.soft();
        loop {
            let accepted = tokio::select! {
                () = soft.cancelled() => return,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, _)) => self.admit(stream),
                Err(error) => pause_after(self.name, &error, &self.clock).await,
            }
        }
    }

    fn admit<B>(&self, stream: TcpStream)
    where
        S: Served<B>,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let Ok(slot) = Arc::clone(&self.slots).try_acquire_owned() else {
            tracing::warn!(port = self.name, "connection refused: too many at once");
            return;
        };
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "no TCP_NODELAY");
        }
        let connection = Connection {
            service: self.service.clone(),
            limits: self.limits.clone(),
            life: self.life.clone(),
            clock: self.clock.clone(),
            _slot: slot,
        };
        self.life.spawn("connection", connection.run(stream));
    }
}

/// EMFILE and its kin: the loop survives, and does not spin.
async fn pause_after(port: &'static str, error: &io::Error, clock: &SharedClock) {
    tracing::warn!(port, %error, "accept failed");
    clock.sleep(Duration::from_millis(50)).await;
}

struct Connection<S> {
    service: S,
    limits: Limits,
    life: Lifecycle,
    clock: SharedClock,
    _slot: OwnedSemaphorePermit,
}

impl<S> Connection<S> {
    async fn run<B>(self, stream: TcpStream)
    where
        S: Served<B>,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let heard = Arc::new(AtomicBool::new(false));
        let service = Heard { inner: self.service, heard: Arc::clone(&heard) };
        let builder = builder(&self.limits);
        let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
        let mut connection = std::pin::pin!(connection);
        let (soft, mut silence) = (self.life.soft(), self.clock.sleep(self.limits.head));
        let (mut draining, mut watched) = (false, true);
        loop {
            tokio::select! {
                ended = connection.as_mut() => {
                    if let Err(error) = ended { tracing::debug!(%error, "connection ended"); }
                    return;
                }
                () = soft.cancelled(), if !draining => {
                    draining = true;
                    connection.as_mut().graceful_shutdown();
                }
                () = &mut silence, if watched => {
                    watched = false;
                    // Nothing whole was ever asked: a silent peer, a dripped head, half a preface.
                    if !heard.load(Ordering::Relaxed) { return; }
                }
            }
        }
    }
}

fn builder(limits: &Limits) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(limits.head).max_headers(100);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.streams)
        .keep_alive_interval(limits.keepalive)
        .keep_alive_timeout(limits.keepalive)
        .max_header_list_size(limits.headers);
    builder
}

/// Notes that a peer asked for something.
#[derive(Clone)]
struct Heard<S> {
    inner: S,
    heard: Arc<AtomicBool>,
}

impl<S> hyper::service::Service<Request<Incoming>> for Heard<S>
where
    S: Service<Request<Incoming>, Error = std::convert::Infallible, Future: Send> + Clone + Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<S::Response, BoxError>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        self.heard.store(true, Ordering::Relaxed);
        // Every service here is always ready: load is shed inside, with an answer.
        Box::pin(self.inner.clone().call(request).map_err(|never| match never {}))
    }
}
