//! What can go wrong between a unit of work and its database, in the four kinds a caller can act on.
//!
//! Must not know what a statement was for: services give the cause its name.

use sea_orm::{
    DbErr, RuntimeErr,
    sqlx::{self, error::DatabaseError},
};

use super::attempt;

/// Why a database call did not do what it was asked to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database could not be asked, or did not answer in time: pool time-out, connection lost,
    /// disk full, SQLite busy, a lock not given. Whether a write landed is unknown when the
    /// connection was lost in its commit; the same request may be sent again.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// A unique index refused the row.
    #[error("a unique constraint is violated{}", .constraint.as_ref().map(|name| format!(": {name}")).unwrap_or_default())]
    Conflict {
        /// PostgreSQL: the constraint's or index's name. SQLite knows none and names the columns:
        /// `table.column, table.column`.
        constraint: Option<String>,
    },
    /// Anything else: a fault of ours, or a row that cannot be what it says. Says where.
    #[error("the database is not as it should be: {0}")]
    Broken(String),
}

impl StoreError {
    /// Whether a unique constraint over this table was violated, on either engine, given that its
    /// indexes are named `table_…`.
    pub fn is_conflict_on(&self, table: &str) -> bool {
        let Self::Conflict { constraint: Some(name) } = self else {
            return false;
        };
        name.strip_prefix(table).is_some_and(|rest| rest.starts_with(['.', '_']))
    }
}

impl From<DbErr> for StoreError {
    /// Also marks the running unit of work for another attempt when the database asked for one.
    fn from(error: DbErr) -> Self {
        match &error {
            DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
                from_sqlx(cause, &error)
            }
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Self::Unavailable(error.to_string()),
            _ => Self::Broken(error.to_string()),
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        from_sqlx(&error, &error)
    }
}

fn from_sqlx(cause: &sqlx::Error, whole: &dyn std::fmt::Display) -> StoreError {
    match cause {
        sqlx::Error::Database(refusal) => from_refusal(refusal.as_ref(), whole),
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::BeginFailed
        | sqlx::Error::WorkerCrashed => StoreError::Unavailable(whole.to_string()),
        _ => StoreError::Broken(whole.to_string()),
    }
}

fn from_refusal(refusal: &dyn DatabaseError, whole: &dyn std::fmt::Display) -> StoreError {
    if refusal.is_unique_violation() {
        return StoreError::Conflict { constraint: constraint_name(refusal) };
    }
    let code = refusal.code().unwrap_or_default();
    if is_retryable(&code) {
        attempt::ask_for_another();
    }
    if is_unavailable(&code) || is_retryable(&code) {
        return StoreError::Unavailable(whole.to_string());
    }
    StoreError::Broken(whole.to_string())
}

/// PostgreSQL names the constraint; SQLite says `UNIQUE constraint failed: parcel.id` or, of an index
/// over expressions, `UNIQUE constraint failed: index 'parcel_open'`.
fn constraint_name(refusal: &dyn DatabaseError) -> Option<String> {
    if let Some(name) = refusal.constraint() {
        return Some(name.to_owned());
    }
    let (_, columns) = refusal.message().split_once("constraint failed: ")?;
    let name = columns.strip_prefix("index '").and_then(|rest| rest.strip_suffix('\''));
    Some(name.unwrap_or(columns).to_owned())
}

/// `serialization_failure` and `deadlock_detected`: the same transaction may well succeed next time.
fn is_retryable(code: &str) -> bool {
    matches!(code, "40001" | "40P01")
}

/// PostgreSQL's five-character states, or SQLite's extended result codes in decimal.
fn is_unavailable(code: &str) -> bool {
    match code.len() {
        5 => {
            let class = code.get(..2).unwrap_or_default();
            // Connection lost; out of resources or disk; server going down; system error; lock and
            // statement time-outs; idle too long; read-only after a failover.
            matches!(class, "08" | "53" | "57" | "58") || matches!(code, "55P03" | "25P03" | "25006")
        }
        // BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN.
        _ => code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 7 | 8 | 10 | 13 | 14)),
    }
}
