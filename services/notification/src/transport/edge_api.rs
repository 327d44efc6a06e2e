//! `EdgeService` on the wire: links in mails, live notices, filed mails.

use std::{pin::Pin, sync::Arc};

use baton_kit::{
    door::{host::HEARTBEAT, refusal::Refusal},
    events::SignalReader,
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
use crate::application::{
    ports::mail::FiledMails,
    unsubscribe::Unsubscribe,
    watch_notices::{NewNotice, WatchNotices},
};

/// The server.
pub struct EdgeApi {
    /// For the links.
    pub unsubscribe: Unsubscribe,
    /// For NoticeTail.
    pub watch: WatchNotices,
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
        Ok(Response::new(tail(self.watch.watch(), self.clock.clone(), self.life.clone())))
    }

    async fn list_filed_mails(
        &self,
        _: Request<ListFiledMailsRequest>,
    ) -> Result<Response<ListFiledMailsResponse>, Status> {
        let mails = self.filed.list().await.map_err(|error| status::files(&error))?;
        Ok(Response::new(ListFiledMailsResponse { mails: mails.into_iter().map(convert::filed).collect() }))
    }

    async fn get_filed_mail(
        &self,
        request: Request<GetFiledMailRequest>,
    ) -> Result<Response<GetFiledMailResponse>, Status> {
        let name = convert::file_name(&request.get_ref().name)?;
        let found = self.filed.open(&name).await.map_err(|error| status::files(&error))?;
        let mail = found.ok_or_else(|| Refusal::not_found("mail"))?;
        Ok(Response::new(convert::opened(mail)))
    }
}

fn tail(mut notices: SignalReader<NewNotice>, clock: SharedClock, life: Lifecycle) -> Tail {
    let soft = life.soft();
    Box::pin(async_stream::stream! {
        // At once, so that whoever connects knows that what comes now will be told.
        yield Ok(NoticeTailResponse::default());
        loop {
            let next = clock::timeout(&clock, HEARTBEAT, notices.next());
            match soft.run_until_cancelled(next).await {
                None | Some(Ok(Ok(None))) => break,
                Some(Err(_)) => yield Ok(NoticeTailResponse::default()),
                Some(Ok(Ok(Some((workspace, notice))))) => yield Ok(convert::tail_item(workspace, &notice)),
                // At most once: whoever misses some lists them.
                Some(Ok(Err(missed))) => tracing::debug!(%missed, "a tail of notices was too slow"),
            }
        }
        yield Err(Refusal::new(ErrorReason::Unavailable, "the house closes; begin again").into());
    })
}
