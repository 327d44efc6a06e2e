//! The log of facts: what was published, in one order that every reader sees alike.
//!
//! Positions are 1, 2, 3 … without a hole; a reader at N has seen everything up to N. Must not know
//! what a fact means: kinds, subjects and bodies belong to the service.

use std::sync::Arc;

use jiff::Timestamp;
use sea_orm::{
    ConnectionTrait, DbErr, ExprTrait as _, QueryResult, Value,
    sea_query::{Expr, Query, SelectStatement},
};
use uuid::Uuid;

use super::{Database, Engine, Follower, StoreError};
use crate::life::ids::WorkspaceId;

const COLUMNS: [&str; 14] = [
    "position",
    "event_id",
    "kind",
    "workspace_id",
    "subject_id",
    "item_id",
    "sequence",
    "revision",
    "fence",
    "actor_kind",
    "actor_id",
    "body",
    "traceparent",
    "created_at",
];

/// Rows deleted by one write of [`FactLog::prune`], so that nobody waits long behind it.
const PRUNE_STEP: i64 = 1000;

/// A fact to be published with the change that it reports. No text of people: readers join that when
/// they need it, from rows that can be erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFact {
    /// Its own id, by which consumers know a repeat.
    pub event_id: Uuid,
    /// The service's number for what happened.
    pub kind: i32,
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// The aggregate: facts of one subject are handled in order.
    pub subject: Uuid,
    /// The part of it that changed.
    pub item: Option<Uuid>,
    /// The item's number within the subject.
    pub sequence: Option<i64>,
    /// The subject's revision after the change.
    pub revision: i64,
    /// The subject's fencing number after the change.
    pub fence: i64,
    /// The service's number for the kind of actor.
    pub actor_kind: i32,
    /// Who did it.
    pub actor: Option<Uuid>,
    /// Whatever else consumers need, in the service's encoding.
    pub body: Vec<u8>,
    /// When.
    pub at: Timestamp,
}

/// A published fact: a [`NewFact`] with its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Its place: 1 is the first ever.
    pub position: i64,
    /// Its own id, by which consumers know a repeat.
    pub event_id: Uuid,
    /// The service's number for what happened.
    pub kind: i32,
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// The aggregate: facts of one subject are handled in order.
    pub subject: Uuid,
    /// The part of it that changed.
    pub item: Option<Uuid>,
    /// The item's number within the subject.
    pub sequence: Option<i64>,
    /// The subject's revision after the change.
    pub revision: i64,
    /// The subject's fencing number after the change.
    pub fence: i64,
    /// The service's number for the kind of actor.
    pub actor_kind: i32,
    /// Who did it.
    pub actor: Option<Uuid>,
    /// Whatever else consumers need, in the service's encoding.
    pub body: Vec<u8>,
    /// When.
    pub at: Timestamp,
    /// The trace that the change belongs to, in W3C form.
    pub traceparent: Option<String>,
}

/// Which facts are wanted; the default wants all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FactFilter {
    /// Only this workspace's.
    pub workspace: Option<WorkspaceId>,
    /// Only this subject's.
    pub subject: Option<Uuid>,
    /// Only these kinds; empty means all.
    pub kinds: Vec<i32>,
}

impl FactFilter {
    /// Whether a fact is wanted.
    pub fn passes(&self, fact: &Fact) -> bool {
        self.workspace.is_none_or(|workspace| workspace == fact.workspace)
            && self.subject.is_none_or(|subject| subject == fact.subject)
            && (self.kinds.is_empty() || self.kinds.contains(&fact.kind))
    }
}

/// Handle to the log of one database; clones share it.
#[derive(Debug, Clone)]
pub struct FactLog {
    database: Database,
}

impl FactLog {
    pub(super) fn new(database: Database) -> Self {
        Self { database }
    }

