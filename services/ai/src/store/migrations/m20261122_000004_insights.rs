//! Jobs that find out about handoffs, with their leases. `made` is what was found out, until everybody was told.

use sea_orm_migration::prelude::*;

const UP: &[&str] = &[
    "CREATE TABLE insight (\
     id UUID NOT NULL PRIMARY KEY, workspace_id UUID NOT NULL, conversation_id UUID NOT NULL, handoff_id UUID NOT NULL,\
     ending INTEGER, attempts INTEGER NOT NULL, due_at BIGINT NOT NULL, lease_token UUID, lease_until BIGINT, made TEXT,\
     traceparent TEXT, created_at BIGINT NOT NULL)",
    "CREATE UNIQUE INDEX insight_handoff ON insight (handoff_id)",
    "CREATE INDEX insight_due ON insight (due_at, id) WHERE ending IS NULL",
    "CREATE INDEX insight_old ON insight (created_at) WHERE ending IS NOT NULL",
];

const DOWN: &[&str] = &["DROP TABLE insight"];

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, DOWN).await
    }
}
