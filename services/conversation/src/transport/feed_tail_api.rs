//! `FeedTailService`: the live end of the feed for gateways, with what each audience may see.

use std::pin::Pin;

use baton_proto::internal::conversation::v1::{
    self as wire, feed_tail_response::Item, feed_tail_service_server::FeedTailService,
};
use futures::Stream;
use tonic::{Request, Response, Status};

use super::{
    convert,
    feed_stream::{Feed, Following, Next},
    status,
};
use crate::application::ports::FeedItem;

/// The server.
#[derive(Clone)]
pub struct FeedTailApi {
    /// The feed.
    pub feed: Feed,
}

type Tail = Pin<Box<dyn Stream<Item = Result<wire::FeedTailResponse, Status>> + Send>>;

#[tonic::async_trait]
impl FeedTailService for FeedTailApi {
    type FeedTailStream = Tail;

    async fn feed_tail(&self, request: Request<wire::FeedTailRequest>) -> Result<Response<Tail>, Status> {
        use baton_proto::conversation::v1::{FeedPoint, FeedStart, feed_start::Start};
        let token = &request.get_ref().resume_token;
        let beginning = if token.is_empty() {
            self.feed.begin(Some(FeedStart { start: Some(Start::Point(FeedPoint::Now as i32)) })).await?
        } else {
            self.feed.begin_at(token).await?
        };
        Ok(Response::new(tail(self.feed.clone(), self.feed.follow(beginning))))
    }
}

fn tail(feed: Feed, mut following: Following) -> Tail {
    Box::pin(async_stream::stream! {
        // A first word at once, so that a gateway knows from where on it hears everything.
        let first = match following.reset.take() {
            Some(_) => Item::Reset(wire::TailReset {}),
            None => Item::Heartbeat(wire::TailHeartbeat {}),
        };
        yield Ok(response(following.here(), first));
        loop {
            match following.next().await {
                Next::Quiet => yield Ok(response(following.here(), Item::Heartbeat(wire::TailHeartbeat {}))),
                Next::End(refusal) => {
                    yield Err(refusal.into());
                    return;
                }
                Next::Facts(facts) => match feed.reader.feed_items(&facts).await {
                    Ok(items) => {
                        for item in &items {
                            yield Ok(response(following.token(item.position), Item::Event(event(item))));
                            following.spoke();
                        }
                    }
                    Err(error) => {
                        yield Err(status::store(&error).into());
                        return;
                    }
                },
            }
        }
    })
}

fn event(item: &FeedItem) -> wire::TailEvent {
    wire::TailEvent {
        workspace_id: item.workspace.to_string(),
        contact_id: item.contact.to_string(),
        staff: Some(convert::event(item)),
        visitor: convert::visitor_item(item),
    }
}

fn response(resume_token: String, item: Item) -> wire::FeedTailResponse {
    wire::FeedTailResponse { resume_token, item: Some(item) }
}
