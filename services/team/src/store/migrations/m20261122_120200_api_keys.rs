//! Credentials of programs, by the hash of their secret.

use sea_orm_migration::prelude::*;

const UP: &[&str] = &[
    "CREATE TABLE api_key (\
     id UUID NOT NULL PRIMARY KEY, workspace_id UUID NOT NULL REFERENCES workspace (id),\
     secret_hash BYTEA NOT NULL, display_name TEXT NOT NULL, scopes TEXT NOT NULL, maker_kind INTEGER NOT NULL,\
     maker_id UUID, created_at BIGINT NOT NULL, expires_at BIGINT, revoked_at BIGINT)",
    "CREATE UNIQUE INDEX api_key_secret ON api_key (secret_hash)",
    "CREATE INDEX api_key_page ON api_key (workspace_id, created_at, id)",
];

const DOWN: &[&str] = &["DROP TABLE api_key"];

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