    /// Which numbering this is. Made by the first migration and anew after a restore: positions of
    /// another generation mean nothing here.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn generation(&self) -> Result<Uuid, StoreError> {
        let row = self.query_one("SELECT generation FROM schema_info WHERE id = 1", []).await?;
        let row = row.ok_or_else(|| StoreError::Broken("schema_info has no row".to_owned()))?;
        Ok(row.try_get_by_index(0)?)
    }

    /// Begins a new generation: to be called once after a restore, before anybody reads the log.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be written.
    pub async fn begin_generation(&self, generation: Uuid) -> Result<(), StoreError> {
        let renew = "UPDATE schema_info SET generation = $1 WHERE id = 1";
        self.database
            .write(move |unit| {
                Box::pin(async move { unit.execute(renew, [generation.into()]).await.map(drop) })
            })
            .await
    }

    /// The last position known here; 0 when there is none. Never goes back.
    pub fn head(&self) -> i64 {
        self.database.tail().head()
    }

    /// The last position in the table; 0 when there is none. Above [`head`](Self::head) for as long as it takes to learn of what
    /// another process numbered.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn stored_head(&self) -> Result<i64, StoreError> {
        let row = self.query_one("SELECT MAX(position) FROM outbox", []).await?;
        let last = row.map(|row| row.try_get_by_index::<Option<i64>>(0)).transpose()?;
        Ok(Ord::max(last.flatten().unwrap_or(0), self.head()))
    }

    /// The first position that is still kept, or one above the last when none is.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn earliest(&self) -> Result<i64, StoreError> {
        let head = self.head();
        let row = self.query_one("SELECT MIN(position) FROM outbox", []).await?;
        let first = row.map(|row| row.try_get_by_index::<Option<i64>>(0)).transpose()?.flatten();
        Ok(first.unwrap_or(head + 1))
    }

    /// The last position written before `t`, so that [`after`](Self::after) it begins at `t`; exact to
    /// within the disagreement of the writers' clocks.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn position_at(&self, t: Timestamp) -> Result<i64, StoreError> {
        let (mut before, mut from) = (self.earliest().await? - 1, self.head() + 1);
        while from - before > 1 {
            let middle = before + (from - before) / 2;
            let sql = "SELECT created_at FROM outbox WHERE position = $1";
            let row = self.query_one(sql, [middle.into()]).await?;
            let at = row.map(|row| row.try_get_by_index::<i64>(0)).transpose()?;
            // A row that is gone was pruned meanwhile: it is older than anything.
            if at.is_none_or(|at| at < t.as_microsecond()) { before = middle } else { from = middle }
        }
        Ok(before)
    }

    /// Up to `limit` facts above `position` that pass `filter`, in order. Fewer than `limit` means
    /// that everything up to the [`head`](Self::head) before the call was looked at. What was pruned is
    /// not there: compare with [`earliest`](Self::earliest) first.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub async fn after(
        &self,
        position: i64,
        limit: u32,
        filter: &FactFilter,
    ) -> Result<Vec<Arc<Fact>>, StoreError> {
        if let Some(facts) = self.database.tail().after(position, limit, filter) {
            return Ok(facts);
        }
        read_after(self.database.reader(), self.database.engine(), position, limit, filter).await
    }

    /// Follows the log from behind `from`.
    pub fn follow(&self, from: i64) -> Follower {
        Follower::new(self.clone(), self.database.tail().watch_head(), from)
    }

    /// Deletes facts written before `older_than`; how many. With them go the dead letters that were of them, and a warning says how many.
    /// Kit calls it by itself, each hour, for what is older than 14 days.
    ///
    /// # Errors
    /// [`StoreError`]; what was deleted by then stays deleted.
    pub async fn prune(&self, older_than: Timestamp) -> Result<u64, StoreError> {
        let last = self.position_at(older_than).await?;
        let mut next = self.earliest().await?;
        let mut deleted = 0;
        while next <= last {
            let upto = Ord::min(last, next + PRUNE_STEP - 1);
            deleted += self.delete_upto(upto).await?;
            next = upto + 1;
        }
        // Also those whose facts went earlier: a consumer may have given them up only then.
        let dead_letters = self.forget_dead_letters(last).await?;
        if dead_letters > 0 {
            let service = self.database.options().service;
            tracing::warn!(
                service,
                dead_letters,
                "dead letters went with their facts, and were never given again"
            );
        }
        Ok(deleted)
    }

    async fn delete_upto(&self, position: i64) -> Result<u64, StoreError> {
        let delete = "DELETE FROM outbox WHERE position <= $1";
        self.database
            .write(move |unit| {
                Box::pin(async move { Ok(unit.execute(delete, [position.into()]).await?.rows_affected()) })
            })
            .await
    }

    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    async fn query_one<I>(&self, sql: &str, values: I) -> Result<Option<QueryResult>, StoreError>
    where
        I: IntoIterator<Item = Value>,
    {
        let statement = self.database.engine().statement(sql, values);
        Ok(self.database.reader().query_one_raw(statement).await?)
    }
}

/// Reads facts from the table.
pub(super) async fn read_after<C: ConnectionTrait>(
    db: &C,
    engine: Engine,
    position: i64,
    limit: u32,
    filter: &FactFilter,
) -> Result<Vec<Arc<Fact>>, StoreError> {
    let statement = engine.backend().build(&select(position, limit, filter));
    let rows = db.query_all_raw(statement).await?;
    rows.iter().map(|row| Ok(Arc::new(fact(row)?))).collect()
}

fn select(position: i64, limit: u32, filter: &FactFilter) -> SelectStatement {
    let mut select = Query::select();
    select.columns(COLUMNS).from("outbox").and_where(Expr::col("position").gt(position));
    select.and_where_option(filter.workspace.map(|id| Expr::col("workspace_id").eq(id.uuid())));
    select.and_where_option(filter.subject.map(|id| Expr::col("subject_id").eq(id)));
    if !filter.kinds.is_empty() {
        select.and_where(Expr::col("kind").is_in(filter.kinds.iter().copied()));
    }
    select.order_by("position", sea_orm::Order::Asc).limit(limit.into());
    select
}

/// One row of `outbox`.
pub(super) fn fact(row: &QueryResult) -> Result<Fact, StoreError> {
    let position: i64 = row.try_get("", "position")?;
    let at: i64 = row.try_get("", "created_at")?;
    let impossible = |_| StoreError::Broken(format!("outbox row {position}: created_at {at} is no time"));
    read(row, position, Timestamp::from_microsecond(at).map_err(impossible)?)
        .map_err(|error| StoreError::Broken(format!("outbox row {position}: {error}")))
}

fn read(row: &QueryResult, position: i64, at: Timestamp) -> Result<Fact, DbErr> {
    Ok(Fact {
        position,
        event_id: row.try_get("", "event_id")?,
        kind: row.try_get("", "kind")?,
        workspace: WorkspaceId::from_uuid(row.try_get("", "workspace_id")?),
        subject: row.try_get("", "subject_id")?,
        item: row.try_get("", "item_id")?,
        sequence: row.try_get("", "sequence")?,
        revision: row.try_get("", "revision")?,
        fence: row.try_get("", "fence")?,
        actor_kind: row.try_get("", "actor_kind")?,
        actor: row.try_get("", "actor_id")?,
        body: row.try_get("", "body")?,
        at,
        traceparent: row.try_get("", "traceparent")?,
    })
}
