//! Tenants and the people in them.

use sea_orm_migration::prelude::*;

const UP: &[&str] = &[
    "CREATE TABLE workspace (\
     id UUID NOT NULL PRIMARY KEY, slug TEXT NOT NULL, display_name TEXT NOT NULL, created_at BIGINT NOT NULL)",
    "CREATE UNIQUE INDEX workspace_slug ON workspace (slug)",
    "CREATE TABLE member (\
     id UUID NOT NULL PRIMARY KEY, workspace_id UUID NOT NULL REFERENCES workspace (id),\
     display_name TEXT NOT NULL, email TEXT NOT NULL, email_key TEXT NOT NULL, roles TEXT NOT NULL,\
     password_hash TEXT NOT NULL, active BOOLEAN NOT NULL, created_at BIGINT NOT NULL, revision BIGINT NOT NULL)",
    "CREATE UNIQUE INDEX member_email ON member (workspace_id, email_key)",
    "CREATE INDEX member_page ON member (workspace_id, created_at, id)",
];

const DOWN: &[&str] = &["DROP TABLE member", "DROP TABLE workspace"];

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
