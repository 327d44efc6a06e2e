//! Handoffs that return, are promised and overdue; snoozing; priorities with reasons; the teams; whether an assistant hands over.

use sea_orm_migration::prelude::*;

const UP: &[&str] = &[
    "ALTER TABLE conversations ADD COLUMN priority_reason TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE conversations ADD COLUMN priority_said_at BIGINT",
    "ALTER TABLE conversations ADD COLUMN snoozed_until BIGINT",
    "ALTER TABLE conversations ADD COLUMN instruction TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE handoffs ADD COLUMN return_cause INTEGER",
    "ALTER TABLE handoffs ADD COLUMN made_at_sequence BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE handoffs ADD COLUMN assigned_by INTEGER",
    "ALTER TABLE handoffs ADD COLUMN promise_text TEXT",
    "ALTER TABLE handoffs ADD COLUMN promise_by BIGINT",
    "ALTER TABLE handoffs ADD COLUMN promise_outside_hours BOOLEAN",
    "ALTER TABLE handoffs ADD COLUMN fallback_promised_at BIGINT",
    "ALTER TABLE handoffs ADD COLUMN alarmed_at BIGINT",
    // What the operator's figure counts: usually nothing.
    "CREATE INDEX handoffs_alarmed ON handoffs (alarmed_at) WHERE alarmed_at IS NOT NULL AND state IN (1, 2)",
    "ALTER TABLE deadlines ADD COLUMN stage INTEGER NOT NULL DEFAULT 0",
    // Those who wait already wait no longer than those who come.
    "INSERT INTO deadlines (conversation_id, kind, workspace_id, due_at, begun_at) \
     SELECT conversation_id, 3, workspace_id, created_at + 900000000, created_at FROM handoffs WHERE state IN (1, 2)",
    "ALTER TABLE assistants ADD COLUMN handoff_enabled BOOLEAN NOT NULL DEFAULT TRUE",
    "CREATE TABLE teams (\
     id UUID PRIMARY KEY, workspace_id UUID NOT NULL, archived BOOLEAN NOT NULL, revision BIGINT NOT NULL)",
    // Whom a member who left leaves waiting.
    "CREATE INDEX conversations_held ON conversations (assignee_id, id) WHERE assignee_id IS NOT NULL",
];

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, UP).await
    }
}
