//! The whole suite in one process: databases, services and the edge, each given only what it needs of the others.

use std::{net::SocketAddr, sync::OnceLock, time::Duration};

use baton_conversation as conversation;
use baton_kit::{
    data::{Database, DatabaseOptions, MigrateError, OpenError, SchemaRange, StoreError, migrate},
    door::{
        enter::Door,
        host::Host,
        listen::{self, Limits, Opening},
        ops,
        peer::Place,
    },
    life::{
        clock::{self, SharedClock},
        ids::SharedIds,
        ids::WorkspaceId,
        lifecycle::Lifecycle,
        telemetry::Metrics,
        telemetry::MetricsError,
    },
};
use sea_orm_migration::MigratorTrait;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::net::TcpListener;

use crate::{
    config::{Configuration, SuiteConfig},
    keys::{self, KeyError, Signers},
};

/// How long a new demo workspace may take to be known everywhere.
const WIDGET_PATIENCE: Duration = Duration::from_secs(10);

/// What a suite stands in.
#[derive(Clone)]
pub struct Surroundings {
    /// Time.
    pub clock: SharedClock,
    /// Ids and random bytes.
    pub ids: SharedIds,
    /// The life its tasks belong to.
    pub life: Lifecycle,
}

/// The ports of a suite, bound.
pub struct Listeners {
    /// HTTP and partners' gRPC.
    pub edge: TcpListener,
    /// Liveness, readiness, metrics.
    pub ops: TcpListener,
}

/// A running suite.
pub struct Suite {
    /// Where people and programs reach it.
    pub address: SocketAddr,
    /// Where operators reach it.
    pub ops_address: SocketAddr,
    /// Where the services reach each other; in one process nobody else does.
    pub doors: Doors,
    clock: SharedClock,
    people: People,
}

/// The doors of the services behind the edge.
#[derive(Clone)]
pub struct Doors {
    /// Conversations, messages, handoffs, the feed.
    pub conversation: Door,
    /// Availability and who gets what.
    pub routing: Door,
    /// Assistants and what they know.
    pub ai: Door,
    /// Workspaces, members, credentials.
    pub team: Door,
}

/// The services that a demo workspace is made through.
struct People {
    team: baton_team::Started,
    ai: baton_ai::Started,
    conversation: conversation::Started,
}

