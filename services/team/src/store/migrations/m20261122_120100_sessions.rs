//! Signed-in browsers, by the hash of their secret.

use sea_orm_migration::prelude::*;

const UP: &[&str] = &[
    "CREATE TABLE session (\
     secret_hash BYTEA NOT NULL PRIMARY KEY, workspace_id UUID NOT NULL REFERENCES workspace (id),\
     member_id UUID NOT NULL REFERENCES member (id), created_at BIGINT NOT NULL, last_seen_at BIGINT NOT NULL,\
     expires_at BIGINT NOT NULL)",
    "CREATE INDEX session_member ON session (workspace_id, member_id)",
];

const DOWN: &[&str] = &["DROP TABLE session"];

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
