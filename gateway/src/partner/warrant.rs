//! A streamed answer lasts no longer than the credential it was asked for with: the key is exchanged anew from time to time, and at once
//! when it was revoked; a refusal ends the stream.
//!
//! Must not know what is streamed.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::body::Body;
use baton_kit::life::clock::SharedClock;
use bytes::Bytes;
use futures::future::BoxFuture;
use http_body::{Frame, SizeHint};
use tonic::Status;

use crate::exchange::{Credential, Exchange, Grant};

/// What proved who calls, kept for as long as the call lasts.
pub(super) enum Proof {
    /// An API key.
    ApiKey(String),
    /// The operator's token.
    Operator(String),
}

impl Proof {
    /// As the exchange takes it.
    pub(super) fn credential(&self) -> Credential<'_> {
        match self {
            Self::ApiKey(key) => Credential::ApiKey(key),
            Self::Operator(token) => Credential::Operator(token),
        }
    }
}

/// A body that ends when its warrant does.
pub(super) struct Warranted {
    inner: Body,
    revoked: BoxFuture<'static, Status>,
    ended: bool,
}

impl Warranted {
    /// Watches over an answer. A call that is over sooner costs no exchange.
    pub(super) fn over(inner: Body, (proof, grant): (Proof, Grant), watch: Watch) -> Body {
        let revoked = Box::pin(async move { watch.until_refused(&proof, &grant).await });
        Body::new(Self { inner, revoked, ended: false })
    }
}

/// How a warrant is looked at.
pub(super) struct Watch {
    /// Where.
    pub exchange: Exchange,
    /// Time.
    pub clock: SharedClock,
    /// How often.
    pub period: Duration,
}

impl Watch {
    /// Completes when the credential is refused. A team that does not answer refuses nothing.
    async fn until_refused(self, proof: &Proof, grant: &Grant) -> Status {
        let mut lease = self.exchange.lease(grant);
        loop {
            tokio::select! {
                () = lease.shaken() => {}
                () = self.clock.sleep(self.period) => {}
            }
            match self.exchange.renew(proof.credential()).await {
                Err(status) if status.code() == tonic::Code::Unauthenticated => return status,
                Ok(_) => lease.settled(),
                Err(_) => lease.unsettled(),
            }
        }
    }
}

impl http_body::Body for Warranted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        if let Poll::Ready(status) = self.revoked.as_mut().poll(cx) {
            self.ended = true;
            return Poll::Ready(trailers(&status).map(|trailers| Ok(Frame::trailers(trailers))));
        }
        Pin::new(&mut self.inner).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.ended || self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// The status as gRPC ends a stream with it.
fn trailers(status: &Status) -> Option<http::HeaderMap> {
    let mut trailers = http::HeaderMap::new();
    status.add_header(&mut trailers).ok()?;
    Some(trailers)
}
