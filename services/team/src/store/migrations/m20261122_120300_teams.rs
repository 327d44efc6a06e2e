//! Groups of members, and who is in them.

use sea_orm_migration::prelude::*;

const UP: &[&str] = &[
    "CREATE TABLE team (\
     id UUID NOT NULL PRIMARY KEY, workspace_id UUID NOT NULL REFERENCES workspace (id),\
     name TEXT NOT NULL, name_key TEXT NOT NULL, description TEXT NOT NULL, color TEXT NOT NULL,\
     archived BOOLEAN NOT NULL, created_at BIGINT NOT NULL, revision BIGINT NOT NULL)",
    "CREATE UNIQUE INDEX team_name ON team (workspace_id, name_key)",
    "CREATE INDEX team_page ON team (workspace_id, created_at, id)",
    "CREATE TABLE team_member (\
     team_id UUID NOT NULL REFERENCES team (id), member_id UUID NOT NULL REFERENCES member (id),\
     workspace_id UUID NOT NULL REFERENCES workspace (id), PRIMARY KEY (team_id, member_id))",
    "CREATE INDEX team_member_member ON team_member (workspace_id, member_id)",
];

const DOWN: &[&str] = &["DROP TABLE team_member", "DROP TABLE team"];

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
