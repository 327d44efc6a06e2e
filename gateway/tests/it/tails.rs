//! Services whose streams a test speaks on: what team revokes, and what members are told.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::http;
use baton_kit::door::access::Rule;
use baton_proto::internal::{
    notification::v1::{
        self as notification, edge_service_server::EdgeService, edge_service_server::EdgeServiceServer,
    },
    team::v1::{
        WatchRevocationsRequest, WatchRevocationsResponse, revocation_service_server::RevocationService,
    },
};
use futures::future::BoxFuture;
use tokio::sync::{Mutex, mpsc};
use tokio_stream::{Stream, wrappers::ReceiverStream};
use tonic::{Request, Response, Status, async_trait, body::Body, server::NamedService};
use tower::Service;

use crate::{house::within, scripted::EdgeAsks};

pub const REVOCATION_RULES: &[Rule] =
    &[Rule::on("/baton.internal.team.v1.RevocationService/WatchRevocations").services(&["gateway"])];

type Words<T> = mpsc::Sender<Result<T, Status>>;
type Items<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// Each stream that the edge asks for is handed to the test.
pub struct Asked<T> {
    streams: mpsc::UnboundedSender<Words<T>>,
    seen: Arc<Mutex<mpsc::UnboundedReceiver<Words<T>>>>,
}

pub type Revocations = Asked<WatchRevocationsResponse>;
pub type Notices = Asked<notification::NoticeTailResponse>;

impl<T> Clone for Asked<T> {
    fn clone(&self) -> Self {
        Self { streams: self.streams.clone(), seen: Arc::clone(&self.seen) }
    }
}

impl<T: Default + Send + 'static> Asked<T> {
    pub fn new() -> Self {
        let (streams, seen) = mpsc::unbounded_channel();
        Self { streams, seen: Arc::new(Mutex::new(seen)) }
    }

    /// The stream that was asked for first and not taken yet.
    pub async fn stream(&self) -> Words<T> {
        within(async { self.seen.lock().await.recv().await.unwrap() }).await
    }

    pub fn ready(&self) -> Option<Words<T>> {
        self.seen.try_lock().ok()?.try_recv().ok()
    }

    /// A stream with a first sign of life on it.
    fn open(&self) -> Items<T> {
        let (words, stream) = mpsc::channel(64);
        words.try_send(Ok(T::default())).unwrap();
        self.streams.send(words).unwrap();
        Box::pin(ReceiverStream::new(stream))
    }
}

#[async_trait]
impl RevocationService for Revocations {
    type WatchRevocationsStream = Items<WatchRevocationsResponse>;

    async fn watch_revocations(
        &self,
        _: Request<WatchRevocationsRequest>,
    ) -> Result<Response<Self::WatchRevocationsStream>, Status> {
        Ok(Response::new(self.open()))
    }
}

/// What the edge asks of notification: the tail by hand, the rest as scripted.
#[derive(Clone)]
pub struct Edge {
    pub tail: Notices,
    pub rest: EdgeAsks,
}

impl NamedService for Edge {
    const NAME: &'static str = "baton.internal.notification.v1.EdgeService";
}

impl Service<http::Request<Body>> for Edge {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        if request.uri().path().ends_with("/NoticeTail") {
            return EdgeServiceServer::new(self.tail.clone()).call(request);
        }
        self.rest.call(request)
    }
}

macro_rules! scripted_elsewhere {
    ($($method:ident($question:ident) -> $answer:ident;)+) => {
        #[async_trait]
        impl EdgeService for Notices {
            type NoticeTailStream = Items<notification::NoticeTailResponse>;

            async fn notice_tail(
                &self,
                _: Request<notification::NoticeTailRequest>,
            ) -> Result<Response<Self::NoticeTailStream>, Status> {
                Ok(Response::new(self.open()))
            }

            $(
                async fn $method(
                    &self,
                    _: Request<notification::$question>,
                ) -> Result<Response<notification::$answer>, Status> {
                    unreachable!("the script answers this")
                }
            )+
        }
    };
}

scripted_elsewhere! {
    describe_unsubscribe(DescribeUnsubscribeRequest) -> DescribeUnsubscribeResponse;
    unsubscribe(UnsubscribeRequest) -> UnsubscribeResponse;
    list_filed_mails(ListFiledMailsRequest) -> ListFiledMailsResponse;
    get_filed_mail(GetFiledMailRequest) -> GetFiledMailResponse;
}
