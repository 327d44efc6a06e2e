//! A unit of work: one transaction (on SQLite, one savepoint of one) and what may be done in it.
//!
//! Must not know how it is begun or ended.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use sea_orm::{ConnectionTrait as _, DatabaseTransaction, ExecResult, QueryResult, Statement, Value};

use super::{Engine, Fact, StoreError, attempt::Marks};
use crate::life::clock::SharedClock;

/// The transaction that [`Database::write`](super::Database::write) hands to its closure.
///
/// A statement that fails fails the whole unit, also when the closure goes on and returns `Ok`:
/// PostgreSQL would answer its COMMIT with a silent ROLLBACK.
pub struct Unit {
    tx: DatabaseTransaction,
    engine: Engine,
    clock: SharedClock,
    marks: Arc<Marks>,
    published: AtomicBool,
    numbered: Mutex<Vec<Arc<Fact>>>,
}

/// What is left of a unit when its work has ended.
pub(super) struct Ended {
    pub tx: DatabaseTransaction,
    pub marks: Arc<Marks>,
    /// Whether a fact was published.
    pub published: bool,
    /// The published facts, where the engine numbers them at once.
    pub numbered: Vec<Arc<Fact>>,
}

impl Unit {
    pub(super) fn new(tx: DatabaseTransaction, engine: Engine, clock: SharedClock) -> Self {
        let (marks, published, numbered) = Default::default();
        Self { tx, engine, clock, marks, published, numbered }
    }

    /// The transaction, for reads and writes alike. Begin nothing in it: no nested transactions.
    pub fn tx(&self) -> &DatabaseTransaction {
        &self.tx
    }

    /// Which engine this is, for the rare statement that cannot be the same on both.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    pub(super) fn clock(&self) -> &SharedClock {
        &self.clock
    }

    pub(super) fn marks(&self) -> &Arc<Marks> {
        &self.marks
    }

    /// Remembers that there is something to number after the commit, or that it is numbered.
    pub(super) fn note_published(&self, numbered: Option<Fact>) {
        self.published.store(true, Ordering::Relaxed);
        let mut facts = self.numbered.lock().unwrap_or_else(PoisonError::into_inner);
        facts.extend(numbered.map(Arc::new));
    }

    /// Says that a statement of the service's own inserted into the outbox, for the one path where publishing row by row would cost
    /// more than the change itself. PostgreSQL only: there the relay numbers rows after their commit, and must be woken.
    pub fn note_own_facts(&self) {
        self.note_published(None);
    }

    /// The rows of a query with `$1`, `$2` … on either engine.
    ///
    /// # Errors
    /// [`StoreError`] when it fails; the whole unit fails with it.
    pub async fn query_all<I>(&self, sql: &str, values: I) -> Result<Vec<QueryResult>, StoreError>
    where
        I: IntoIterator<Item = Value>,
    {
        Ok(self.tx.query_all_raw(self.engine.statement(sql, values)).await?)
    }

    pub(super) fn end(self) -> Ended {
        Ended {
            tx: self.tx,
            marks: self.marks,
            published: self.published.into_inner(),
            numbered: self.numbered.into_inner().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Runs a statement with `$1`, `$2` … on either engine.
    ///
    /// # Errors
    /// [`StoreError`] when it fails; the whole unit fails with it.
    pub async fn execute<I>(&self, sql: &str, values: I) -> Result<ExecResult, StoreError>
    where
        I: IntoIterator<Item = Value>,
    {
        Ok(self.tx.execute_raw(self.engine.statement(sql, values)).await?)
    }

    /// The first row of a query with `$1`, `$2` … on either engine.
    ///
    /// # Errors
    /// [`StoreError`] when it fails; the whole unit fails with it.
    pub async fn query_one<I>(&self, sql: &str, values: I) -> Result<Option<QueryResult>, StoreError>
    where
        I: IntoIterator<Item = Value>,
    {
        Ok(self.tx.query_one_raw(self.engine.statement(sql, values)).await?)
    }
}

impl Engine {
    /// A statement with `$1`, `$2` … on either engine.
    pub fn statement<I>(self, sql: &str, values: I) -> Statement
    where
        I: IntoIterator<Item = Value>,
    {
        Statement::from_sql_and_values(self.backend(), sql, values)
    }

    /// The database's own time in microseconds, as SQL: what several processes agree on.
    pub fn now_sql(self) -> &'static str {
        match self {
            Self::Sqlite => "CAST(unixepoch('subsec') * 1000000 AS INTEGER)",
            Self::Postgres => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)",
        }
    }
}
