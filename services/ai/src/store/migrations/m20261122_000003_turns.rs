//! Duties to answer, with their leases.

use sea_orm_migration::prelude::*;

const UP: &[&str] = &[
    "CREATE TABLE turn (\
     id UUID NOT NULL PRIMARY KEY, workspace_id UUID NOT NULL, conversation_id UUID NOT NULL, epoch BIGINT NOT NULL,\
     visitor_sequence BIGINT NOT NULL, ending INTEGER, attempts INTEGER NOT NULL, due_at BIGINT NOT NULL,\
     busy_conversation_id UUID, lease_token UUID, lease_until BIGINT, traceparent TEXT, created_at BIGINT NOT NULL)",
    "CREATE UNIQUE INDEX turn_duty ON turn (conversation_id, epoch, visitor_sequence)",
    "CREATE UNIQUE INDEX turn_busy ON turn (busy_conversation_id)",
    "CREATE INDEX turn_due ON turn (due_at, id) WHERE ending IS NULL",
    "CREATE INDEX turn_old ON turn (created_at) WHERE ending IS NOT NULL",
];

const DOWN: &[&str] = &["DROP TABLE turn"];

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
