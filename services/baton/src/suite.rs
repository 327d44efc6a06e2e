//! The whole suite in one process: databases, services and the edge, each given only what it needs of the others.

use std::{net::SocketAddr, time::Duration};

use baton_conversation as conversation;
use baton_gateway::SignInHint;
use baton_kit::{
    data::{Database, DatabaseOptions, MigrateError, OpenError, SchemaRange, StoreError, migrate},
    door::{
        enter::Door,
        host::Host,
        listen::{self, Limits, Opening},
        ops,
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
    composition::{self, Composed, DemoSlot},
    config::{Configuration, SuiteConfig},
    keys::{self, KeyError},
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
    demo: DemoSlot,
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
    /// Who is told, and how.
    pub notification: Door,
}

/// The services that a demo workspace is made through.
pub(crate) struct People {
    pub team: baton_team::Started,
    pub ai: baton_ai::Started,
    pub conversation: conversation::Started,
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
    /// A service.
    #[error(transparent)]
    Notification(#[from] baton_notification::StartError),
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
pub(crate) struct Databases {
    pub conversation: Database,
    pub routing: Database,
    pub ai: Database,
    pub team: Database,
    pub notification: Database,
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
            notification: open::<baton_notification::Migrator>(
                config,
                around,
                ("notification", baton_notification::SCHEMA),
            )
            .await?,
        })
    }

    fn show_dead_letters(&self, metrics: &Metrics) {
        let Self { conversation, routing, ai, team, notification } = self;
        for database in [conversation, routing, ai, team, notification] {
            database.facts().show_dead_letters(metrics);
        }
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
    let Databases { conversation, routing, ai, team, notification } = Databases::open(config, around).await?;
    for database in [conversation, routing, ai, team, notification] {
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
    let (signers, links, keys) = keys::signers(&config.suite, around.ids.as_ref(), &around.clock)?;
    let Surroundings { clock, ids, life } = around;
    let host = Host { clock, ids, life, metrics: Metrics::new("baton")?, keys };
    databases.show_dead_letters(&host.metrics);
    let address = listeners.edge.local_addr().map_err(|cause| port_gone(&config.suite, cause))?;
    let ops_address = listeners.ops.local_addr().map_err(|cause| port_gone(&config.suite, cause))?;
    // Boxed: the settings and parts of every service lie in it.
    let Composed { router, port: limits, doors, people, demo } =
        Box::pin(composition::compose(config, &host, databases, (signers, links))).await?;
    let edge = Opening { name: "edge", listener: listeners.edge, limits };
    listen::serve(edge, router, &host.life, &host.clock);
    let ops = ops::router(host.metrics.clone(), host.life.clone());
    let port = Opening { name: "ops", listener: listeners.ops, limits: Limits::internal() };
    listen::serve(port, ops, &host.life, &host.clock);
    Ok(Suite { address, ops_address, doors, clock: host.clock, people, demo })
}

fn port_gone(config: &SuiteConfig, cause: std::io::Error) -> SuiteError {
    SuiteError::Port { key: "suite.listen", address: config.listen, cause }
}

/// What a demo workspace is made of.
pub struct DemoWorkspace {
    /// How it is named at sign-in.
    pub slug: String,
    /// The owner's address.
    pub owner_email: String,
    /// The owner's password.
    pub owner_password: SecretString,
    /// Where somebody who tries it finds the password, in words.
    pub password_in: String,
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
        let sign_in = SignInHint {
            workspace: wanted.slug.clone(),
            email: wanted.owner_email.clone(),
            password_in: wanted.password_in,
        };
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
        self.demo.show(made.workspace, &assistant.widget_key, sign_in);
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
