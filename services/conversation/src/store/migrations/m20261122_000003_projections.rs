//! What conversation knows of assistants and members, from the events of ai and team.

use sea_orm_migration::prelude::*;

const UP: &[&str] = &[
    "CREATE TABLE assistants (\
     id UUID PRIMARY KEY, workspace_id UUID NOT NULL, name TEXT NOT NULL, widget_key TEXT NOT NULL,\
     revision BIGINT NOT NULL)",
    "CREATE UNIQUE INDEX assistants_widget_key ON assistants (widget_key)",
    "CREATE TABLE members (\
     id UUID PRIMARY KEY, workspace_id UUID NOT NULL, display_name TEXT NOT NULL, may_reply BOOLEAN NOT NULL,\
     revision BIGINT NOT NULL)",
];

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, UP).await
    }
}
