//! A service's database: opened once, cloned freely, written in one way only.
//!
//! Knows both engines by name and neither by heart: connecting is `connect`, group commit on SQLite is
//! `group_commit`, a transaction on PostgreSQL is `transaction`.

use std::{fmt, sync::Arc, time::Duration};

use futures::future::BoxFuture;
use sea_orm::{DatabaseConnection, DbBackend};
use secrecy::SecretString;
use tokio::sync::Semaphore;

use super::{FactLog, StoreError, Unit, connect, group_commit, job, tail::Tail, transaction};
use crate::life::{clock::SharedClock, lifecycle::Lifecycle};

/// How long [`Database::close`] waits for work that is under way.
const CLOSING: Duration = Duration::from_secs(5);

/// Which database engine is behind a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// One file, one writer.
    Sqlite,
    /// A server; the service's tables live in a schema of its name.
    Postgres,
}

impl Engine {
    pub(crate) fn backend(self) -> DbBackend {
        match self {
            Self::Sqlite => DbBackend::Sqlite,
            Self::Postgres => DbBackend::Postgres,
        }
    }
}

/// Where the data of one service is.
#[derive(Debug, Clone)]
pub struct DatabaseOptions {
    /// `sqlite://…/file.db` or `postgres://…`.
    pub url: SecretString,
    /// On PostgreSQL the schema: lower-case letters, digits and underscores.
    pub service: &'static str,
    /// Connections for requests. Beside them stand one writer (SQLite) or two for the relay
    /// (PostgreSQL).
    pub pool_size: u32,
}

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL or the service's name cannot be used. Says why without repeating the URL.
    #[error("the database settings of {service} cannot be used: {why}")]
    Settings {
        /// The service.
        service: &'static str,
        /// What is wrong.
        why: String,
    },
    /// A setting that keeps acknowledged writes safe is not in force.
    #[error("the database of {service} is not safe: `{setting}` is `{found}`, not `{expected}`")]
    Unsafe {
        /// The service.
        service: &'static str,
        /// The setting.
        setting: &'static str,
        /// What it must be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// It could not be reached.
    #[error("the database of {service} cannot be opened: {cause}")]
    Unreachable {
        /// The service.
        service: &'static str,
        /// Why.
        cause: StoreError,
    },
}

impl From<OpenError> for StoreError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Unreachable { cause, .. } => cause,
            other => Self::Broken(other.to_string()),
        }
    }
}

/// Handle to a service's database; clones share it.
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    options: DatabaseOptions,
    engine: Engine,
    reader: DatabaseConnection,
    writing: Writing,
    /// A part of the service's life, so that closing can end what this database alone started.
    life: Lifecycle,
    clock: SharedClock,
    tail: Arc<Tail>,
}

/// The way in for writes.
enum Writing {
    /// SQLite: the queue of the one writer.
    Queue(group_commit::Writer),
    /// PostgreSQL: a turn for each connection. Waiting for a turn may be cancelled; what follows not.
    Turns(Arc<Semaphore>),
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { engine, options, .. } = &*self.inner;
        f.debug_struct("Database").field("service", &options.service).field("engine", engine).finish()
    }
}

impl Database {
    /// Opens the database and, on SQLite, starts its writer. The schema may still be missing:
    /// [`migrate`](super::migrate()) or [`verify`](super::verify) comes next, and starts the feed.
    ///
    /// # Errors
    /// [`OpenError`], each variant as it says.
    pub async fn open(
        options: &DatabaseOptions,
        life: &Lifecycle,
        clock: SharedClock,
    ) -> Result<Self, OpenError> {
        let engine = connect::engine_of(options)?;
        let (life, tail) = (life.child(), Arc::new(Tail::new()));
        let (reader, writing) = match engine {
            Engine::Sqlite => {
                let writer = connect::sqlite_writer(options).await?;
                let reader = connect::sqlite_reader(options).await?;
                let settings = group_commit::Settings {
                    options: options.clone(),
                    clock: Arc::clone(&clock),
                    tail: Arc::clone(&tail),
                };
                (reader, Writing::Queue(group_commit::start(writer, settings, &life.hard())))
            }
            Engine::Postgres => {
                let turns = Semaphore::new(options.pool_size.max(1) as usize);
                (connect::postgres_pool(options).await?, Writing::Turns(Arc::new(turns)))
            }
        };
        let inner = Inner { options: options.clone(), engine, reader, writing, life, clock, tail };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        self.inner.engine
    }

    /// For reads only; on SQLite it can do nothing else. Sees what was committed before the call.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.inner.reader
    }

    /// Runs `work` in a transaction and keeps its changes if it returns `Ok`: the only way to write.
    ///
    /// Once begun it runs to its end also when the caller goes away (a cancelled `begin` of sqlx 0.9
    /// loses other callers' acknowledged writes). It awaits nothing but its transaction, and may be
    /// run again, up to three times, when PostgreSQL says that it lost a race; errors of the database
    /// must pass through [`StoreError`] for that. On SQLite it shares a COMMIT with whatever else is
    /// waiting, behind a savepoint of its own.
    ///
    /// # Errors
    /// What `work` returned, or a [`StoreError`] when its changes could not be kept.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'u> Fn(&'u Unit) -> BoxFuture<'u, Result<T, E>> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (job, outcome) = job::job(work);
        self.submit(job).await?;
        outcome.await.unwrap_or_else(|_| Err(ended().into()))
    }

    /// Waits for a turn, which the caller may give up, and hands the job to a task of its own.
    async fn submit(&self, job: Box<dyn job::Job>) -> Result<(), StoreError> {
        match &self.inner.writing {
            Writing::Queue(writer) => {
                let place = writer.place().await.ok_or_else(ended)?;
                // Tracked, so that draining waits for the answer.
                self.inner.life.spawn("database write", place.take(job));
            }
            Writing::Turns(turns) => {
                let turn = Arc::clone(turns).acquire_owned().await.map_err(|_| ended())?;
                let database = self.clone();
                self.inner.life.spawn("database write", async move {
                    transaction::run(&database, job).await;
                    drop(turn);
                });
            }
        }
        Ok(())
    }

    /// The log of what was published here.
    pub fn facts(&self) -> FactLog {
        FactLog::new(self.clone())
    }

    /// Ends the tasks of this database, finishes what is queued and closes every connection. Other
    /// clones answer [`StoreError::Unavailable`] from then on.
    pub async fn close(self) {
        let drained = self.inner.life.drain(CLOSING).await;
        if !drained.is_clean() {
            tracing::warn!(service = self.inner.options.service, %drained, "a database was closed over unfinished work");
        }
        if let Writing::Queue(writer) = &self.inner.writing {
            writer.stop().await;
        }
        if let Err(error) = self.inner.reader.close_by_ref().await {
            tracing::debug!(%error, "a database pool did not close");
        }
    }

    pub(super) fn options(&self) -> &DatabaseOptions {
        &self.inner.options
    }

    pub(super) fn life(&self) -> &Lifecycle {
        &self.inner.life
    }

    pub(super) fn clock(&self) -> &SharedClock {
        &self.inner.clock
    }

    pub(super) fn tail(&self) -> &Arc<Tail> {
        &self.inner.tail
    }
}

fn ended() -> StoreError {
    StoreError::Unavailable("it is being closed".to_owned())
}
