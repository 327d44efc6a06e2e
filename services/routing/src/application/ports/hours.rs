//! Office hours as they are kept, and the promises made by them.

use async_trait::async_trait;
use baton_kit::{data::StoreError, life::ids::WorkspaceId};
use jiff::Timestamp;

use super::Lease;
use crate::domain::{
    hours::OfficeHours,
    promise::{Owed, Promise},
};

/// What a workspace set, and how often it was changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kept {
    /// `None` for a workspace that never set any.
    pub hours: Option<OfficeHours>,
    /// 0 for a workspace that never set any.
    pub revision: i64,
}

impl Kept {
    /// What a change must name.
    pub fn etag(&self) -> String {
        format!("r{}", self.revision)
    }
}

/// Why office hours were not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    /// They changed since they were read; the etag they have now.
    #[error("the office hours changed")]
    Stale(String),
    /// The store.
    #[error(transparent)]
    Internal(#[from] StoreError),
}

/// Office hours.
#[async_trait]
pub trait Hours: Send + Sync + 'static {
    /// Those of a workspace.
    async fn get(&self, workspace: WorkspaceId) -> Result<Kept, StoreError>;

    /// Replaces them if the etag is the one they have, and has the promises of everything that waits made anew, in one change. What is
    /// as asked already stays as it is.
    async fn set(&self, workspace: WorkspaceId, etag: &str, hours: OfficeHours) -> Result<Kept, SetError>;

    /// The time zone of every workspace that set any.
    async fn zones(&self) -> Result<Vec<(WorkspaceId, String)>, StoreError>;
}

/// How a promise was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// The visitor is told, or there is nothing to tell any more.
    Definite,
    /// Nobody knows; to be told again at this instant.
    Unknown(Timestamp),
}

/// Promises that are owed. They come to be with the fact of a handoff, and end with it.
#[async_trait]
pub trait Promises: Send + Sync + 'static {
    /// Those to be told now, the longest owed first, at most so many.
    async fn owed(&self, now: Timestamp, most: u64) -> Result<Vec<Owed>, StoreError>;

    /// Takes or renews the right to tell one; false if somebody else has it or it is not owed so any more.
    async fn claim(&self, owed: &Owed, lease: Lease) -> Result<bool, StoreError>;

    /// Records how it was taken. One that has to be made anew meanwhile is told once more, whoever told it in between.
    async fn settle(&self, owed: &Owed, told: Told) -> Result<(), StoreError>;
}

/// What conversation answered to a promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PromiseAnswer {
    /// The visitor is told.
    Told,
    /// The handoff is not open any more.
    Ended,
    /// The call itself was wrong: a fault of ours.
    Malformed(String),
    /// Nobody knows whether it was done.
    Unknown(String),
}

/// Whoever tells the visitor.
#[async_trait]
pub trait Teller: Send + Sync + 'static {
    /// Tells it. Safe to repeat; the last one counts.
    async fn tell(&self, owed: &Owed, promise: &Promise) -> PromiseAnswer;
}
