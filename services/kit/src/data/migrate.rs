//! Bringing a schema up to date, one process at a time, and refusing what does not fit together.
//!
//! sea-orm's own runner has no lock and refuses a schema newer than itself, which a rolling upgrade
//! needs; its migrations are used, its runner is not. Must not know what the migrations do.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Value};
use sea_orm_migration::{MigrationTrait, MigratorTrait, SchemaManager};

use super::{Database, Engine, OpenError, StoreError, connect, transaction, upkeep};

/// Which schema a binary brings and with which binaries that schema gets along. Both numbers rise
/// only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SchemaRange {
    /// The schema that this binary migrates to and needs at least.
    pub number: i32,
    /// The oldest binary, by the number of its schema, that still works on this one. Raised only
    /// after a contracting change.
    pub min_binary: i32,
}

/// Why a schema cannot be used or brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// A later version changed the schema in a way that this binary does not understand.
    #[error(
        "the schema of {service} is too new: it needs a binary with schema {min_binary} or later, \
         this one has {number}; start the newer version again, or restore the backup taken before it"
    )]
    TooNew {
        /// The service.
        service: &'static str,
        /// What the schema asks for.
        min_binary: i32,
        /// What this binary has.
        number: i32,
    },
    /// The schema lacks what this binary needs.
    #[error(
        "the schema of {service} is too old: it is at {found}, this binary needs {number}; \
         run `baton migrate` first"
    )]
    TooOld {
        /// The service.
        service: &'static str,
        /// What the schema is at; 0 when there is none.
        found: i32,
        /// What this binary needs.
        number: i32,
    },
    /// A migration's own connection could not be had.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A step failed; on both engines it was rolled back.
    #[error("migrating the schema of {service} failed at {step}: {cause}")]
    Step {
        /// The service.
        service: &'static str,
        /// The migration's name, or what was done between migrations.
        step: String,
        /// Why.
        cause: StoreError,
    },
}

/// What `schema_info` says; zeros while it is not there.
#[derive(Debug, Clone, Copy, Default)]
struct SchemaInfo {
    number: i32,
    min_binary: i32,
}

/// Applies what is missing and starts the feed. Several processes may call it at once: one applies,
/// the others wait and find nothing left to do. Migrations that only a newer binary knows are fine.
///
/// # Errors
/// [`MigrateError`]; what was applied before the failing step stays.
pub async fn migrate<M: MigratorTrait>(db: &Database, serves: SchemaRange) -> Result<(), MigrateError> {
    let connection = connect::for_migrations(db.options()).await?;
    let applied = Migration { db, connection: &connection, table: M::migration_table_name().to_string() };
    let outcome = applied.run::<M>(serves).await;
    // Gives the lock back, too.
    let _ = connection.close().await;
    outcome?;
    upkeep::start_feed(db).await.map_err(step(db, "starting the feed"))
}

/// Checks, changing nothing, that this binary and the schema get along, and starts the feed.
///
/// # Errors
/// [`MigrateError::TooNew`] or [`MigrateError::TooOld`] when they do not.
pub async fn verify(db: &Database, serves: SchemaRange) -> Result<(), MigrateError> {
    let info = read_info(db.reader(), db.engine()).await.map_err(step(db, "reading schema_info"))?;
    refuse_newer(db, info, serves)?;
    if info.number < serves.number {
        let service = db.options().service;
        return Err(MigrateError::TooOld { service, found: info.number, number: serves.number });
    }
    upkeep::start_feed(db).await.map_err(step(db, "starting the feed"))
}

struct Migration<'a> {
    db: &'a Database,
    connection: &'a DatabaseConnection,
    table: String,
}

