//! A running conversation service for tests, with everybody who may call it.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use baton_conversation::{
    Config, Migrator, Needs,
    domain::{
        ids::{AssistantId, ConversationId, MemberId},
        patience::Patience,
    },
    store::{
        Manner, SqlStore,
        entity::{deadline, visitor_session},
    },
};
use baton_kit::{
    data::{Engine, KitMigrations, NewFact},
    door::{
        access::WORKSPACE_HEADER,
        enter::Door,
        host::Host,
        links::Links,
        peer::{Line, Place},
        principal::{Kind, Scope},
        tokens::{KeySet, Signer, Subject},
    },
    life::{
        clock::{SharedClock, SystemClock, timeout},
        config::Sources,
        ids::{SystemIds, WorkspaceId, base32},
        lifecycle::Lifecycle,
        telemetry::Metrics,
    },
};
use baton_kit_testing::database::TestDatabase;
use baton_proto::{
    ai::v1::AssistantChanged,
    conversation::v1 as wire,
    internal::conversation::v1::{
        OpenSessionRequest, OpenSessionResponse, open_session_request::Proof,
        visitor_service_client::VisitorServiceClient,
    },
    team::v1::{Member, MemberChanged, Team, TeamChanged},
};
use prost::Message as _;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use tonic::Request;
use uuid::Uuid;

/// Far above what anything here takes; passed only by a fault.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The machine a test runs on. A test whose clock runs fast shares it with its like; one that keeps both cores busy for seconds has it for
/// itself among these, or it would spend the others' deadlines.
pub static MACHINE: tokio::sync::RwLock<()> = tokio::sync::RwLock::const_new(());

/// The service and what stands around it.
pub struct House {
    pub host: Host,
    pub workspace: WorkspaceId,
    pub widget_key: String,
    /// The assistant behind the key.
    pub assistant: Uuid,
    /// What the service signs links with.
    pub links: Links,
    door: Arc<OnceLock<Door>>,
    gateway: Signer,
    ai: Signer,
    routing: Signer,
    notification: Signer,
    team: Signer,
    team_log: TestDatabase,
    ai_log: TestDatabase,
    own: TestDatabase,
    pub patience: Patience,
}

impl Drop for House {
    fn drop(&mut self) {
        self.host.life.soft().cancel();
        self.host.life.hard().cancel();
    }
}

/// An id as the edge writes it.
pub fn id(prefix: &str, id: Uuid) -> String {
    format!("{prefix}_{}", base32::encode(id.as_u128()))
}

/// Runs a test in a house on each engine.
pub async fn on_both_engines<F, Fut>(test: F)
where
    F: Fn(Arc<House>) -> Fut,
    Fut: Future<Output = ()>,
{
    test(House::open(TestDatabase::sqlite().await, SystemClock::new()).await).await;
    if let Some(own) = TestDatabase::postgres().await {
        test(House::open(own, SystemClock::new()).await).await;
    }
}

impl House {
    /// Opens a house that lives by a clock. One workspace with an assistant is known.
    pub async fn open(own: TestDatabase, clock: SharedClock) -> Arc<Self> {
        Self::open_with(own, clock, &[]).await
    }

    /// The same, with other settings.
    pub async fn open_with(own: TestDatabase, clock: SharedClock, settings: &[(&str, &str)]) -> Arc<Self> {
        own.migrate::<Migrator>().await;
        let (team_log, ai_log) = (TestDatabase::sqlite().await, TestDatabase::sqlite().await);
        team_log.migrate::<KitMigrations>().await;
        ai_log.migrate::<KitMigrations>().await;
        let (ids, keys) = (SystemIds::new(), KeySet::default());
        let signer = |name: &str, may_sign: &[Kind]| {
            let (signer, key) = Signer::generate(name, may_sign, ids.as_ref(), clock.clone()).unwrap();
            keys.publish(key);
            signer
        };
        let own_signer = signer("conversation", &[Kind::Visitor]);
        let team = signer("team", &[Kind::Member, Kind::ApiKey, Kind::Operator]);
        let (gateway, ai, routing) = (signer("gateway", &[]), signer("ai", &[]), signer("routing", &[]));
        let notification = signer("notification", &[]);
        let host = Host {
            clock,
            ids: ids.clone(),
            life: Lifecycle::new(),
            metrics: Metrics::new("test").unwrap(),
            keys,
        };
        let links = Links::new([7; 32], None);
        let needs = Needs {
            team_facts: team_log.handle().facts(),
            ai_facts: ai_log.handle().facts(),
            links: links.clone(),
        };
        let config = config(settings);
        let patience = config.patience();
        let started = baton_conversation::start(config, &host, own.handle().clone(), own_signer, needs).await;
        let door = Arc::new(OnceLock::new());
        assert!(door.set(started.door).is_ok());
        let workspace = WorkspaceId::from_uuid(ids.next());
        let (assistant, widget_key) = (ids.next(), format!("wk_{}", base32::encode(ids.next().as_u128())));
        let house = Arc::new(Self {
            host,
            workspace,
            widget_key,
            assistant,
            links,
            door,
            gateway,
            ai,
            routing,
            notification,
            team,
            team_log,
            ai_log,
            own,
            patience,
        });
        house.learn_assistant((workspace, assistant), &house.widget_key, true).await;
        house.visitor().await;
        house
    }

