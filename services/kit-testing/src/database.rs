//! A database for one test, on either engine: made for it, dropped with it.
//!
//! Knows no service's tables; a test brings its migrations.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test without its database says so and fails"
)]

use std::{fmt, ops::Deref};

use baton_kit::{
    data::{Database, DatabaseOptions, Engine, SchemaRange, migrate},
    life::{
        clock::{SharedClock, SystemClock},
        ids::SystemIds,
        lifecycle::Lifecycle,
    },
};
use sea_orm::ConnectionTrait as _;
use sea_orm_migration::MigratorTrait;
use tempfile::TempDir;

/// URL of a PostgreSQL where databases may be created: `tests/services run` sets it.
const POSTGRES: &str = "BATON_TEST_POSTGRES";
/// `1` makes a test fail that would otherwise be skipped.
const REQUIRE_ALL: &str = "BATON_TEST_REQUIRE_ALL";

/// The name under which tests open databases.
const SERVICE: &str = "test";
const POOL: u32 = 4;

/// An open database of a test's own. Ends its tasks and drops everything when it is dropped.
pub struct TestDatabase {
    database: Database,
    options: DatabaseOptions,
    life: Lifecycle,
    clock: SharedClock,
    _place: Place,
}

#[expect(dead_code, reason = "held for their drop")]
enum Place {
    Directory(TempDir),
    Server(OwnDatabase),
}

impl fmt::Debug for TestDatabase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.database.fmt(f)
    }
}

impl Deref for TestDatabase {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.database
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        self.life.soft().cancel();
        self.life.hard().cancel();
    }
}

impl TestDatabase {
    /// A SQLite file in a directory of its own, without tables.
    pub async fn sqlite() -> Self {
        Self::sqlite_with(SystemClock::new()).await
    }

    /// The same, living by the test's clock.
    pub async fn sqlite_with(clock: SharedClock) -> Self {
        let directory = TempDir::new().expect("a directory for the test's database");
        let url = format!("sqlite://{}/{SERVICE}.db", directory.path().display());
        Self::open(url, clock, Place::Directory(directory)).await
    }

    /// A PostgreSQL database of its own, without tables; `None`, and a line that says what was
    /// skipped, where no server is given.
    ///
    /// # Panics
    /// When there is none although everything is required.
    pub async fn postgres() -> Option<Self> {
        Self::postgres_with(SystemClock::new()).await
    }

    /// The same, living by the test's clock.
    ///
    /// # Panics
    /// As [`postgres`](Self::postgres).
    pub async fn postgres_with(clock: SharedClock) -> Option<Self> {
        let own = OwnDatabase::create(&postgres_url()?).await;
        Some(Self::open(own.url.clone(), clock, Place::Server(own)).await)
    }

    async fn open(url: String, clock: SharedClock, place: Place) -> Self {
        let options = DatabaseOptions { url: url.into(), service: SERVICE, pool_size: POOL };
        let life = Lifecycle::new();
        let database =
            Database::open(&options, &life, clock.clone()).await.expect("the test's database opens");
        Self { database, options, life, clock, _place: place }
    }

    /// Brings the schema up to date and starts the feed.
    pub async fn migrate<M: MigratorTrait>(&self) {
        let any = SchemaRange { number: 1, min_binary: 1 };
        migrate::<M>(&self.database, any).await.expect("the test's migrations apply");
    }

    /// The same database as another process would open it, with a life of its own. Where the first is
    /// migrated, so is this.
    pub async fn another<M: MigratorTrait>(&self) -> (Database, Lifecycle) {
        self.another_at::<M>(&self.options).await
    }

    /// The same with other options, for instance by way of a proxy.
    pub async fn another_at<M: MigratorTrait>(&self, options: &DatabaseOptions) -> (Database, Lifecycle) {
        let life = Lifecycle::new();
        let database = Database::open(options, &life, self.clock.clone()).await.expect("it opens once more");
        let any = SchemaRange { number: 1, min_binary: 1 };
        migrate::<M>(&database, any).await.expect("there is nothing left to migrate");
        (database, life)
    }

    /// Where it is.
    pub fn options(&self) -> &DatabaseOptions {
        &self.options
    }

    /// The life in which it was opened.
    pub fn life(&self) -> &Lifecycle {
        &self.life
    }

    /// The clock by which it lives.
    pub fn clock(&self) -> &SharedClock {
        &self.clock
    }

    /// The handle itself.
    pub fn handle(&self) -> &Database {
        &self.database
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        self.database.engine()
    }
}

/// Runs a test on SQLite and, where a server is given, on PostgreSQL, each on a fresh database with
/// `migrator`'s tables: the normal way to test a store.
///
/// `on_both_engines(Migrator, |db| async move { … }).await`
pub async fn on_both_engines<M, F, Fut>(migrator: M, test: F)
where
    M: MigratorTrait,
    F: Fn(TestDatabase) -> Fut,
    Fut: Future<Output = ()>,
{
    drop(migrator);
    let sqlite = TestDatabase::sqlite().await;
    sqlite.migrate::<M>().await;
    test(sqlite).await;
    if let Some(postgres) = TestDatabase::postgres().await {
        postgres.migrate::<M>().await;
        test(postgres).await;
    }
}

/// The server's URL; prints what is skipped without it.
#[expect(clippy::disallowed_methods, reason = "the environment is how a test run is told of its servers")]
fn postgres_url() -> Option<String> {
    if let Ok(url) = std::env::var(POSTGRES) {
        return Some(url);
    }
    assert!(
        std::env::var(REQUIRE_ALL).as_deref() != Ok("1"),
        "{REQUIRE_ALL}=1, but {POSTGRES} is not set: run the tests by `tests/services run`"
    );
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    println!("skipped on PostgreSQL: {test}; supply one by `tests/services run cargo test …`");
    None
}

/// A database on the server, dropped with this.
struct OwnDatabase {
    admin: String,
    name: String,
    url: String,
}

impl OwnDatabase {
    async fn create(admin: &str) -> Self {
        let name = format!("baton_test_{}", SystemIds::new().next().simple());
        administer(admin, &format!("CREATE DATABASE {name}")).await;
        let (server, _) =
            admin.split('?').next().and_then(|url| url.rsplit_once('/')).expect("a URL with a database");
        let url = format!("{server}/{name}");
        Self { admin: admin.to_owned(), name, url }
    }
}

impl Drop for OwnDatabase {
    /// In a runtime of its own: the test's may be ending. `FORCE` ends connections that are left.
    fn drop(&mut self) {
        let (admin, drop) = (self.admin.clone(), format!("DROP DATABASE {} WITH (FORCE)", self.name));
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(administer(&admin, &drop));
        });
        if dropping.join().is_err() && !std::thread::panicking() {
            println!("the test's database {} was not dropped", self.name);
        }
    }
}

async fn administer(admin: &str, sql: &str) {
    let mut options = sea_orm::ConnectOptions::new(admin);
    options.max_connections(1).sqlx_logging(false);
    let connection = sea_orm::Database::connect(options).await.expect("the test PostgreSQL answers");
    connection.execute_unprepared(sql).await.expect("the test PostgreSQL obeys");
    connection.close().await.expect("the test PostgreSQL lets go");
}

/// The URL in clear, for a test that goes around kit.
pub fn url_of(options: &DatabaseOptions) -> String {
    secrecy::ExposeSecret::expose_secret(&options.url).to_owned()
}
