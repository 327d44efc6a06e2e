//! Office hours, promises and teams; who holds each conversation, and since when an assignment stands.

use sea_orm_migration::prelude::*;

/// `UUID` stands for the engine's own type of ids. Whoever waits already is owed a promise.
const STEPS: &[&str] = &[
    "CREATE TABLE office_hours (\
     workspace_id UUID NOT NULL PRIMARY KEY, zone TEXT NOT NULL, document TEXT NOT NULL, revision BIGINT NOT NULL)",
    "CREATE TABLE promise (\
     workspace_id UUID NOT NULL, conversation_id UUID NOT NULL, handoff_id UUID NOT NULL, asked_at BIGINT NOT NULL,\
     version BIGINT NOT NULL, told_version BIGINT NOT NULL, next_try_at BIGINT NOT NULL, tries INTEGER NOT NULL,\
     lease_owner UUID, lease_until BIGINT NOT NULL, PRIMARY KEY (workspace_id, conversation_id))",
    "CREATE INDEX promise_owed ON promise (next_try_at) WHERE told_version < version",
    "CREATE TABLE team (\
     workspace_id UUID NOT NULL, team_id UUID NOT NULL, revision BIGINT NOT NULL, archived BOOLEAN NOT NULL,\
     members TEXT NOT NULL, PRIMARY KEY (workspace_id, team_id))",
    "ALTER TABLE queue_entry ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE queue_entry ADD COLUMN assigned_at BIGINT",
    "CREATE INDEX queue_entry_assigned ON queue_entry (assigned_at) WHERE assigned_at IS NOT NULL",
    "ALTER TABLE seen_conversation ADD COLUMN holder_id UUID",
    "CREATE INDEX seen_conversation_holder ON seen_conversation (workspace_id, holder_id) WHERE holder_id IS NOT NULL",
    "INSERT INTO promise (workspace_id, conversation_id, handoff_id, asked_at, version, told_version, next_try_at, tries,\
     lease_until) SELECT workspace_id, conversation_id, handoff_id, waiting_since, 1, 0, 0, 0, 0 FROM queue_entry",
];

/// This step.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let ids = if manager.get_database_backend() == sea_orm::DbBackend::Sqlite { "BLOB" } else { "UUID" };
        for step in STEPS {
            connection.execute_unprepared(&step.replace("UUID", ids)).await?;
        }
        Ok(())
    }
}