    async fn learn_assistant(
        &self,
        (workspace, assistant): (WorkspaceId, Uuid),
        widget_key: &str,
        handoff_enabled: bool,
    ) {
        let changed = AssistantChanged {
            assistant_id: id("asst", assistant),
            name: "Robin".into(),
            widget_key: widget_key.to_owned(),
            revision: 1,
            handoff_enabled,
            allowed_sites: Vec::new(),
        };
        self.tell_of_assistant(workspace, changed).await;
    }

    /// Tells of an assistant. Known some time after.
    pub async fn tell_of_assistant(&self, workspace: WorkspaceId, changed: AssistantChanged) {
        let subject: AssistantId = changed.assistant_id.parse().unwrap();
        let news = News { kind: 1, workspace, subject: subject.uuid(), revision: changed.revision };
        publish(&self.ai_log, &self.host, news, changed.encode_to_vec()).await;
    }

    /// Tells that the house's assistant was edited, and waits until that is known.
    pub async fn edit_assistant(&self, handoff_enabled: bool, allowed_sites: &[&str], revision: i64) {
        let changed = AssistantChanged {
            assistant_id: id("asst", self.assistant),
            name: format!("Robin {revision}"),
            widget_key: self.widget_key.clone(),
            revision,
            handoff_enabled,
            allowed_sites: allowed_sites.iter().map(|site| (*site).to_owned()).collect(),
        };
        let name = changed.name.clone();
        self.tell_of_assistant(self.workspace, changed).await;
        let known = timeout(&self.host.clock, PATIENCE, async {
            let key = || Proof::WidgetKey(self.widget_key.clone());
            while self.open_session(key()).await.unwrap().assistant_name != name {
                self.host.clock.sleep(Duration::from_millis(5)).await;
            }
        });
        known.await.expect("the change becomes known");
    }

    /// Another assistant of this workspace, known.
    pub async fn another_assistant(&self) -> String {
        let (assistant, key) =
            (self.host.ids.next(), format!("wk_{}", base32::encode(self.host.ids.next().as_u128())));
        self.learn_assistant((self.workspace, assistant), &key, true).await;
        self.try_visitor(&key).await;
        id("asst", assistant)
    }

    /// A visitor of an assistant that hands nothing over.
    pub async fn visitor_of_a_closed_assistant(&self) -> Line {
        let key = format!("wk_{}", base32::encode(self.host.ids.next().as_u128()));
        self.learn_assistant((self.workspace, self.host.ids.next()), &key, false).await;
        self.try_visitor(&key).await
    }

    /// Tells of a team. Known some time after.
    pub async fn tell_of_team(&self, team: Uuid, archived: bool, revision: i64) {
        let changed =
            TeamChanged { team: Some(Team { id: id("team", team), archived, revision, ..Team::default() }) };
        let news = News { kind: 2, workspace: self.workspace, subject: team, revision };
        publish(&self.team_log, &self.host, news, changed.encode_to_vec()).await;
    }

    /// Tells that a member is gone, or back. Known some time after.
    pub async fn tell_of_member(&self, member: &str, active: bool, revision: i64) {
        let subject: MemberId = member.parse().unwrap();
        let changed = MemberChanged {
            member: Some(Member { id: member.to_owned(), active, revision, ..Member::default() }),
            scopes: vec![Scope::ConversationsWrite.to_string()],
        };
        let news = News { kind: 1, workspace: self.workspace, subject: subject.uuid(), revision };
        publish(&self.team_log, &self.host, news, changed.encode_to_vec()).await;
    }

