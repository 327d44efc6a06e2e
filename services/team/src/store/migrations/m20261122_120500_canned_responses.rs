//! Replies that are used again. `place` is whose shortcuts they share: the team's, the owner's, or nobody's for the whole workspace.

use sea_orm_migration::prelude::*;

const UP: &[&str] = &[
    "CREATE TABLE canned_response (\
     id UUID NOT NULL PRIMARY KEY, workspace_id UUID NOT NULL REFERENCES workspace (id),\
     team_id UUID REFERENCES team (id), owner_id UUID REFERENCES member (id), place UUID NOT NULL,\
     shortcut TEXT COLLATE \"C\" NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, created_at BIGINT NOT NULL,\
     revision BIGINT NOT NULL, CHECK (team_id IS NULL OR owner_id IS NULL))",
    "CREATE UNIQUE INDEX canned_response_shortcut ON canned_response (workspace_id, place, shortcut)",
    "CREATE INDEX canned_response_page ON canned_response (workspace_id, shortcut, id)",
];

const DOWN: &[&str] = &["DROP TABLE canned_response"];

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
