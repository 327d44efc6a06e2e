//! `FeedService`: the feed of one workspace for programs.

use std::pin::Pin;

use baton_kit::{
    data::FactFilter,
    door::{fields::Fields, refusal::Refusal},
    life::ids::WorkspaceId,
};
use baton_proto::conversation::v1::{self as wire, feed_service_server::FeedService, watch_response::Item};
use futures::Stream;
use tonic::{Request, Response, Status};

use super::{
    convert::{self, Told},
    feed_stream::{Beginning, Feed, Following, Next},
    status, who,
};
use crate::domain::{
    ids::{ConversationId, TeamId},
    weight,
};

/// The server.
#[derive(Clone)]
pub struct FeedApi {
    /// The feed.
    pub feed: Feed,
}

/// Which events a reader wants.
#[derive(Debug, Clone)]
struct Wanted {
    facts: FactFilter,
    team: Option<TeamId>,
}

type Watching = Pin<Box<dyn Stream<Item = Result<wire::WatchResponse, Status>> + Send>>;

#[tonic::async_trait]
impl FeedService for FeedApi {
    type WatchStream = Watching;

    async fn watch(&self, request: Request<wire::WatchRequest>) -> Result<Response<Watching>, Status> {
        let caller = who::caller(&request)?;
        let request = request.into_inner();
        let wanted = wanted(caller.workspace()?, request.filter)?;
        let beginning = self.feed.begin(request.start).await?;
        Ok(Response::new(watching(self.feed.clone(), self.feed.follow(beginning), wanted)))
    }

    async fn list_events(
        &self,
        request: Request<wire::ListEventsRequest>,
    ) -> Result<Response<wire::ListEventsResponse>, Status> {
        let caller = who::caller(&request)?;
        let request = request.into_inner();
        let mut fields = Fields::new();
        let size = fields.page_size("page_size", request.page_size, 100, 500);
        let (size,) = fields.all((size,))?;
        let wanted = wanted(caller.workspace()?, request.filter)?;
        let beginning = self.feed.begin(request.start).await?;
        let page = self.page(beginning, &wanted, size).await;
        page.map(Response::new).map_err(|error| status::store(&error).into())
    }
}

impl FeedApi {
    async fn page(
        &self,
        from: Beginning,
        wanted: &Wanted,
        size: u32,
    ) -> Result<wire::ListEventsResponse, baton_kit::data::StoreError> {
        let (start, reset) = (from.position, from.reset);
        let following = self.feed.follow(from);
        let head = self.feed.facts.head();
        if let Some(reason) = reset {
            let reset = Some(wire::Reset { reason: reason as i32 });
            return Ok(wire::ListEventsResponse {
                events: Vec::new(),
                resume_token: following.token(start),
                more: false,
                reset,
            });
        }
        let facts = self.feed.facts.after(start, size, &wanted.facts).await?;
        let full = facts.len() == size as usize;
        // A page that is not full has looked at everything up to the head of before.
        let end = facts.last().filter(|_| full).map_or(head.max(start), |last| last.position);
        let end = facts.last().map_or(end, |last| end.max(last.position));
        let found = convert::told(self.feed.reader.feed_items(&facts).await?);
        let (found, cut) = weight::page(found, size);
        let end = found.last().filter(|_| cut).map_or(end, |last| last.item.position);
        let events = found.iter().filter(|told| wanted.team_matches(told)).map(convert::event).collect();
        let (resume_token, more) = (following.token(end), full || cut);
        Ok(wire::ListEventsResponse { events, resume_token, more, reset: None })
    }
}

impl Wanted {
    /// Whether an item is of the team asked for. Messages carry no team and are left out then.
    fn team_matches(&self, told: &Told) -> bool {
        let of = |team: TeamId| told.state.as_ref().is_some_and(|state| state.team_id == team.to_string());
        self.team.is_none_or(of)
    }
}

fn watching(feed: Feed, mut following: Following, wanted: Wanted) -> Watching {
    Box::pin(async_stream::stream! {
        if let Some(reason) = following.reset.take() {
            yield Ok(response(following.here(), Item::Reset(wire::Reset { reason: reason as i32 })));
        }
        loop {
            match following.next().await {
                Next::Quiet => yield Ok(response(following.here(), Item::Heartbeat(wire::Heartbeat {}))),
                Next::End(refusal) => {
                    yield Err(refusal.into());
                    return;
                }
                Next::Facts(facts) => {
                    let facts: Vec<_> = facts.into_iter().filter(|fact| wanted.facts.passes(fact)).collect();
                    let items = match feed.reader.feed_items(&facts).await {
                        Ok(items) => items,
                        Err(error) => {
                            yield Err(status::store(&error).into());
                            return;
                        }
                    };
                    for told in convert::told(items).iter().filter(|told| wanted.team_matches(told)) {
                        let token = following.token(told.item.position);
                        yield Ok(response(token, Item::Event(convert::event(told))));
                        following.spoke();
                    }
                }
            }
        }
    })
}

fn response(resume_token: String, item: Item) -> wire::WatchResponse {
    wire::WatchResponse { resume_token, item: Some(item) }
}

fn wanted(workspace: WorkspaceId, filter: Option<wire::FeedFilter>) -> Result<Wanted, Refusal> {
    let filter = filter.unwrap_or_default();
    let mut fields = Fields::new();
    let kinds: Option<Vec<i32>> = filter
        .kinds
        .iter()
        .map(|kind| fields.choice::<wire::EventKind>("filter.kinds", *kind).map(|kind| kind as i32))
        .collect();
    let conversation =
        fields.parsed_or_none::<ConversationId>("filter.conversation_id", &filter.conversation_id);
    let team = fields.parsed_or_none::<TeamId>("filter.team_id", &filter.team_id);
    let (kinds, conversation, team) = fields.all((kinds, conversation, team))?;
    let facts =
        FactFilter { workspace: Some(workspace), subject: conversation.map(ConversationId::uuid), kinds };
    Ok(Wanted { facts, team })
}
