//! Members, availability, queue and decisions.

use sea_orm_migration::prelude::*;

/// A decision is open while its outcome is 1; `queue_entry.state` 1 is REQUESTED.
const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX decision_open ON decision (workspace_id, conversation_id) WHERE outcome = 1",
    "CREATE INDEX decision_lease ON decision (lease_until) WHERE outcome = 1",
    "CREATE INDEX decision_accept_due ON decision (accept_due) WHERE accept_due IS NOT NULL",
    "CREATE INDEX decision_handoff ON decision (workspace_id, handoff_id)",
    "CREATE INDEX decision_conversation ON decision (workspace_id, conversation_id, created_at)",
    "CREATE INDEX queue_entry_order ON queue_entry (workspace_id, state, priority, waiting_since)",
    "CREATE INDEX queue_entry_state ON queue_entry (state, workspace_id)",
];

/// The tables; `UUID` stands for the engine's own type of ids.
const TABLES: &[&str] = &[
    "CREATE TABLE member (\
     workspace_id UUID NOT NULL, member_id UUID NOT NULL, revision BIGINT NOT NULL, active BOOLEAN NOT NULL,\
     may_reply BOOLEAN NOT NULL, PRIMARY KEY (workspace_id, member_id))",
    "CREATE TABLE availability (\
     workspace_id UUID NOT NULL, member_id UUID NOT NULL, state INTEGER NOT NULL, capacity INTEGER NOT NULL,\
     revision BIGINT NOT NULL, online_since BIGINT, last_given_at BIGINT, PRIMARY KEY (workspace_id, member_id))",
    "CREATE TABLE queue (workspace_id UUID NOT NULL PRIMARY KEY, rounds BIGINT NOT NULL)",
    "CREATE TABLE seen_conversation (\
     workspace_id UUID NOT NULL, conversation_id UUID NOT NULL, revision BIGINT NOT NULL,\
     PRIMARY KEY (workspace_id, conversation_id))",
    "CREATE TABLE queue_entry (\
     workspace_id UUID NOT NULL, conversation_id UUID NOT NULL, handoff_id UUID NOT NULL,\
     assignment_version BIGINT NOT NULL, spent_version BIGINT NOT NULL, priority INTEGER NOT NULL,\
     waiting_since BIGINT NOT NULL, team_id UUID, state INTEGER NOT NULL, assignee_id UUID,\
     revision BIGINT NOT NULL, traceparent TEXT, PRIMARY KEY (workspace_id, conversation_id))",
    "CREATE TABLE decision (\
     id UUID NOT NULL PRIMARY KEY, workspace_id UUID NOT NULL, conversation_id UUID NOT NULL,\
     handoff_id UUID NOT NULL, kind INTEGER NOT NULL, member_id UUID, assignment_version BIGINT NOT NULL,\
     capacity INTEGER NOT NULL, candidates TEXT NOT NULL, outcome INTEGER NOT NULL, refusal INTEGER NOT NULL,\
     made_version BIGINT, created_at BIGINT NOT NULL, settled_at BIGINT, accept_due BIGINT,\
     lease_owner UUID NOT NULL, lease_until BIGINT NOT NULL, traceparent TEXT)",
];

/// This step.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let ids = if manager.get_database_backend() == sea_orm::DbBackend::Sqlite { "BLOB" } else { "UUID" };
        for table in TABLES {
            connection.execute_unprepared(&table.replace("UUID", ids)).await?;
        }
        for index in INDEXES {
            connection.execute_unprepared(index).await?;
        }
        Ok(())
    }
}
