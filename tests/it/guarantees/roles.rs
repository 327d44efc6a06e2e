//! Conversation once and routing several times over one PostgreSQL, as replicas of a cluster share it; every third reply of an assignment
//! is lost on its way.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use baton_conversation as conversation;
use baton_kit::{
    data::{Database, DatabaseOptions, FactLog, NewFact, SchemaRange, StoreError, migrate},
    door::{
        access::Rule,
        enter::Door,
        host::Host,
        links::Links,
        peer::{Line, Place},
        principal::{Kind, Scope},
        refusal::Refusal,
        server::DoorBuilder,
        tokens::{KeySet, Signer, Subject},
    },
    life::{
        clock::SystemClock,
        config::Sources,
        ids::{SystemIds, WorkspaceId, base32},
        lifecycle::Lifecycle,
        telemetry::Metrics,
    },
};
use baton_kit_testing::database::{TestDatabase, url_of};
use baton_proto::{
    ai::v1::AssistantChanged,
    common::v1::ErrorReason,
    internal::conversation::v1::{
        AssignRequest, AssignResponse, ListMemberLoadsRequest, ListMemberLoadsResponse, OpenSessionRequest,
        ReleaseRequest, ReleaseResponse, SetPromiseRequest, SetPromiseResponse,
        assignment_service_client::AssignmentServiceClient,
        assignment_service_server::{AssignmentService, AssignmentServiceServer},
        open_session_request::Proof,
        visitor_service_client::VisitorServiceClient,
    },
    team::v1::{Member, MemberChanged},
};
use prost::Message as _;
use sea_orm_migration::MigratorTrait;
use tonic::{Code, Request, Response, Status};
use uuid::Uuid;

const ASSIGNMENT: &[Rule] = &[
    Rule::on("/baton.internal.conversation.v1.AssignmentService/Assign").services(&["routing"]),
    Rule::on("/baton.internal.conversation.v1.AssignmentService/Release").services(&["routing"]),
    Rule::on("/baton.internal.conversation.v1.AssignmentService/SetPromise").services(&["routing"]),
    Rule::on("/baton.internal.conversation.v1.AssignmentService/ListMemberLoads").services(&["routing"]),
];

/// Stands between routing and conversation and loses what conversation answered.
#[derive(Clone)]
struct LosesReplies {
    to: Line,
    every: usize,
    assigned: Arc<AtomicUsize>,
}

impl LosesReplies {
    fn client(&self) -> AssignmentServiceClient<Line> {
        AssignmentServiceClient::new(self.to.clone())
    }
}

