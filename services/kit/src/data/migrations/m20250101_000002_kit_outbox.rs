//! Published facts. No text of people.
//!
//! SQLite numbers a row when it is inserted: one writer, so insert order is commit order, and
//! AUTOINCREMENT never gives a number twice. On PostgreSQL the relay numbers it after its commit.

use sea_orm_migration::prelude::*;

const SQLITE: &[&str] = &[
    "CREATE TABLE outbox (\
     position INTEGER PRIMARY KEY AUTOINCREMENT, event_id BLOB NOT NULL, kind INTEGER NOT NULL,\
     workspace_id BLOB NOT NULL, subject_id BLOB NOT NULL, item_id BLOB, sequence BIGINT,\
     revision BIGINT NOT NULL, fence BIGINT NOT NULL, actor_kind INTEGER NOT NULL, actor_id BLOB,\
     body BLOB NOT NULL, traceparent TEXT, created_at BIGINT NOT NULL)",
    "CREATE INDEX outbox_workspace ON outbox (workspace_id, position)",
    "CREATE INDEX outbox_subject ON outbox (subject_id, position)",
];

const POSTGRES: &[&str] = &[
    "CREATE TABLE outbox (\
     entry BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, position BIGINT, event_id UUID NOT NULL,\
     kind INTEGER NOT NULL, workspace_id UUID NOT NULL, subject_id UUID NOT NULL, item_id UUID,\
     sequence BIGINT, revision BIGINT NOT NULL, fence BIGINT NOT NULL, actor_kind INTEGER NOT NULL,\
     actor_id UUID, body BYTEA NOT NULL, traceparent TEXT, created_at BIGINT NOT NULL)",
    "CREATE INDEX outbox_unnumbered ON outbox (entry) WHERE position IS NULL",
    "CREATE UNIQUE INDEX outbox_position ON outbox (position) WHERE position IS NOT NULL",
    "CREATE INDEX outbox_workspace ON outbox (workspace_id, position) WHERE position IS NOT NULL",
    "CREATE INDEX outbox_subject ON outbox (subject_id, position) WHERE position IS NOT NULL",
];

const DROP: &[&str] = &["DROP TABLE outbox"];

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, SQLITE, POSTGRES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, DROP, DROP).await
    }
}
