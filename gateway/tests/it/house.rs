//! A whole edge in one process with its fakes, and the small clients that tests speak through.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode},
};
use baton_gateway::{Config, Demo, Needs, start};
use baton_kit::{
    door::{
        host::Host,
        peer::Place,
        principal::Kind,
        server::DoorBuilder,
        tokens::{KeySet, Signer, Subject},
    },
    life::{config::Sources, ids::WorkspaceId, lifecycle::Lifecycle, telemetry::Metrics},
};
use baton_kit_testing::{clock::FakeClock, seeds::SeededIds};
use baton_proto::{
    conversation::v1::{
        AuthorKind, Event, EventKind, Message, event::Subject as About,
        feed_service_server::FeedServiceServer,
    },
    internal::{
        conversation::v1::{
            FeedTailResponse, TailEvent, TailHeartbeat, TailReset, VisitorItem, VisitorMessage,
            feed_tail_response::Item, feed_tail_service_server::FeedTailServiceServer, visitor_item,
            visitor_service_server::VisitorServiceServer,
        },
        team::v1::{
            revocation_service_server::RevocationServiceServer, session_service_server::SessionServiceServer,
        },
    },
    team::v1::server_info_service_server::ServerInfoServiceServer,
};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::{
    fakes::{self, Feed, Team, Upstream, Visitors, Watched, workspace},
    scripted::{self, Script},
    tails::{self, Notices, Revocations},
};

pub struct House {
    pub router: Router,
    /// How the edge wants its port to be.
    pub port: baton_kit::door::listen::Limits,
    pub clock: FakeClock,
    pub life: Lifecycle,
    pub feed: Feed,
    pub script: Script,
    pub team: Team,
    pub visitors: Visitors,
    pub revocations: Revocations,
    pub notices: Notices,
    /// What the demo page shows, once it is known.
    pub demo: Arc<OnceLock<Demo>>,
    pub metrics: Metrics,
    conversation_signer: Signer,
}

/// A whole answer.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub fn config(settings: &str) -> Config {
    let mut table: toml::Table = format!("[gateway]\n{settings}").parse().unwrap();
    // Time stands still in most tests, so what is spent does not come back. A test of limits says `[gateway.limits]`.
    let keys = ["requests_burst", "partner_calls_burst", "sessions_per_minute", "conversations_per_minute"];
    let more = ["sign_ins_per_minute", "messages_burst"];
    let raised = keys.into_iter().chain(more).map(|key| (key.to_owned(), toml::Value::Integer(1_000_000)));
    let gateway = table.get_mut("gateway").and_then(toml::Value::as_table_mut).unwrap();
    gateway.entry("limits").or_insert_with(|| toml::Value::Table(raised.collect()));
    Sources::from_parts(table, []).load().unwrap()
}

impl House {
    pub async fn new() -> Self {
        Self::with("public_url = \"https://desk.example.org\"").await
    }

    pub async fn with(settings: &str) -> Self {
        Self::made(settings, true).await
    }

    /// One whose routing has not come up yet.
    pub async fn without_routing() -> Self {
        Self::made("public_url = \"https://desk.example.org\"", false).await
    }

    async fn made(settings: &str, routing: bool) -> Self {
        let (clock, ids, keys) = (FakeClock::new(), SeededIds::new(1), KeySet::default());
        let signer = |name: &str, may: &[Kind]| {
            let (signer, key) = Signer::generate(name, may, ids.as_ref(), clock.shared()).unwrap();
            keys.publish(key);
            signer
        };
        let conversation_signer = signer("conversation", &[Kind::Visitor]);
        let team_signer = signer("team", &[Kind::Member, Kind::ApiKey, Kind::Operator]);
        let gateway = signer("gateway", &[]);
        let (life, metrics) = (Lifecycle::new(), Metrics::new("gateway").unwrap());
        let host = Host { clock: clock.shared(), ids, life: life.clone(), metrics: metrics.clone(), keys };
        let (feed, script) = (Feed::new(), fakes::script());
        let (team, visitors) = (Team::new(team_signer), Visitors::default());
        let (revocations, notices) = (Revocations::new(), Notices::new());
        let demo = Arc::<OnceLock<Demo>>::default();
        let needs = Needs {
            conversation: conversation_place(&host, (&feed, &visitors), &script).await,
            routing: if routing { routing_place(&host, &script).await } else { Place::here().0 },
            ai: ai_place(&host, &script).await,
            team: team_place(&host, &team, &revocations, &script).await,
            notification: notification_place(&host, &notices, &script).await,
            demo: Arc::clone(&demo),
        };
        let started = start(config(settings), &host, gateway, needs).await.unwrap();
        // Until the edge has begun to listen.
        settle().await;
        Self {
            router: started.router,
            port: started.port,
            clock,
            life,
            feed,
            script,
            team,
            visitors,
            revocations,
            notices,
            demo,
            metrics,
            conversation_signer,
        }
    }

