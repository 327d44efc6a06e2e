//! Contacts and the browsers' sessions.

use sea_orm_migration::prelude::*;

const UP: &[&str] = &[
    "CREATE TABLE contacts (\
     id UUID PRIMARY KEY, workspace_id UUID NOT NULL, external_id TEXT, created_at BIGINT NOT NULL)",
    "CREATE UNIQUE INDEX contacts_external ON contacts (workspace_id, external_id) WHERE external_id IS NOT NULL",
    // Only hashes of the renewal secrets: who reads the table cannot become a visitor.
    "CREATE TABLE visitor_sessions (\
     id UUID PRIMARY KEY, workspace_id UUID NOT NULL, contact_id UUID NOT NULL, assistant_id UUID NOT NULL,\
     secret_hash BYTEA NOT NULL, former_hash BYTEA, rotated_at BIGINT NOT NULL, expires_at BIGINT NOT NULL)",
    "CREATE UNIQUE INDEX visitor_sessions_secret ON visitor_sessions (secret_hash)",
    "CREATE INDEX visitor_sessions_former ON visitor_sessions (former_hash)",
];

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, UP).await
    }
}
