//! Connections as they must be: durable, bounded in time, in the right schema.
//!
//! The only place that knows the drivers' options. Must not know what runs over them.

use std::time::Duration;

use sea_orm::{
    ConnectOptions, ConnectionTrait as _, DatabaseConnection, DbErr, QueryResult,
    sqlx::{
        postgres::PgConnectOptions,
        sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
    },
};
use secrecy::ExposeSecret as _;

use super::{DatabaseOptions, Engine, OpenError, attempt};

/// How long a request waits for a connection of the pool.
const ACQUIRE: Duration = Duration::from_secs(5);
/// A connection idle for longer is tried before it is used.
const IDLE: Duration = Duration::from_secs(30);
/// How long SQLite waits for another process's write lock.
const BUSY: Duration = Duration::from_secs(5);

/// What every PostgreSQL connection is told: nobody holds a lock or a transaction for long.
const LIMITS: [(&str, &str); 3] =
    [("lock_timeout", "2s"), ("statement_timeout", "5s"), ("idle_in_transaction_session_timeout", "10s")];
/// What a migration's connection is told instead: it may take its time, but blocks nobody for long.
const PATIENT_LIMITS: [(&str, &str); 2] = [("lock_timeout", "2s"), ("statement_timeout", "0")];

/// Pragmas without which an acknowledged write could be lost, and what they read as when in force.
const SAFE: [(&str, &str); 4] =
    [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1"), ("busy_timeout", "5000")];

pub(super) fn engine_of(options: &DatabaseOptions) -> Result<Engine, OpenError> {
    let url = options.url.expose_secret();
    let named = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if options.service.is_empty() || !options.service.chars().all(named) {
        return Err(unusable(options, "its name is not made of lower-case letters, digits and underscores"));
    }
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(unusable(options, "SQLite in memory keeps nothing and cannot be read beside its writer"));
    }
    match url.split_once(':') {
        Some(("sqlite", _)) => Ok(Engine::Sqlite),
        Some(("postgres", _)) => Ok(Engine::Postgres),
        _ => Err(unusable(options, "the URL begins neither with `sqlite:` nor with `postgres:`")),
    }
}

/// The one connection that writes, its safety asserted.
pub(super) async fn sqlite_writer(options: &DatabaseOptions) -> Result<DatabaseConnection, OpenError> {
    let mut connect = basics(options);
    connect.max_connections(1).idle_timeout(None::<Duration>).max_lifetime(None::<Duration>);
    connect.map_sqlx_sqlite_opts(|sqlite| {
        durable(sqlite).create_if_missing(true).journal_mode(SqliteJournalMode::Wal)
    });
    let writer = reach(options, connect).await?;
    assert_safe(options, &writer).await?;
    Ok(writer)
}

/// Readers of the same file, unable to write.
pub(super) async fn sqlite_reader(options: &DatabaseOptions) -> Result<DatabaseConnection, OpenError> {
    let mut connect = basics(options);
    connect.max_connections(options.pool_size.max(1));
    connect.map_sqlx_sqlite_opts(|sqlite| durable(sqlite).read_only(true));
    reach(options, connect).await
}

/// The connections for requests.
pub(super) async fn postgres_pool(options: &DatabaseOptions) -> Result<DatabaseConnection, OpenError> {
    let service = options.service;
    let mut connect = basics(options);
    connect.max_connections(options.pool_size.max(1));
    connect.map_sqlx_postgres_opts(move |postgres| in_schema(postgres, service).options(LIMITS));
    reach(options, connect).await
}

/// One connection apart from the pool, for a task that must not queue behind requests.
pub(super) async fn postgres_own(options: &DatabaseOptions) -> Result<DatabaseConnection, OpenError> {
    let service = options.service;
    let mut connect = basics(options);
    connect.max_connections(1).idle_timeout(None::<Duration>).max_lifetime(None::<Duration>);
    connect.map_sqlx_postgres_opts(move |postgres| in_schema(postgres, service).options(LIMITS));
    reach(options, connect).await
}

/// One connection for migrations, on either engine.
pub(super) async fn for_migrations(options: &DatabaseOptions) -> Result<DatabaseConnection, OpenError> {
    if engine_of(options)? == Engine::Sqlite {
        return sqlite_writer(options).await;
    }
    let service = options.service;
    let mut connect = basics(options);
    connect.max_connections(1).idle_timeout(None::<Duration>).max_lifetime(None::<Duration>);
    connect.map_sqlx_postgres_opts(move |postgres| in_schema(postgres, service).options(PATIENT_LIMITS));
    reach(options, connect).await
}

fn basics(options: &DatabaseOptions) -> ConnectOptions {
    let mut connect = ConnectOptions::new(options.url.expose_secret());
    connect.sqlx_logging(false).record_stmt_in_spans(false);
    connect.acquire_timeout(ACQUIRE).test_before_acquire_if_idle_for(IDLE);
    connect
}

fn durable(sqlite: SqliteConnectOptions) -> SqliteConnectOptions {
    sqlite.synchronous(SqliteSynchronous::Full).foreign_keys(true).busy_timeout(BUSY)
}

fn in_schema(postgres: PgConnectOptions, service: &str) -> PgConnectOptions {
    postgres.application_name(&format!("baton {service}")).options([("search_path", service)])
}

async fn reach(options: &DatabaseOptions, connect: ConnectOptions) -> Result<DatabaseConnection, OpenError> {
    let unreachable = |error: DbErr| OpenError::Unreachable { service: options.service, cause: error.into() };
    let mut connection = sea_orm::Database::connect(connect).await.map_err(unreachable)?;
    connection.set_metric_callback(|statement| {
        if statement.failed {
            attempt::note_failure();
        }
    });
    Ok(connection)
}

async fn assert_safe(options: &DatabaseOptions, writer: &DatabaseConnection) -> Result<(), OpenError> {
    let unreachable = |error: DbErr| OpenError::Unreachable { service: options.service, cause: error.into() };
    for (setting, expected) in SAFE {
        let pragma = Engine::Sqlite.statement(&format!("PRAGMA {setting}"), []);
        let row = writer.query_one_raw(pragma).await.map_err(unreachable)?;
        let found = row.map(|row| pragma_value(&row)).transpose().map_err(unreachable)?.unwrap_or_default();
        if found != expected {
            return Err(OpenError::Unsafe { service: options.service, setting, expected, found });
        }
    }
    Ok(())
}

/// Some pragmas answer with a word, others with a number.
fn pragma_value(row: &QueryResult) -> Result<String, DbErr> {
    row.try_get_by_index::<i64>(0).map(|number| number.to_string()).or_else(|_| row.try_get_by_index(0))
}

fn unusable(options: &DatabaseOptions, why: &str) -> OpenError {
    OpenError::Settings { service: options.service, why: why.to_owned() }
}