    pub fn visitor_token(&self, contact: u128) -> String {
        self.visitor_of(workspace(), contact)
    }

    pub fn visitor_of(&self, workspace: WorkspaceId, contact: u128) -> String {
        let subject = Subject {
            kind: Kind::Visitor,
            id: Uuid::from_u128(contact),
            workspace: Some(workspace),
            scopes: Vec::new(),
            bound: Uuid::nil(),
        };
        self.conversation_signer.sign(&subject, Duration::from_secs(60)).unwrap().0
    }

    pub async fn send(&self, request: Request<Body>) -> Reply {
        let response = within(self.router.clone().oneshot(request)).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = within(body.collect()).await.unwrap().to_bytes();
        Reply {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    /// A visitor's token that reaches one conversation only.
    pub fn visitor_of_one(&self, contact: u128, conversation: u128) -> String {
        let subject = Subject {
            kind: Kind::Visitor,
            id: Uuid::from_u128(contact),
            workspace: Some(workspace()),
            scopes: Vec::new(),
            bound: Uuid::nil(),
        };
        let (only, life) = (Uuid::from_u128(conversation), Duration::from_secs(60));
        self.conversation_signer.sign_for_one(&subject, only, life).unwrap().0
    }

    pub async fn staff_stream(&self, after: Option<&str>) -> Sse {
        self.stream_of("good", after).await
    }

    /// The stream of a member by their session.
    pub async fn stream_of(&self, session: &str, after: Option<&str>) -> Sse {
        let cookie = format!("__Host-baton={session}");
        let mut request = Request::get("/v1/inbox/stream").header("cookie", cookie);
        if let Some(after) = after {
            request = request.header("last-event-id", after);
        }
        self.stream(request.body(Body::empty()).unwrap()).await
    }

    pub async fn visitor_stream(&self, token: &str, after: Option<&str>) -> Sse {
        let mut request =
            Request::get("/v1/widget/stream").header("authorization", format!("Bearer {token}"));
        if let Some(after) = after {
            request = request.header("last-event-id", after);
        }
        self.stream(request.body(Body::empty()).unwrap()).await
    }

    async fn stream(&self, request: Request<Body>) -> Sse {
        let response = within(self.router.clone().oneshot(request)).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut sse = Sse { body: response.into_body(), text: String::new() };
        assert_eq!(sse.block().await.as_deref(), Some(": open\nretry: 2000"));
        sse
    }

    /// The feed's first stream, begun at `t0`.
    pub async fn upstream(&self) -> Upstream {
        let upstream = within(self.feed.call()).await;
        upstream.items.send(Ok(beat("t0"))).await.unwrap();
        // Seen once the ring knows a place.
        settle().await;
        upstream
    }

    /// The feed's next stream, after the pause the edge makes.
    pub async fn next_upstream(&self) -> Upstream {
        for _ in 0..100 {
            settle().await;
            if let Some(upstream) = self.feed.ready() {
                return upstream;
            }
            self.clock.advance(Duration::from_millis(100));
        }
        panic!("the edge did not come back");
    }
}

async fn conversation_place(host: &Host, (feed, visitors): (&Feed, &Visitors), script: &Script) -> Place {
    let door = DoorBuilder::new()
        .await
        .add(FeedTailServiceServer::new(feed.clone()), &[])
        .add(VisitorServiceServer::new(visitors.clone()), fakes::VISITOR_RULES)
        .add(FeedServiceServer::new(Watched), fakes::FEED_RULES)
        .add(scripted::Conversations(script.clone()), scripted::Conversations::RULES)
        .add(scripted::Handoffs(script.clone()), scripted::Handoffs::RULES)
        .add(scripted::DeadLetters(script.clone()), scripted::DeadLetters::RULES)
        .add(scripted::Notes(script.clone()), scripted::Notes::RULES)
        .add(scripted::Contacts(script.clone()), scripted::Contacts::RULES);
    placed(host, door).await
}

async fn routing_place(host: &Host, script: &Script) -> Place {
    let door = DoorBuilder::new()
        .await
        .add(scripted::Hours(script.clone()), scripted::Hours::RULES)
        .add(scripted::Routing(script.clone()), scripted::Routing::RULES)
        .add(scripted::DeadLetters(script.clone()), scripted::DeadLetters::RULES)
        .add(scripted::Availability(script.clone()), scripted::Availability::RULES);
    placed(host, door).await
}

async fn ai_place(host: &Host, script: &Script) -> Place {
    let door = DoorBuilder::new()
        .await
        .add(scripted::Assistants(script.clone()), scripted::Assistants::RULES)
        .add(scripted::Knowledge(script.clone()), scripted::Knowledge::RULES)
        .add(scripted::DeadLetters(script.clone()), scripted::DeadLetters::RULES)
        .add(scripted::Insights(script.clone()), scripted::Insights::RULES);
    placed(host, door).await
}

async fn team_place(host: &Host, team: &Team, revocations: &Revocations, script: &Script) -> Place {
    let door = DoorBuilder::new()
        .await
        .add(SessionServiceServer::new(team.clone()), fakes::TEAM_RULES)
        .add(ServerInfoServiceServer::new(team.clone()), &[])
        .add(RevocationServiceServer::new(revocations.clone()), tails::REVOCATION_RULES)
        .add(scripted::Canned(script.clone()), scripted::Canned::RULES)
        .add(scripted::DeadLetters(script.clone()), scripted::DeadLetters::RULES)
        .add(scripted::Members(script.clone()), scripted::Members::RULES)
        .add(scripted::Teams(script.clone()), scripted::Teams::RULES)
        .add(scripted::Keys(script.clone()), scripted::Keys::RULES);
    placed(host, door).await
}

async fn notification_place(host: &Host, notices: &Notices, script: &Script) -> Place {
    let edge = tails::Edge { tail: notices.clone(), rest: scripted::EdgeAsks(script.clone()) };
    let door = DoorBuilder::new()
        .await
        .add(edge, scripted::EdgeAsks::RULES)
        .add(scripted::Notifications(script.clone()), scripted::Notifications::RULES)
        .add(scripted::Preferences(script.clone()), scripted::Preferences::RULES)
        .add(scripted::DeadLetters(script.clone()), scripted::DeadLetters::RULES);
    placed(host, door).await
}

async fn placed(host: &Host, door: DoorBuilder) -> Place {
    let (place, slot) = Place::here();
    assert!(slot.set(door.build(host.verifier(), host.frame(), &host.life).await).is_ok());
    place
}

/// A live stream being read.
pub struct Sse {
    body: Body,
    text: String,
}

/// One event of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub id: String,
    pub event: String,
    pub data: String,
}

impl Sse {
    /// The next event; signs of life are passed over. `None` at the end.
    pub async fn next(&mut self) -> Option<Seen> {
        loop {
            let block = self.block().await?;
            if !block.starts_with(':') {
                let line = |name: &str| {
                    let found = block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
                    found.unwrap_or_default().to_owned()
                };
                return Some(Seen { id: line("id"), event: line("event"), data: line("data") });
            }
        }
    }

