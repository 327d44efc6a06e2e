//! How far visitors and members have read.

use sea_orm_migration::prelude::*;

const UP: &[&str] = &["CREATE TABLE read_marks (\
     conversation_id UUID NOT NULL, reader_kind INTEGER NOT NULL, reader_id UUID NOT NULL, workspace_id UUID NOT NULL,\
     sequence BIGINT NOT NULL, updated_at BIGINT NOT NULL, PRIMARY KEY (conversation_id, reader_kind, reader_id))"];

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, UP).await
    }
}
