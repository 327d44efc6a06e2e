//! Documents, and a number a workspace that rises with every change of them.

use sea_orm_migration::prelude::*;

const UP: &[&str] = &[
    "CREATE TABLE document (\
     id UUID NOT NULL PRIMARY KEY, workspace_id UUID NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL,\
     uri TEXT NOT NULL, created_at BIGINT NOT NULL)",
    "CREATE INDEX document_page ON document (workspace_id, created_at, id)",
    "CREATE TABLE knowledge_revision (workspace_id UUID NOT NULL PRIMARY KEY, revision BIGINT NOT NULL)",
];

const DOWN: &[&str] = &["DROP TABLE knowledge_revision", "DROP TABLE document"];

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