#[tonic::async_trait]
impl AssignmentService for LosesReplies {
    async fn assign(&self, request: Request<AssignRequest>) -> Result<Response<AssignResponse>, Status> {
        let answered = self.client().assign(request.into_inner()).await;
        if (self.assigned.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(self.every) {
            return Err(Refusal::new(ErrorReason::Unavailable, "the reply was lost").into());
        }
        answered
    }

    async fn release(&self, request: Request<ReleaseRequest>) -> Result<Response<ReleaseResponse>, Status> {
        self.client().release(request.into_inner()).await
    }

    async fn set_promise(
        &self,
        request: Request<SetPromiseRequest>,
    ) -> Result<Response<SetPromiseResponse>, Status> {
        self.client().set_promise(request.into_inner()).await
    }

    async fn list_member_loads(
        &self,
        request: Request<ListMemberLoadsRequest>,
    ) -> Result<Response<ListMemberLoadsResponse>, Status> {
        self.client().list_member_loads(request.into_inner()).await
    }
}

/// The services and who may call them.
pub struct Roles {
    /// The tenant.
    pub workspace: WorkspaceId,
    host: Host,
    widget_key: String,
    conversation: Place,
    routing: Vec<Place>,
    staff: Database,
    signers: Signers,
    assigned: Arc<AtomicUsize>,
    _server: TestDatabase,
}

struct Signers {
    team: Signer,
    gateway: Signer,
    routing: Signer,
}

impl Drop for Roles {
    fn drop(&mut self) {
        self.host.life.soft().cancel();
        self.host.life.hard().cancel();
    }
}

impl Roles {
    /// Starts conversation and so many roles of routing; `None` where no PostgreSQL is given.
    pub async fn start(routing: usize, lose_every: usize) -> Option<Self> {
        let server = TestDatabase::postgres().await?;
        let host = host();
        let signers = Signers {
            team: signer(&host, "team", &[Kind::Member, Kind::ApiKey]),
            gateway: signer(&host, "gateway", &[]),
            routing: signer(&host, "routing", &[]),
        };
        let talk = open::<conversation::Migrator>(&server, &host, "conversation", conversation::SCHEMA).await;
        let staff = open::<baton_team::Migrator>(&server, &host, "team", baton_team::SCHEMA).await;
        let assistants = open::<baton_ai::Migrator>(&server, &host, "ai", baton_ai::SCHEMA).await;
        let workspace = WorkspaceId::from_uuid(host.ids.next());
        let widget_key = assistant(&host, &assistants, workspace).await;
        let links = Links::new([9; 32], None);
        let needs = conversation::Needs { team_facts: staff.facts(), ai_facts: assistants.facts(), links };
        let own = signer(&host, "conversation", &[Kind::Visitor]);
        let facts = talk.facts();
        let config = Sources::from_parts(toml::Table::new(), []).load().expect("the defaults");
        let started = conversation::start(config, &host, talk, own, needs).await;
        let mut roles = Self {
            workspace,
            widget_key,
            conversation: here(started.door),
            routing: Vec::new(),
            staff,
            signers,
            assigned: Arc::default(),
            host,
            _server: server,
        };
        let between = roles.between(lose_every).await;
        for _ in 0..routing {
            roles.open_routing(&between, facts.clone()).await;
        }
        Some(roles)
    }

    async fn between(&self, every: usize) -> Place {
        let to = self.host.peer(self.conversation.clone(), &self.signers.routing).as_self();
        let loses = LosesReplies { to, every, assigned: Arc::clone(&self.assigned) };
        let builder = DoorBuilder::new().await.add(AssignmentServiceServer::new(loses), ASSIGNMENT);
        here(builder.build(self.host.verifier(), self.host.frame(), &self.host.life).await)
    }

    /// Each role opens the database itself, as a process of its own does.
    async fn open_routing(&mut self, conversation: &Place, conversation_facts: FactLog) {
        let host = &self.host;
        let database =
            open::<baton_routing::Migrator>(&self._server, host, "routing", baton_routing::SCHEMA).await;
        let needs = baton_routing::Needs {
            conversation: conversation.clone(),
            conversation_facts,
            team_facts: self.staff.facts(),
        };
        let config = Sources::from_parts(toml::Table::new(), []).load().expect("the defaults");
        let signer = self.signers.routing.clone();
        let started = baton_routing::start(config, host, database, signer, needs).await;
        self.routing.push(here(started.expect("routing starts").door));
    }

    /// How many replies of assignments were lost.
    pub fn lost_replies(&self, every: usize) -> usize {
        self.assigned.load(Ordering::Relaxed) / every
    }

    /// A member who may reply is added.
    pub async fn hire(&self) -> Uuid {
        let member = self.host.ids.next();
        let changed = MemberChanged {
            member: Some(Member { id: id("mem", member), active: true, revision: 1, ..Member::default() }),
            scopes: vec![Scope::ConversationsWrite.to_string()],
        };
        publish(&self.host, &self.staff, (self.workspace, member), changed.encode_to_vec()).await;
        member
    }

    /// What somebody calls conversation by.
    pub fn conversation_as(&self, kind: Kind, subject: Uuid) -> Line {
        self.line(&self.conversation, kind, subject)
    }

    /// What a member calls one of the roles of routing by.
    pub fn routing_as(&self, member: Uuid) -> Line {
        let which = (member.as_u128() % self.routing.len() as u128) as usize;
        self.line(&self.routing[which], Kind::Member, member)
    }

