//! Who numbers facts on PostgreSQL, and the next number. SQLite needs neither.
//!
//! The token fences: it rises with every new leader, and a leader names its own in every change.

use sea_orm_migration::prelude::*;

const SQLITE: &[&str] = &[];

const POSTGRES: &[&str] = &[
    "CREATE TABLE relay (\
     id INTEGER PRIMARY KEY CHECK (id = 1), token BIGINT NOT NULL, next BIGINT NOT NULL,\
     lease_until TIMESTAMPTZ NOT NULL)",
    "INSERT INTO relay VALUES (1, 0, 1, '-infinity')",
];

const DROP: &[&str] = &["DROP TABLE IF EXISTS relay"];

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
