//! A suite whose assistants and routing can be away: composed from the services as `baton` composes them, the lives kept apart.
//!
//! Must stay in step with `services/baton/src/suite.rs`, which composes the whole.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, OnceLock},
    time::Duration,
};

use baton::Configuration;
use baton_kit::{
    data::{Database, DatabaseOptions, SchemaRange, migrate},
    door::{
        enter::Door,
        host::Host,
        links::Links,
        listen::{self, Opening},
        peer::Place,
        principal::Kind,
        tokens::{KeySet, Signer},
    },
    life::{clock::SharedClock, ids::SystemIds, ids::WorkspaceId, lifecycle::Lifecycle, telemetry::Metrics},
};
use baton_kit_testing::{
    database::{TestDatabase, url_of},
    logs::LogWatch,
};
use sea_orm_migration::MigratorTrait;
use secrecy::SecretString;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tracing::subscriber::DefaultGuard;

use super::{house::configuration, surroundings::crypto};

const PASSWORD: &str = "seven-grey-herons-9";
const DRAIN: Duration = Duration::from_secs(10);

/// Conversation, team and the edge, running; assistants and routing only while they are wanted.
pub struct Parted {
    /// Where people reach it.
    pub address: SocketAddr,
    /// Its time.
    pub clock: SharedClock,
    /// The log of this test's thread.
    pub logs: LogWatch,
    parts: Parts,
    team: baton_team::Started,
    conversations: Database,
    staff: Database,
    assistants: Database,
    away: Option<Lifecycle>,
    conversation: Place,
    ai: Arc<OnceLock<Door>>,
    routing: Arc<OnceLock<Door>>,
    _watching: DefaultGuard,
}

/// A workspace whose owner can sign in.
pub struct Workspace {
    /// Workspace, address and password, as sign-in takes them.
    pub owner: (String, String, String),
    /// The key of its assistant's widget.
    pub widget_key: String,
}

/// What all services stand in.
struct Parts {
    host: Host,
    config: Configuration,
    scratch: TempDir,
    server: Option<TestDatabase>,
}

impl Parts {
    fn new(clock: SharedClock, server: Option<TestDatabase>) -> Self {
        let scratch = TempDir::new().expect("a scratch directory");
        let host = Host {
            clock,
            ids: SystemIds::new(),
            life: Lifecycle::new(),
            metrics: Metrics::new("baton").expect("metrics"),
            keys: KeySet::default(),
        };
        Self { host, config: configuration(scratch.path(), server.as_ref(), &[]), scratch, server }
    }

    async fn database<M: MigratorTrait>(
        &self,
        life: &Lifecycle,
        service: &'static str,
        schema: SchemaRange,
    ) -> Database {
        let path: PathBuf = self.scratch.path().join(format!("{service}.db"));
        let file = || format!("sqlite://{}", path.display());
        let url =
            SecretString::from(self.server.as_ref().map_or_else(file, |server| url_of(server.options())));
        let options = DatabaseOptions { url, service, pool_size: 4 };
        let database = Database::open(&options, life, self.host.clock.clone()).await.expect("a database");
        migrate::<M>(&database, schema).await.expect("a schema");
        database
    }

    /// Each time the same key, so that it can be asked for again when a service comes back.
    fn signer(&self, service: &'static str, may_sign: &[Kind]) -> Signer {
        let mut seed = [7; 32];
        seed.iter_mut().zip(service.bytes()).for_each(|(place, byte)| *place = byte);
        let made = Signer::from_seed(service, &seed, may_sign, self.host.clock.clone());
        let (signer, key) = made.expect("a signer");
        self.host.keys.publish(key);
        signer
    }

    /// The same surroundings with a life and counters of their own.
    fn apart(&self) -> Host {
        let metrics = Metrics::new("baton").expect("metrics");
        Host { life: self.host.life.child(), metrics, ..self.host.clone() }
    }
}