    fn line_of(&self, signer: &Signer) -> Line {
        self.host.peer(Place::Here(Arc::clone(&self.door)), signer).as_self()
    }

    /// Whoever has a token.
    pub fn with_token(&self, token: &str) -> Line {
        self.host.peer(Place::Here(Arc::clone(&self.door)), &self.gateway).with_token(token)
    }

    /// A browser with a session of its own, and its contact id.
    pub async fn visitor(&self) -> Line {
        self.try_visitor(&self.widget_key).await
    }

    /// Opens a session, as the gateway does.
    pub async fn open_session(&self, proof: Proof) -> Result<OpenSessionResponse, tonic::Status> {
        let mut visitors = VisitorServiceClient::new(self.line_of(&self.gateway));
        let opened = visitors.open_session(OpenSessionRequest { proof: Some(proof) }).await?;
        Ok(opened.into_inner())
    }

    /// Waits until the assistant behind the key is known.
    async fn try_visitor(&self, key: &str) -> Line {
        let opened = timeout(&self.host.clock, PATIENCE, async {
            loop {
                match self.open_session(Proof::WidgetKey(key.to_owned())).await {
                    Ok(opened) => return opened,
                    Err(status) if status.code() == tonic::Code::NotFound => {
                        self.host.clock.sleep(Duration::from_millis(5)).await;
                    }
                    Err(status) => panic!("{status}"),
                }
            }
        });
        let opened = opened.await.expect("the assistant becomes known");
        self.with_token(&opened.token)
    }

    /// A visitor of another workspace.
    pub async fn stranger(&self) -> Line {
        let workspace = WorkspaceId::from_uuid(self.host.ids.next());
        let (assistant, key) =
            (self.host.ids.next(), format!("wk_{}", base32::encode(self.host.ids.next().as_u128())));
        self.learn_assistant((workspace, assistant), &key, true).await;
        self.try_visitor(&key).await
    }

    /// A member who may reply, known to the service.
    pub async fn member(&self) -> (Line, String) {
        self.member_named("Dana").await
    }

    /// The same, by name.
    pub async fn member_named(&self, name: &str) -> (Line, String) {
        let member = self.host.ids.next();
        let changed = MemberChanged {
            member: Some(Member {
                id: id("mem", member),
                display_name: name.into(),
                email: "staff.member@example.org".into(),
                active: true,
                revision: 1,
                ..Member::default()
            }),
            scopes: vec![Scope::ConversationsWrite.to_string()],
        };
        let news = News { kind: 1, workspace: self.workspace, subject: member, revision: 1 };
        publish(&self.team_log, &self.host, news, changed.encode_to_vec()).await;
        let line = self.principal(Kind::Member, member, self.workspace);
        self.until_known(&line).await;
        (line, id("mem", member))
    }

    /// A member becomes known when taking over stops being refused for that reason.
    async fn until_known(&self, line: &Line) {
        let visitor = self.visitor().await;
        let conversation = start(&visitor, "known?").await.id;
        let known = timeout(&self.host.clock, PATIENCE, async {
            let mut handoffs = wire::handoff_service_client::HandoffServiceClient::new(line.clone());
            loop {
                let request = wire::TakeOverRequest {
                    conversation_id: conversation.clone(),
                    expected_assignment_version: 0,
                };
                if handoffs.take_over(request).await.is_ok() {
                    return;
                }
                self.host.clock.sleep(Duration::from_millis(5)).await;
            }
        });
        known.await.expect("the member becomes known");
        let mut conversations =
            wire::conversation_service_client::ConversationServiceClient::new(line.clone());
        let request = wire::ResolveConversationRequest {
            conversation_id: conversation,
            expected_assignment_version: 0,
        };
        conversations.resolve_conversation(request).await.unwrap();
    }

    /// A program of a workspace, or a member nobody told the service of.
    pub fn principal(&self, kind: Kind, subject: Uuid, workspace: WorkspaceId) -> Line {
        let scopes = vec![Scope::ConversationsRead, Scope::ConversationsWrite];
        let subject = Subject { kind, id: subject, workspace: Some(workspace), scopes, bound: Uuid::nil() };
        let (token, _) = self.team.sign(&subject, Duration::from_secs(3600)).unwrap();
        self.with_token(&token)
    }

    /// A program of this workspace.
    pub fn program(&self) -> Line {
        self.principal(Kind::ApiKey, self.host.ids.next(), self.workspace)
    }

