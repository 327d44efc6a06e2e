//! Assistants with their handoff action and widget key.

use sea_orm_migration::prelude::*;

const UP: &[&str] = &[
    "CREATE TABLE assistant (\
     id UUID NOT NULL PRIMARY KEY, workspace_id UUID NOT NULL, name TEXT NOT NULL, instructions TEXT NOT NULL,\
     handoff TEXT NOT NULL, widget_key TEXT NOT NULL, created_at BIGINT NOT NULL, revision BIGINT NOT NULL)",
    "CREATE UNIQUE INDEX assistant_widget_key ON assistant (widget_key)",
    "CREATE INDEX assistant_page ON assistant (workspace_id, created_at, id)",
];

const DOWN: &[&str] = &["DROP TABLE assistant"];

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
