//! `EdgeService` on the wire: links in mails, live notices, filed mails.

use std::{pin::Pin, sync::Arc};

use baton_kit::{
    data::{Fact, FactLog},
    door::{host::HEARTBEAT, principal::caller_of, refusal::Refusal},
    life::{
        clock::{self, SharedClock},
        lifecycle::Lifecycle,
    },
};
use baton_proto::{
    common::v1::ErrorReason,
    internal::notification::v1::{
        DescribeUnsubscribeRequest, DescribeUnsubscribeResponse, GetFiledMailRequest, GetFiledMailResponse,
        ListFiledMailsRequest, ListFiledMailsResponse, NoticeTailRequest, NoticeTailResponse,
        UnsubscribeRequest, UnsubscribeResponse, edge_service_server::EdgeService,
    },
};
use futures::Stream;
use tonic::{Request, Response, Status};

use super::{convert, status};
use crate::application::{ports::mail::FiledMails, unsubscribe::Unsubscribe};

/// The server.
pub struct EdgeApi {
    /// For the links.
    pub unsubscribe: Unsubscribe,
    /// What notification published, for NoticeTail.
    pub facts: FactLog,
    /// For what was written to files.
    pub filed: Arc<dyn FiledMails>,
    /// Times signs of life.
    pub clock: SharedClock,
    /// Streams end with it.
    pub life: Lifecycle,
}

type Tail = Pin<Box<dyn Stream<Item = Result<NoticeTailResponse, Status>> + Send>>;

#[tonic::async_trait]
impl EdgeService for EdgeApi {
    type NoticeTailStream = Tail;

    async fn describe_unsubscribe(
        &self,
        request: Request<DescribeUnsubscribeRequest>,
    ) -> Result<Response<DescribeUnsubscribeResponse>, Status> {
        let token = convert::token(&request.get_ref().token)?;
        let page = self.unsubscribe.describe(&token).map_err(|error| status::unsubscribe(&error))?;
        Ok(Response::new(DescribeUnsubscribeResponse { page: Some(convert::page(page)) }))
    }

    async fn unsubscribe(
        &self,
        request: Request<UnsubscribeRequest>,
    ) -> Result<Response<UnsubscribeResponse>, Status> {
        let token = convert::token(&request.get_ref().token)?;
        let page = self.unsubscribe.run(&token).await.map_err(|error| status::unsubscribe(&error))?;
        Ok(Response::new(UnsubscribeResponse { page: Some(convert::page(page)) }))
    }

    async fn notice_tail(&self, _: Request<NoticeTailRequest>) -> Result<Response<Tail>, Status> {
        Ok(Response::new(tail(&self.facts, self.clock.clone(), &self.life)))
    }

    async fn list_filed_mails(
        &self,
        request: Request<ListFiledMailsRequest>,
    ) -> Result<Response<ListFiledMailsResponse>, Status> {
        let workspace = caller_of(&request)?.workspace()?;
        let mails = self.filed.list(workspace).await.map_err(|error| status::files(&error))?;
        Ok(Response::new(ListFiledMailsResponse { mails: mails.into_iter().map(convert::filed).collect() }))
    }

    async fn get_filed_mail(
        &self,
        request: Request<GetFiledMailRequest>,
    ) -> Result<Response<GetFiledMailResponse>, Status> {
        let workspace = caller_of(&request)?.workspace()?;
        let name = convert::file_name(&request.get_ref().name)?;
        let found = self.filed.open(workspace, &name).await.map_err(|error| status::files(&error))?;
        let mail = found.ok_or_else(|| Refusal::not_found("mail"))?;
        Ok(Response::new(convert::opened(mail)))
    }
}

/// From now on, whichever process makes the notices. Whoever reads slowly is told from the log; what cannot be had ends the stream.
fn tail(facts: &FactLog, clock: SharedClock, life: &Lifecycle) -> Tail {
    let (soft, mut follower) = (life.soft(), facts.follow(facts.head()));
    Box::pin(async_stream::stream! {
        // At once, so that whoever connects knows that what comes now will be told.
        yield Ok(NoticeTailResponse::default());
        loop {
            let next = clock::timeout(&clock, HEARTBEAT, follower.next());
            match soft.run_until_cancelled(next).await {
                None => break,
                Some(Err(_)) => yield Ok(NoticeTailResponse::default()),
                Some(Ok(Ok(facts))) => match told(&facts) {
                    Ok(items) => for item in items {
                        yield Ok(item);
                    },
                    Err(refusal) => {
                        yield Err(refusal.into());
                        return;
                    }
                },
                Some(Ok(Err(error))) => {
                    tracing::info!(%error, "a tail of notices ends");
                    yield Err(Refusal::new(ErrorReason::Unavailable, "the notices cannot be read; begin again").into());
                    return;
                }
            }
        }
        yield Err(Refusal::new(ErrorReason::Unavailable, "the house closes; begin again").into());
    })
}

/// At least one: also facts without a notice are a sign of life.
fn told(facts: &[Arc<Fact>]) -> Result<Vec<NoticeTailResponse>, Refusal> {
    let mut items = Vec::new();
    for fact in facts {
        items.extend(convert::tail_items(fact).map_err(|error| Refusal::internal(&error))?);
    }
    if items.is_empty() {
        items.push(NoticeTailResponse::default());
    }
    Ok(items)
}