    /// The assistant's service.
    pub fn ai(&self) -> Line {
        self.line_of(&self.ai)
    }

    /// Routing.
    pub fn routing(&self) -> Line {
        self.line_of(&self.routing)
    }

    /// Notification.
    pub fn notification(&self) -> Line {
        self.line_of(&self.notification)
    }

    /// The gateway.
    pub fn gateway(&self) -> Line {
        self.line_of(&self.gateway)
    }

    /// A request of a service that names this workspace.
    pub fn named<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.metadata_mut().insert(WORKSPACE_HEADER, self.workspace.to_string().parse().unwrap());
        request
    }

    /// A workspace in which nothing happens.
    pub fn nowhere(&self) -> WorkspaceId {
        WorkspaceId::from_uuid(self.host.ids.next())
    }

    /// The service's own tables.
    pub fn store(&self) -> SqlStore {
        let manner = Manner { encode_state: |_| Vec::new(), patience: self.patience };
        SqlStore::new(self.own.handle().clone(), self.host.ids.clone(), &self.host.life, manner)
    }

    /// The deadlines that run in a conversation.
    pub async fn deadlines(&self, id: ConversationId) -> Vec<deadline::Model> {
        let running = deadline::Entity::find().filter(deadline::Column::ConversationId.eq(id.uuid()));
        running.all(self.own.handle().reader()).await.unwrap()
    }

    /// Takes the deadlines of a conversation away, as if none had begun.
    pub async fn forget_deadlines(&self, id: ConversationId) {
        self.own
            .handle()
            .write::<_, baton_kit::data::StoreError, _>(move |unit| {
                let sql = "DELETE FROM deadlines WHERE conversation_id = $1";
                Box::pin(async move { unit.execute(sql, [id.uuid().into()]).await.map(drop) })
            })
            .await
            .unwrap();
    }

    /// Changes the service's own tables behind its back.
    pub async fn execute(&self, sql: &'static str) {
        self.own
            .handle()
            .write::<_, baton_kit::data::StoreError, _>(move |unit| {
                Box::pin(async move { unit.execute(sql, Vec::<sea_orm::Value>::new()).await.map(drop) })
            })
            .await
            .unwrap();
    }

    /// How many sessions of browsers are kept.
    pub async fn sessions(&self) -> usize {
        visitor_session::Entity::find().all(self.own.handle().reader()).await.unwrap().len()
    }

    /// Which engine this house stands on.
    pub fn engine(&self) -> Engine {
        self.own.engine()
    }

    /// A new client message id.
    pub fn client_id(&self) -> String {
        self.host.ids.next().simple().to_string()
    }
}

fn config(settings: &[(&str, &str)]) -> Config {
    let env =
        settings.iter().map(|(name, value)| (format!("BATON_CONVERSATION__{name}"), (*value).to_owned()));
    Sources::from_parts(Default::default(), env).load().unwrap()
}

/// What somebody else's event is about.
struct News {
    kind: i32,
    workspace: WorkspaceId,
    subject: Uuid,
    revision: i64,
}

async fn publish(log: &TestDatabase, host: &Host, news: News, body: Vec<u8>) {
    let News { kind, workspace, subject, revision } = news;
    let fact = NewFact {
        event_id: host.ids.next(),
        kind,
        workspace,
        subject,
        item: None,
        sequence: None,
        revision,
        fence: 0,
        actor_kind: 5,
        actor: None,
        body,
        at: host.clock.now(),
    };
    log.handle()
        .write::<_, baton_kit::data::StoreError, _>(move |unit| {
            let fact = fact.clone();
            Box::pin(async move { unit.publish(fact).await })
        })
        .await
        .unwrap();
}

/// A visitor's first message.
pub fn opening(text: &str, client_message_id: &str) -> wire::StartConversationRequest {
    wire::StartConversationRequest {
        text: text.into(),
        client_message_id: client_message_id.into(),
        ..Default::default()
    }
}

/// Starts a conversation as a visitor.
pub async fn start(visitor: &Line, text: &str) -> wire::Conversation {
    let mut conversations =
        wire::conversation_service_client::ConversationServiceClient::new(visitor.clone());
    let client_id = SystemIds::new().next().simple().to_string();
    conversations
        .start_conversation(opening(text, &client_id))
        .await
        .unwrap()
        .into_inner()
        .conversation
        .unwrap()
}
