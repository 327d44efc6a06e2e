//! What a consumer could not handle: facts to be tried again and, behind each, its subject's later ones.
//!
//! The rows of `delivery_failure` that are not dead, mirrored in memory by the one process that holds
//! the lease. Must not know why a fact failed.

use std::collections::{BTreeMap, HashMap};

use sea_orm::{ConnectionTrait as _, QueryResult};
use uuid::Uuid;

use crate::data::{Database, StoreError, Unit};

/// What becomes of a fact that was not simply handled.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    pub position: i64,
    pub subject: Uuid,
    /// 0: not tried yet, it waits behind another fact of its subject.
    pub attempts: i32,
    /// Microseconds; 0: as soon as it is the first of its subject.
    pub next_at: i64,
    /// The failure's kind.
    pub last_error: String,
    pub dead: bool,
}

/// A change to be written with the cursor.
#[derive(Debug, Clone)]
pub(super) enum Change {
    Put(Failure),
    Remove(i64),
}

const PUT: &str = "INSERT INTO delivery_failure \
     (consumer, position, subject_id, attempts, next_at, last_error, dead) VALUES ($1, $2, $3, $4, $5, $6, $7) \
     ON CONFLICT (consumer, position) DO UPDATE SET attempts = excluded.attempts, \
     next_at = excluded.next_at, last_error = excluded.last_error, dead = excluded.dead";

impl Change {
    pub async fn write(&self, unit: &Unit, consumer: &str) -> Result<(), StoreError> {
        match self {
            Self::Put(failure) => {
                let Failure { position, subject, attempts, next_at, last_error, dead } = failure.clone();
                let key = [consumer.into(), position.into(), subject.into()];
                let rest = [attempts.into(), next_at.into(), last_error.into(), dead.into()];
                unit.execute(PUT, key.into_iter().chain(rest)).await?;
            }
            Self::Remove(position) => {
                let sql = "DELETE FROM delivery_failure WHERE consumer = $1 AND position = $2";
                unit.execute(sql, [consumer.into(), (*position).into()]).await?;
            }
        }
        Ok(())
    }
}

/// The living failures of one consumer.
#[derive(Debug, Default)]
pub(super) struct Failures {
    subjects: HashMap<Uuid, BTreeMap<i64, Failure>>,
}

impl Failures {
    pub async fn load(source: &Database, consumer: &str) -> Result<Self, StoreError> {
        // `dead` by itself, no value: only so the index of what waits is used, and what was given up is not walked.
        let sql = "SELECT position, subject_id, attempts, next_at, last_error FROM delivery_failure \
             WHERE consumer = $1 AND NOT dead";
        let statement = source.engine().statement(sql, [consumer.into()]);
        let rows = source.reader().query_all_raw(statement).await?;
        let mut failures = Self::default();
        for row in &rows {
            failures.apply(&Change::Put(read(row)?));
        }
        Ok(failures)
    }

    /// Whether something of this subject waits, so that later facts must wait behind it.
    pub fn hold(&self, subject: Uuid) -> bool {
        self.subjects.contains_key(&subject)
    }

    pub fn len(&self) -> usize {
        self.subjects.values().map(BTreeMap::len).sum()
    }

    /// The one to be tried next. Of each subject only the first may be.
    pub fn next(&self) -> Option<&Failure> {
        let firsts = self.subjects.values().filter_map(|failures| failures.values().next());
        firsts.min_by_key(|first| (first.next_at, first.position))
    }

    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::Put(failure) if !failure.dead => {
                let failures = self.subjects.entry(failure.subject).or_default();
                failures.insert(failure.position, failure.clone());
            }
            Change::Put(Failure { position, .. }) | Change::Remove(position) => self.remove(*position),
        }
    }

    fn remove(&mut self, position: i64) {
        self.subjects.retain(|_, failures| {
            failures.remove(&position);
            !failures.is_empty()
        });
    }
}

fn read(row: &QueryResult) -> Result<Failure, StoreError> {
    Ok(Failure {
        position: row.try_get_by_index(0)?,
        subject: row.try_get_by_index(1)?,
        attempts: row.try_get_by_index(2)?,
        next_at: row.try_get_by_index(3)?,
        last_error: row.try_get_by_index(4)?,
        dead: false,
    })
}