impl Migration<'_> {
    async fn run<M: MigratorTrait>(&self, serves: SchemaRange) -> Result<(), MigrateError> {
        if self.db.engine() == Engine::Postgres {
            self.lock_and_create_schema().await.map_err(step(self.db, "taking the lock"))?;
        }
        let info = read_info(self.connection, self.db.engine()).await;
        refuse_newer(self.db, info.map_err(step(self.db, "reading schema_info"))?, serves)?;
        M::install(self.connection).await.map_err(step(self.db, "listing migrations"))?;
        for migration in M::migrations() {
            self.apply(migration.as_ref()).await.map_err(step(self.db, migration.name()))?;
        }
        self.record(serves).await.map_err(step(self.db, "writing schema_info"))
    }

    /// The lock belongs to the session: it ends with this connection at the latest.
    async fn lock_and_create_schema(&self) -> Result<(), DbErr> {
        let service = self.db.options().service;
        self.connection.execute_unprepared("SET lock_timeout = '60s'").await?;
        let lock = "SELECT pg_advisory_lock(hashtextextended('baton.migrate.' || $1, 0))";
        self.connection.query_one_raw(self.db.engine().statement(lock, [service.into()])).await?;
        self.connection.execute_unprepared("SET lock_timeout = '2s'").await?;
        let create = format!("CREATE SCHEMA IF NOT EXISTS \"{service}\"");
        self.connection.execute_unprepared(&create).await.map(drop)
    }

    /// Applies one migration, unless somebody did: asked inside the transaction, which on SQLite is
    /// the lock.
    async fn apply(&self, migration: &dyn MigrationTrait) -> Result<(), DbErr> {
        if migration.use_transaction() == Some(false) {
            if !self.is_applied(self.connection, migration.name()).await? {
                migration.up(&SchemaManager::new(self.connection)).await?;
                self.note(self.connection, migration.name()).await?;
            }
            return Ok(());
        }
        let tx = transaction::begin(self.connection).await?;
        if !self.is_applied(&tx, migration.name()).await? {
            migration.up(&SchemaManager::new(&tx)).await?;
            self.note(&tx, migration.name()).await?;
        }
        tx.commit().await
    }

    async fn is_applied<C: ConnectionTrait>(&self, db: &C, name: &str) -> Result<bool, DbErr> {
        let sql = format!("SELECT version FROM \"{}\" WHERE version = $1", self.table);
        Ok(db.query_one_raw(self.db.engine().statement(&sql, [name.into()])).await?.is_some())
    }

    async fn note<C: ConnectionTrait>(&self, db: &C, name: &str) -> Result<(), DbErr> {
        let sql = format!("INSERT INTO \"{}\" (version, applied_at) VALUES ($1, $2)", self.table);
        let values: [Value; 2] = [name.into(), self.db.clock().now().as_second().into()];
        db.execute_raw(self.db.engine().statement(&sql, values)).await?;
        tracing::info!(service = self.db.options().service, migration = name, "a migration was applied");
        Ok(())
    }

    /// Never lowers a number: an older binary may run this after a newer one.
    async fn record(&self, serves: SchemaRange) -> Result<(), DbErr> {
        for (column, value) in [("number", serves.number), ("min_binary", serves.min_binary)] {
            let sql = format!("UPDATE schema_info SET {column} = $1 WHERE id = 1 AND {column} < $1");
            self.connection.execute_raw(self.db.engine().statement(&sql, [value.into()])).await?;
        }
        Ok(())
    }
}

async fn read_info(db: &DatabaseConnection, engine: Engine) -> Result<SchemaInfo, DbErr> {
    let exists = match engine {
        Engine::Sqlite => "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_info'",
        Engine::Postgres => "SELECT 1 WHERE to_regclass('schema_info') IS NOT NULL",
    };
    if db.query_one_raw(engine.statement(exists, [])).await?.is_none() {
        return Ok(SchemaInfo::default());
    }
    let sql = "SELECT number, min_binary FROM schema_info WHERE id = 1";
    let Some(row) = db.query_one_raw(engine.statement(sql, [])).await? else {
        return Ok(SchemaInfo::default());
    };
    Ok(SchemaInfo { number: row.try_get_by_index(0)?, min_binary: row.try_get_by_index(1)? })
}

fn refuse_newer(db: &Database, info: SchemaInfo, serves: SchemaRange) -> Result<(), MigrateError> {
    if info.min_binary <= serves.number {
        return Ok(());
    }
    let service = db.options().service;
    Err(MigrateError::TooNew { service, min_binary: info.min_binary, number: serves.number })
}

fn step<E: Into<StoreError>>(db: &Database, step: &str) -> impl FnOnce(E) -> MigrateError {
    let (service, step) = (db.options().service, step.to_owned());
    move |cause| MigrateError::Step { service, step, cause: cause.into() }
}
