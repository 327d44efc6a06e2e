//! A partner's line through the gRPC door: an API key and nothing else of ours.

use std::net::SocketAddr;

use baton_proto::conversation::v1::{
    Event, FeedPoint, FeedStart, ListEventsRequest, feed_service_client::FeedServiceClient, feed_start::Start,
};
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::{Interceptor, interceptor::InterceptedService},
    transport::{Channel, Endpoint},
};

use super::browser::Inbox;

/// Sends the key with every call.
#[derive(Clone)]
pub struct Key(MetadataValue<Ascii>);

impl Interceptor for Key {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.metadata_mut().insert("authorization", self.0.clone());
        Ok(request)
    }
}

/// What generated clients are made on.
pub type Line = InterceptedService<Channel, Key>;

/// A line to the edge.
#[expect(
    clippy::disallowed_methods,
    reason = "a partner has nothing but the contract: none of kit's channels"
)]
pub async fn line(address: SocketAddr, api_key: &str) -> Line {
    let endpoint = Endpoint::from_shared(format!("http://{address}")).expect("an address");
    let channel = endpoint.connect().await.expect("the edge answers");
    InterceptedService::new(channel, Key(format!("Bearer {api_key}").parse().expect("a header")))
}

/// Everything that ever happened in a member's workspace, in the feed's order.
pub async fn feed(address: SocketAddr, desk: &Inbox) -> Vec<Event> {
    feed_by(address, &desk.api_key(&["conversations:read"]).await).await
}

/// The same for a partner who has a key.
pub async fn feed_by(address: SocketAddr, api_key: &str) -> Vec<Event> {
    let mut feed = FeedServiceClient::new(line(address, api_key).await);
    let (mut start, mut events) = (Start::Point(FeedPoint::Earliest.into()), Vec::new());
    loop {
        let start_here = Some(FeedStart { start: Some(start) });
        let request = ListEventsRequest { start: start_here, filter: None, page_size: 500 };
        let page = feed.list_events(request).await.expect("a page of the feed").into_inner();
        events.extend(page.events);
        if !page.more {
            return events;
        }
        start = Start::ResumeToken(page.resume_token);
    }
}
