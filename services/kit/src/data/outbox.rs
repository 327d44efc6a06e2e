//! Publishing: the fact's row beside the change, in the same transaction.
//!
//! Must not know how the fact gets its position on PostgreSQL, nor who reads it.

use sea_orm::Value;

use super::{Engine, Fact, NewFact, StoreError, Unit};
use crate::life::telemetry::current_traceparent;

/// One statement, the same text on both engines: SQLite numbers the row by itself, PostgreSQL leaves
/// that to the relay.
const INSERT: &str = "INSERT INTO outbox (event_id, kind, workspace_id, subject_id, item_id, sequence, revision, \
     fence, actor_kind, actor_id, body, traceparent, created_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

impl Unit {
    /// Publishes a fact with this unit's changes: both are kept, or neither. It carries the trace of
    /// the current span.
    ///
    /// # Errors
    /// [`StoreError`] when the row could not be written.
    pub async fn publish(&self, fact: NewFact) -> Result<(), StoreError> {
        let traceparent = current_traceparent();
        let inserted = self.execute(INSERT, values(&fact, traceparent.clone())).await?;
        let numbered = match self.engine() {
            Engine::Sqlite => Some(positioned(fact, traceparent, inserted.last_insert_id())?),
            Engine::Postgres => None,
        };
        self.note_published(numbered);
        Ok(())
    }
}

fn values(fact: &NewFact, traceparent: Option<String>) -> [Value; 13] {
    [
        fact.event_id.into(),
        fact.kind.into(),
        fact.workspace.uuid().into(),
        fact.subject.into(),
        fact.item.into(),
        fact.sequence.into(),
        fact.revision.into(),
        fact.fence.into(),
        fact.actor_kind.into(),
        fact.actor.into(),
        fact.body.clone().into(),
        traceparent.into(),
        fact.at.as_microsecond().into(),
    ]
}

/// The fact as a reader of the table would see it, without reading it back.
fn positioned(fact: NewFact, traceparent: Option<String>, row: u64) -> Result<Fact, StoreError> {
    let position =
        i64::try_from(row).map_err(|_| StoreError::Broken(format!("outbox row {row} is no position")))?;
    Ok(Fact {
        position,
        event_id: fact.event_id,
        kind: fact.kind,
        workspace: fact.workspace,
        subject: fact.subject,
        item: fact.item,
        sequence: fact.sequence,
        revision: fact.revision,
        fence: fact.fence,
        actor_kind: fact.actor_kind,
        actor: fact.actor,
        body: fact.body,
        at: crate::life::clock::to_microseconds(fact.at),
        traceparent,
    })
}
