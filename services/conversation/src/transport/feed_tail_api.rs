//! `FeedTailService`: the live end of the feed for gateways, with what each audience may see.

use std::{
    pin::{Pin, pin},
    sync::Arc,
};

use baton_kit::door::refusal::Refusal;
use baton_proto::internal::conversation::v1::{
    self as wire, feed_tail_response::Item, feed_tail_service_server::FeedTailService,
};
use futures::Stream;
use tonic::{Request, Response, Status};

use super::{
    convert::{self, Told},
    feed_stream::{Feed, Following, Next},
    status,
};
use crate::{
    application::{
        ports::{FeedItem, names::NameFinder},
        report_activity::{ActivityWatch, ReportActivity},
    },
    domain::{activity::Activity, names::Names},
};

/// How much of what waits is told before the changes: more would make them wait for words.
const LONGEST_BACKLOG: usize = 256;

/// The server.
#[derive(Clone)]
pub struct FeedTailApi {
    /// The feed.
    pub feed: Feed,
    /// What is seen now or never.
    pub activity: ReportActivity,
    /// What visitors are told people are called.
    pub names: Arc<dyn NameFinder>,
}

type Tail = Pin<Box<dyn Stream<Item = Result<wire::FeedTailResponse, Status>> + Send>>;

#[tonic::async_trait]
impl FeedTailService for FeedTailApi {
    type FeedTailStream = Tail;

    async fn feed_tail(&self, request: Request<wire::FeedTailRequest>) -> Result<Response<Tail>, Status> {
        use baton_proto::conversation::v1::{FeedPoint, FeedStart, feed_start::Start};
        // Before the place in the feed is found: what is told meanwhile waits.
        let watch = self.activity.watch();
        let token = &request.get_ref().resume_token;
        let beginning = if token.is_empty() {
            self.feed.begin(Some(FeedStart { start: Some(Start::Point(FeedPoint::Now as i32)) })).await?
        } else {
            self.feed.begin_at(token).await?
        };
        let (feed, names, following) =
            (self.feed.clone(), Arc::clone(&self.names), self.feed.follow(beginning));
        Ok(Response::new(tail(Telling { feed, names, following, watch, told: String::new() })))
    }
}

fn tail(mut telling: Telling) -> Tail {
    Box::pin(async_stream::stream! {
        yield Ok(telling.first_word());
        loop {
            let next = {
                // Begun once: however much is said meanwhile, a long read of the feed comes to its end.
                let mut changes = pin!(telling.following.next());
                loop {
                    let came = tokio::select! {
                        next = &mut changes => Came::Changes(next),
                        activity = telling.watch.next() => Came::Activity(activity),
                    };
                    match came {
                        Came::Changes(next) => break next,
                        Came::Activity(activity) if telling.watch.may_tell(&activity).await => {
                            yield Ok(seen_now(&telling.told, &activity));
                        }
                        Came::Activity(_) => {}
                    }
                }
            };
            match telling.changes(next).await {
                Ok(responses) => {
                    for response in responses {
                        yield Ok(response);
                    }
                }
                Err(refusal) => {
                    yield Err(refusal.into());
                    return;
                }
            }
        }
    })
}

/// One stream: the changes in their order, and between them what is seen now or never.
struct Telling {
    feed: Feed,
    names: Arc<dyn NameFinder>,
    following: Following,
    watch: ActivityWatch,
    /// The token of the last item told. An activity moves no place: it carries this one.
    told: String,
}

impl Telling {
    /// Said at once, so that a gateway knows from where on it hears everything.
    fn first_word(&mut self) -> wire::FeedTailResponse {
        let first = match self.following.reset.take() {
            Some(_) => Item::Reset(wire::TailReset {}),
            None => Item::Heartbeat(wire::TailHeartbeat {}),
        };
        self.told = self.following.here();
        response(self.told.clone(), first)
    }

    async fn changes(&mut self, next: Next) -> Result<Vec<wire::FeedTailResponse>, Refusal> {
        let items = convert::told(items(&self.feed, next).await?);
        let names = self.names_in(&items).await?;
        for Told { item, .. } in &items {
            self.watch.will_tell(item.conversation, item.control_epoch);
        }
        let mut responses = self.backlog().await;
        for told in &items {
            self.told = self.following.token(told.item.position);
            responses.push(response(self.told.clone(), Item::Event(event(told, &names))));
        }
        if responses.is_empty() {
            self.told = self.following.here();
            responses.push(response(self.told.clone(), Item::Heartbeat(wire::TailHeartbeat {})));
        }
        self.following.spoke();
        Ok(responses)
    }

    /// One statement for all of them, and none where visitors are told of nobody.
    async fn names_in(&self, items: &[Told]) -> Result<Names, Refusal> {
        let speakers = convert::visitors::speakers_in(items);
        self.names.names_anywhere(&speakers).await.map_err(|error| status::store(&error))
    }

    /// What was said before the changes about to be told is told before them: no word of an answer comes after its message.
    async fn backlog(&mut self) -> Vec<wire::FeedTailResponse> {
        let mut responses = Vec::new();
        for _ in 0..LONGEST_BACKLOG {
            let Some(activity) = self.watch.waiting() else { break };
            if self.watch.may_tell(&activity).await {
                responses.push(seen_now(&self.told, &activity));
            }
        }
        responses
    }
}

/// What a stream waits for.
enum Came {
    Changes(Next),
    Activity(Arc<Activity>),
}

fn seen_now(told: &str, activity: &Activity) -> wire::FeedTailResponse {
    response(told.to_owned(), Item::Activity(convert::activity::tail_activity(activity)))
}

/// What comes of what comes next: none for a quiet while, and for changes of which nothing is left to tell.
async fn items(feed: &Feed, next: Next) -> Result<Vec<FeedItem>, Refusal> {
    match next {
        Next::Quiet => Ok(Vec::new()),
        Next::End(refusal) => Err(refusal),
        Next::Facts(facts) => feed.reader.feed_items(&facts).await.map_err(|error| status::store(&error)),
    }
}

fn event(told: &Told, names: &Names) -> wire::TailEvent {
    wire::TailEvent {
        workspace_id: told.item.workspace.to_string(),
        contact_id: told.item.contact.to_string(),
        staff: Some(convert::event(told)),
        visitor: convert::visitors::item(told, names),
    }
}

fn response(resume_token: String, item: Item) -> wire::FeedTailResponse {
    wire::FeedTailResponse { resume_token, item: Some(item) }
}