    /// The next block of lines, whatever it is.
    pub async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                return Some(block);
            }
            let frame = within(self.body.frame()).await?.unwrap();
            self.text.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
        }
    }

    pub async fn ids(&mut self, count: usize) -> Vec<String> {
        let mut ids = Vec::new();
        for _ in 0..count {
            ids.push(self.next().await.unwrap().id);
        }
        ids
    }
}

pub fn contact_text(contact: u128) -> String {
    format!("cont_{}", baton_kit::life::ids::base32::encode(contact))
}

/// A message of a contact's conversation, seen by the staff and by the contact.
pub fn item(token: &str, workspace: WorkspaceId, contact: u128) -> FeedTailResponse {
    let message =
        Message { id: format!("msg_{token}"), author_id: "mem_hidden".into(), ..Default::default() };
    let staff = Event {
        id: format!("evt_{token}"),
        kind: EventKind::MessagePosted.into(),
        subject: Some(About::Message(message)),
        ..Default::default()
    };
    let visible = VisitorMessage {
        id: format!("msg_{token}"),
        author_kind: AuthorKind::Ai.into(),
        ..Default::default()
    };
    let event = TailEvent {
        workspace_id: workspace.to_string(),
        contact_id: contact_text(contact),
        staff: Some(staff),
        visitor: Some(VisitorItem { item: Some(visitor_item::Item::Message(visible)) }),
    };
    FeedTailResponse { resume_token: token.into(), item: Some(Item::Event(event)) }
}

pub fn beat(token: &str) -> FeedTailResponse {
    FeedTailResponse { resume_token: token.into(), item: Some(Item::Heartbeat(TailHeartbeat {})) }
}

pub fn reset(token: &str) -> FeedTailResponse {
    FeedTailResponse { resume_token: token.into(), item: Some(Item::Reset(TailReset {})) }
}

/// Lets every task that can run do so. The runtime of these tests has one thread and nothing waits for the machine.
pub async fn settle() {
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
}

/// Fails a test that would hang.
#[expect(clippy::disallowed_methods, reason = "a guard in real time; no test waits for it")]
pub async fn within<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(20), future).await.expect("the edge did not answer")
}
