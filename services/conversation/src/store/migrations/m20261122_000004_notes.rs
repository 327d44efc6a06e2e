//! Notes of the staff.

use sea_orm_migration::prelude::*;

const UP: &[&str] = &[
    "CREATE TABLE notes (\
     id UUID PRIMARY KEY, workspace_id UUID NOT NULL, conversation_id UUID NOT NULL, after_sequence BIGINT NOT NULL,\
     revision BIGINT NOT NULL, author_id UUID NOT NULL, body TEXT NOT NULL, created_at BIGINT NOT NULL)",
    "CREATE UNIQUE INDEX notes_revision ON notes (conversation_id, revision)",
];

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, UP).await
    }
}