    fn line(&self, place: &Place, kind: Kind, id: Uuid) -> Line {
        let scopes = vec![Scope::ConversationsRead, Scope::ConversationsWrite, Scope::RoutingRead];
        let subject = Subject { kind, id, workspace: Some(self.workspace), scopes, bound: Uuid::nil() };
        let (token, _) = self.signers.team.sign(&subject, Duration::from_secs(600)).expect("a token");
        self.host.peer(place.clone(), &self.signers.team).with_token(&token)
    }

    /// A visitor with a session of their own. Waits until the assistant is known.
    pub async fn visitor(&self) -> Line {
        let gateway = self.host.peer(self.conversation.clone(), &self.signers.gateway);
        loop {
            let proof = Some(Proof::WidgetKey(self.widget_key.clone()));
            let mut visitors = VisitorServiceClient::new(gateway.as_self());
            match visitors.open_session(OpenSessionRequest { proof }).await {
                Ok(opened) => return gateway.with_token(&opened.into_inner().token),
                Err(status) if status.code() == Code::NotFound => self.pause().await,
                Err(status) => panic!("{status}"),
            }
        }
    }

    /// What every member holds, as conversation counts it.
    pub async fn held(&self) -> i32 {
        let line = self.host.peer(self.conversation.clone(), &self.signers.routing).as_self();
        let request = ListMemberLoadsRequest { workspace_id: self.workspace.to_string() };
        let loads = AssignmentServiceClient::new(line).list_member_loads(request).await.expect("the loads");
        loads.into_inner().loads.iter().map(|load| load.held).sum()
    }

    /// Between two looks at something that is to come.
    pub async fn pause(&self) {
        self.host.clock.sleep(Duration::from_millis(10)).await;
    }

    /// A message id nobody has used.
    pub fn client_id(&self) -> String {
        self.host.ids.next().simple().to_string()
    }
}

/// An id as the edge writes it.
pub fn id(prefix: &str, id: Uuid) -> String {
    format!("{prefix}_{}", base32::encode(id.as_u128()))
}

fn host() -> Host {
    Host {
        clock: SystemClock::new(),
        ids: SystemIds::new(),
        life: Lifecycle::new(),
        metrics: Metrics::new("test").expect("metrics"),
        keys: KeySet::default(),
    }
}

fn signer(host: &Host, name: &str, may_sign: &[Kind]) -> Signer {
    let made = Signer::generate(name, may_sign, host.ids.as_ref(), host.clock.clone());
    let (signer, key) = made.expect("a signer");
    host.keys.publish(key);
    signer
}

fn here(door: Door) -> Place {
    let (place, slot) = Place::here();
    assert!(slot.set(door).is_ok(), "a place is filled once");
    place
}

async fn open<M: MigratorTrait>(
    server: &TestDatabase,
    host: &Host,
    service: &'static str,
    schema: SchemaRange,
) -> Database {
    let options = DatabaseOptions { url: url_of(server.options()).into(), service, pool_size: 4 };
    let database = Database::open(&options, &host.life, host.clock.clone()).await.expect("a database");
    migrate::<M>(&database, schema).await.expect("a schema");
    database
}

async fn assistant(host: &Host, log: &Database, workspace: WorkspaceId) -> String {
    let (assistant, widget_key) = (host.ids.next(), id("wk", host.ids.next()));
    let changed = AssistantChanged {
        assistant_id: id("asst", assistant),
        name: "Robin".to_owned(),
        widget_key: widget_key.clone(),
        revision: 1,
        handoff_enabled: true,
        allowed_sites: Vec::new(),
    };
    publish(host, log, (workspace, assistant), changed.encode_to_vec()).await;
    widget_key
}

/// Kind 1 is the change of a member in team's log, and of an assistant in ai's.
async fn publish(host: &Host, log: &Database, (workspace, subject): (WorkspaceId, Uuid), body: Vec<u8>) {
    let fact = NewFact {
        event_id: host.ids.next(),
        kind: 1,
        workspace,
        subject,
        item: None,
        sequence: None,
        revision: 1,
        fence: 0,
        actor_kind: 5,
        actor: None,
        body,
        at: host.clock.now(),
    };
    let published = log.write::<_, StoreError, _>(move |unit| {
        let fact = fact.clone();
        Box::pin(async move { unit.publish(fact).await })
    });
    published.await.expect("published");
}
