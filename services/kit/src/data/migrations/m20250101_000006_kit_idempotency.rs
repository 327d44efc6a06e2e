//! Answers to requests that may be sent again.
//!
//! Must not know what they answered; the fingerprint tells two requests of one id apart.

use sea_orm_migration::prelude::*;

const SQLITE: &[&str] = &[
    "CREATE TABLE idempotency (\
     workspace_id BLOB NOT NULL, principal TEXT NOT NULL, method TEXT NOT NULL, request_id TEXT NOT NULL,\
     fingerprint BLOB NOT NULL, response BLOB NOT NULL, created_at BIGINT NOT NULL,\
     PRIMARY KEY (workspace_id, principal, method, request_id))",
    "CREATE INDEX idempotency_created ON idempotency (created_at)",
];

const POSTGRES: &[&str] = &[
    "CREATE TABLE idempotency (\
     workspace_id UUID NOT NULL, principal TEXT NOT NULL, method TEXT NOT NULL, request_id TEXT NOT NULL,\
     fingerprint BYTEA NOT NULL, response BYTEA NOT NULL, created_at BIGINT NOT NULL,\
     PRIMARY KEY (workspace_id, principal, method, request_id))",
    "CREATE INDEX idempotency_created ON idempotency (created_at)",
];

const DROP: &[&str] = &["DROP TABLE idempotency"];

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