impl Parted {
    /// Starts what stays, on SQLite or on the server given, living by this clock.
    pub async fn start(clock: SharedClock, server: Option<TestDatabase>) -> Self {
        crypto();
        let logs = LogWatch::new();
        let watching = logs.watch_thread();
        let parts = Parts::new(clock.clone(), server);
        let life = &parts.host.life;
        let conversations = parts
            .database::<baton_conversation::Migrator>(life, "conversation", baton_conversation::SCHEMA)
            .await;
        let staff = parts.database::<baton_team::Migrator>(life, "team", baton_team::SCHEMA).await;
        let assistants = parts.database::<baton_ai::Migrator>(life, "ai", baton_ai::SCHEMA).await;

        let signer = parts.signer("team", &[Kind::Member, Kind::ApiKey, Kind::Operator]);
        let team = baton_team::start(
            parts.config.team.clone(),
            &parts.host,
            staff.clone(),
            signer,
            baton_team::Needs {},
        )
        .await;
        let team = team.expect("team starts");
        let needs = baton_conversation::Needs {
            team_facts: staff.facts(),
            ai_facts: assistants.facts(),
            links: Links::new([9; 32], None),
        };
        let signer = parts.signer("conversation", &[Kind::Visitor]);
        let talk = baton_conversation::start(
            parts.config.conversation.clone(),
            &parts.host,
            conversations.clone(),
            signer,
            needs,
        )
        .await;

        let (conversation, slot) = Place::here();
        fill(&slot, talk.door);
        let (team_place, slot) = Place::here();
        fill(&slot, team.door.clone());
        let (ai_place, ai) = Place::here();
        let (routing_place, routing) = Place::here();
        let needs = baton_gateway::Needs {
            conversation: conversation.clone(),
            routing: routing_place,
            ai: ai_place,
            team: team_place,
            // Never there: what it does is not what these tests are about.
            notification: Place::here().0,
            demo: Arc::default(),
        };
        let signer = parts.signer("gateway", &[]);
        let edge = baton_gateway::start(parts.config.gateway.clone(), &parts.host, signer, needs)
            .await
            .expect("the edge starts");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let opening = Opening { name: "edge", listener, limits: edge.port };
        listen::serve(opening, edge.router, &parts.host.life, &clock);
        Self {
            address,
            clock,
            logs,
            parts,
            team,
            conversations,
            staff,
            assistants,
            away: None,
            conversation,
            ai,
            routing,
            _watching: watching,
        }
    }

    /// Makes a workspace with an assistant. The assistants' service runs only for as long as that takes.
    pub async fn workspace(&self, slug: &str) -> Workspace {
        let owner_email = format!("dana@{slug}.example.org");
        let bootstrap = baton_team::Bootstrap {
            workspace_slug: slug.to_owned(),
            workspace_name: slug.to_owned(),
            owner_email: owner_email.clone(),
            owner_name: "Dana".to_owned(),
            owner_password: SecretString::from(PASSWORD),
        };
        let made = self.team.bootstrap(bootstrap).await.expect("a workspace");
        let host = self.parts.apart();
        let ai = self.assistants(&host).await;
        let widget_key = first_assistant(&ai, made.workspace).await;
        let drained = host.life.drain(DRAIN).await;
        assert!(drained.is_clean(), "{drained}");
        Workspace { owner: (slug.to_owned(), owner_email, PASSWORD.to_owned()), widget_key }
    }

    async fn assistants(&self, host: &Host) -> baton_ai::Started {
        let database = self.assistants.clone();
        let needs = baton_ai::Needs {
            conversation: self.conversation.clone(),
            conversation_facts: self.conversations.facts(),
        };
        let signer = self.parts.signer("ai", &[]);
        baton_ai::start(self.parts.config.ai.clone(), host, database, signer, needs).await.expect("ai starts")
    }

    /// Starts assistants and routing, whose consumers find everything that happened before.
    pub async fn bring_back_ai_and_routing(&mut self) {
        let host = self.parts.apart();
        fill(&self.ai, self.assistants(&host).await.door);
        let database = self
            .parts
            .database::<baton_routing::Migrator>(&host.life, "routing", baton_routing::SCHEMA)
            .await;
        let needs = baton_routing::Needs {
            conversation: self.conversation.clone(),
            conversation_facts: self.conversations.facts(),
            team_facts: self.staff.facts(),
        };
        let signer = self.parts.signer("routing", &[]);
        let routing =
            baton_routing::start(self.parts.config.routing.clone(), &host, database, signer, needs).await;
        fill(&self.routing, routing.expect("routing starts").door);
        self.away = Some(host.life);
    }

    /// Stops everything; nothing unexpected may have been logged.
    pub async fn close(self) {
        let drained = self.parts.host.life.drain(DRAIN).await;
        assert!(drained.is_clean(), "{drained}");
        self.logs.assert_clean();
    }
}

async fn first_assistant(ai: &baton_ai::Started, workspace: WorkspaceId) -> String {
    let knows = baton_ai::FirstDocument {
        title: "What does shipping cost?".to_owned(),
        text: "Shipping within the country costs 4.90 and is free for orders above 50.".to_owned(),
        uri: String::new(),
    };
    let made = ai.bootstrap(workspace, "Robin", "Answer briefly.", true, vec![knows]).await;
    made.expect("an assistant").widget_key
}

fn fill(slot: &OnceLock<Door>, door: Door) {
    assert!(slot.set(door).is_ok(), "a place is filled once");
}
