//! The accept loop of every port: time-outs, caps, an orderly end that no silent peer can hold up.
//!
//! One loop for gRPC and HTTP, since neither tonic's nor axum's own ends while a peer is silent. Must not know what is served.

mod address;
mod limits;
mod moving;
mod places;

use std::{
    io,
    net::SocketAddr,
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

pub use address::{PeerAddress, party};
pub use limits::Limits;
use moving::{Moving, limit_unread};
use places::{Place, Places};

/// The largest head of an HTTP/1 request, and how much of a body is read ahead. hyper's own would be 400 KiB for each connection.
const BUFFER: usize = 64 * 1024;
/// Header fields of an HTTP/1 request.
const FIELDS: usize = 100;

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
    let places = Places::new(limits.per_address, &limits.proxies);
    let port = Port { name, service, slots, places, limits, life: life.clone(), clock: clock.clone() };
    life.spawn("accept", port.accept(listener));
}

struct Port<S> {
    name: &'static str,
    service: S,
    limits: Limits,
    slots: Arc<Semaphore>,
    places: Places,
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
                Ok((stream, peer)) => self.admit(stream, peer),
                Err(error) => pause_after(self.name, &error, &self.clock).await,
            }
        }
    }

    fn admit<B>(&self, stream: TcpStream, peer: SocketAddr)
    where
        S: Served<B>,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let Ok(slot) = Arc::clone(&self.slots).try_acquire_owned() else {
            tracing::warn!(port = self.name, "connection refused: too many at once");
            return;
        };
        // Not worth a warning: whoever does this decides how often.
        let Some(place) = self.places.take(peer.ip()) else {
            tracing::debug!(port = self.name, "connection refused: too many from one address");
            return;
        };
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "no TCP_NODELAY");
        }
        limit_unread(&stream, self.limits.stall);
        let connection = Connection {
            peer: PeerAddress(peer),
            service: self.service.clone(),
            limits: self.limits.clone(),
            life: self.life.clone(),
            clock: self.clock.clone(),
            _slot: slot,
            _place: place,
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
    peer: PeerAddress,
    service: S,
    limits: Limits,
    life: Lifecycle,
    clock: SharedClock,
    _slot: OwnedSemaphorePermit,
    _place: Place,
}

impl<S> Connection<S> {
    async fn run<B>(self, stream: TcpStream)
    where
        S: Served<B>,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let heard = Arc::new(AtomicBool::new(false));
        let service = Heard { inner: self.service, heard: Arc::clone(&heard), peer: self.peer };
        let builder = builder(&self.limits);
        let stream = Moving::new(stream, self.clock.clone(), self.limits.stall);
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
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_headers(FIELDS)
        .max_buf_size(BUFFER);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.streams)
        .keep_alive_interval(limits.keepalive)
        .keep_alive_timeout(limits.keepalive)
        .max_header_list_size(limits.headers);
    builder
}

/// Notes that a peer asked for something, and which peer.
#[derive(Clone)]
struct Heard<S> {
    inner: S,
    heard: Arc<AtomicBool>,
    peer: PeerAddress,
}

impl<S> hyper::service::Service<Request<Incoming>> for Heard<S>
where
    S: Service<Request<Incoming>, Error = std::convert::Infallible, Future: Send> + Clone + Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<S::Response, BoxError>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        self.heard.store(true, Ordering::Relaxed);
        request.extensions_mut().insert(self.peer);
        // Every service here is always ready: load is shed inside, with an answer.
        Box::pin(self.inner.clone().call(request).map_err(|never| match never {}))
    }
}