/// The suite could not start.
#[derive(Debug, thiserror::Error)]
pub enum SuiteError {
    /// The data directory.
    #[error("the data directory {path}: {cause}")]
    DataDir {
        /// Which.
        path: String,
        /// Why.
        cause: std::io::Error,
    },
    /// A port.
    #[error("{key} = \"{address}\" cannot be listened on: {cause}")]
    Port {
        /// Its setting.
        key: &'static str,
        /// The address.
        address: SocketAddr,
        /// Why.
        cause: std::io::Error,
    },
    /// The signing keys.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// A database.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A schema.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// Metrics.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
    /// A service.
    #[error(transparent)]
    Team(#[from] baton_team::StartError),
    /// A service.
    #[error(transparent)]
    Ai(#[from] baton_ai::StartError),
    /// A service.
    #[error(transparent)]
    Routing(#[from] baton_routing::StartError),
    /// The edge.
    #[error(transparent)]
    Gateway(#[from] baton_gateway::StartError),
    /// The workspace to try things in.
    #[error("the demo workspace: {0}")]
    Demo(String),
}

impl Listeners {
    /// Binds the ports of a configuration.
    ///
    /// # Errors
    /// The port that cannot be had, by the name of its setting.
    pub async fn bind(config: &SuiteConfig) -> Result<Self, SuiteError> {
        Ok(Self {
            edge: bind("suite.listen", config.listen).await?,
            ops: bind("suite.ops_listen", config.ops_listen).await?,
        })
    }
}

async fn bind(key: &'static str, address: SocketAddr) -> Result<TcpListener, SuiteError> {
    TcpListener::bind(address).await.map_err(|cause| SuiteError::Port { key, address, cause })
}

/// The databases of a suite, opened and brought up to date.
struct Databases {
    conversation: Database,
    routing: Database,
    ai: Database,
    team: Database,
}

impl Databases {
    async fn open(config: &SuiteConfig, around: &Surroundings) -> Result<Self, SuiteError> {
        if config.on_sqlite() {
            let failed = |cause| SuiteError::DataDir { path: config.data_dir.display().to_string(), cause };
            // Conversations lie in it: for its owner's eyes only.
            let mut private = tokio::fs::DirBuilder::new();
            private.recursive(true).mode(0o700).create(&config.data_dir).await.map_err(failed)?;
        }
        Ok(Self {
            conversation: open::<conversation::Migrator>(
                config,
                around,
                ("conversation", conversation::SCHEMA),
            )
            .await?,
            routing: open::<baton_routing::Migrator>(config, around, ("routing", baton_routing::SCHEMA))
                .await?,
            ai: open::<baton_ai::Migrator>(config, around, ("ai", baton_ai::SCHEMA)).await?,
            team: open::<baton_team::Migrator>(config, around, ("team", baton_team::SCHEMA)).await?,
        })
    }
}

async fn open<M: MigratorTrait>(
    config: &SuiteConfig,
    around: &Surroundings,
    (service, schema): (&'static str, SchemaRange),
) -> Result<Database, SuiteError> {
    let url = if config.on_sqlite() {
        SecretString::from(format!("sqlite://{}/{service}.db", config.data_dir.display()))
    } else {
        SecretString::from(config.database.expose_secret())
    };
    let options = DatabaseOptions { url, service, pool_size: config.pool_size };
    let database = Database::open(&options, &around.life, around.clock.clone()).await?;
    migrate::<M>(&database, schema).await?;
    Ok(database)
}

/// Brings every schema up to date and does nothing else.
///
/// # Errors
/// The first schema that cannot be.
pub async fn migrate_all(config: &SuiteConfig, around: &Surroundings) -> Result<(), SuiteError> {
    let Databases { conversation, routing, ai, team } = Databases::open(config, around).await?;
    for database in [conversation, routing, ai, team] {
        database.close().await;
    }
    Ok(())
}

/// Starts everything. Serves when it returns; stops when the life around it drains.
///
/// # Errors
/// What could not start, by name.
pub async fn start(
    config: Configuration,
    listeners: Listeners,
    around: Surroundings,
) -> Result<Suite, SuiteError> {
    let databases = Databases::open(&config.suite, &around).await?;
    let (signers, keys) = keys::signers(&config.suite, around.ids.as_ref(), &around.clock)?;
    let Surroundings { clock, ids, life } = around;
    let host = Host { clock, ids, life, metrics: Metrics::new("baton")?, keys };
    let address = listeners.edge.local_addr().map_err(|cause| port_gone(&config.suite, cause))?;
    let ops_address = listeners.ops.local_addr().map_err(|cause| port_gone(&config.suite, cause))?;
    let (router, doors, people) = services(config, &host, databases, signers).await?;
    let edge = Opening { name: "edge", listener: listeners.edge, limits: Limits::edge() };
    listen::serve(edge, router, &host.life, &host.clock);
    let ops = ops::router(host.metrics.clone(), host.life.clone());
    let port = Opening { name: "ops", listener: listeners.ops, limits: Limits::internal() };
    listen::serve(port, ops, &host.life, &host.clock);
    Ok(Suite { address, ops_address, doors, clock: host.clock, people })
}

fn port_gone(config: &SuiteConfig, cause: std::io::Error) -> SuiteError {
    SuiteError::Port { key: "suite.listen", address: config.listen, cause }
}

async fn services(
    config: Configuration,
    host: &Host,
    databases: Databases,
    signers: Signers,
) -> Result<(axum::Router, Doors, People), SuiteError> {
    let Databases { conversation: conversation_db, routing: routing_db, ai: ai_db, team: team_db } =
        databases;
    let (conversation_place, conversation_slot) = Place::here();
    let (routing_place, routing_slot) = Place::here();
    let (ai_place, ai_slot) = Place::here();
    let (team_place, team_slot) = Place::here();
    let facts = conversation_db.facts();
    let (team_facts, ai_facts) = (team_db.facts(), ai_db.facts());

    // Each is reachable before anybody is started who calls it at once.
    let team = baton_team::start(config.team, host, team_db, signers.team, baton_team::Needs {}).await?;
    fill(&team_slot, team.door.clone());
    let needs = conversation::Needs { team_facts: team_facts.clone(), ai_facts };
    let signer = signers.conversation;
    let conversations = conversation::start(config.conversation, host, conversation_db, signer, needs).await;
    fill(&conversation_slot, conversations.door.clone());
    let needs =
        baton_ai::Needs { conversation: conversation_place.clone(), conversation_facts: facts.clone() };
    let ai = baton_ai::start(config.ai, host, ai_db, signers.ai, needs).await?;
    fill(&ai_slot, ai.door.clone());
    let needs = baton_routing::Needs {
        conversation: conversation_place.clone(),
        conversation_facts: facts,
        team_facts,
    };
    let routing = baton_routing::start(config.routing, host, routing_db, signers.routing, needs).await?;
    fill(&routing_slot, routing.door.clone());
    let doors = Doors {
        conversation: conversations.door.clone(),
        routing: routing.door,
        ai: ai.door.clone(),
        team: team.door.clone(),
    };
    let needs = baton_gateway::Needs {
        conversation: conversation_place,
        routing: routing_place,
        ai: ai_place,
        team: team_place,
    };
    let gateway = baton_gateway::start(config.gateway, host, signers.gateway, needs).await?;
    Ok((gateway.router, doors, People { team, ai, conversation: conversations }))
}

/// Each slot was made here and is filled once.
fn fill(slot: &OnceLock<Door>, door: Door) {
    if slot.set(door).is_err() {
        tracing::error!("a service was started twice");
    }
}

/// What a demo workspace is made of.
pub struct DemoWorkspace {
    /// How it is named at sign-in.
    pub slug: String,
    /// The owner's address.
    pub owner_email: String,
    /// The owner's password.
    pub owner_password: SecretString,
}

/// A demo workspace, made or found.
pub struct DemoMade {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// The key a widget on a page carries.
    pub widget_key: String,
    /// Whether it was made just now; otherwise the password is the one of then.
    pub created: bool,
}

impl Suite {
    /// Makes a workspace with an owner, an assistant and something to know, if it is not there yet.
    ///
    /// # Errors
    /// If it cannot be made.
    pub async fn demo_workspace(&self, wanted: DemoWorkspace) -> Result<DemoMade, SuiteError> {
        let failed = |error: &dyn std::fmt::Display| SuiteError::Demo(error.to_string());
        let bootstrap = baton_team::Bootstrap {
            workspace_slug: wanted.slug,
            workspace_name: "Demo".to_owned(),
            owner_email: wanted.owner_email,
            owner_name: "Dana Demo".to_owned(),
            owner_password: wanted.owner_password,
        };
        let made = self.people.team.bootstrap(bootstrap).await.map_err(|error| failed(&error))?;
        let instructions = "Answer from the knowledge base, briefly and politely.";
        let assistant = self
            .people
            .ai
            .bootstrap(made.workspace, "Robin", instructions, true, crate::demo_texts::texts())
            .await;
        let assistant = assistant.map_err(|error| failed(&error))?;
        self.until_known(&assistant.widget_key).await?;
        Ok(DemoMade { workspace: made.workspace, widget_key: assistant.widget_key, created: made.created })
    }

    /// A key that is printed works: conversation has heard of the assistant.
    async fn until_known(&self, widget_key: &str) -> Result<(), SuiteError> {
        let known = async {
            while !self.people.conversation.knows_widget(widget_key).await? {
                self.clock.sleep(Duration::from_millis(10)).await;
            }
            Ok::<_, StoreError>(())
        };
        match clock::timeout(&self.clock, WIDGET_PATIENCE, known).await {
            Ok(outcome) => outcome.map_err(|error| SuiteError::Demo(error.to_string())),
            Err(_) => Err(SuiteError::Demo("the assistant's event did not arrive".to_owned())),
        }
    }
}
