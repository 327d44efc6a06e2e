//! Briefs: one a handoff, replaced when another one is made.

use sea_orm_migration::prelude::*;

const UP: &[&str] = &[
    "CREATE TABLE briefs (\
     handoff_id UUID PRIMARY KEY, id UUID NOT NULL, workspace_id UUID NOT NULL, conversation_id UUID NOT NULL,\
     engine INTEGER NOT NULL, lines TEXT NOT NULL, sentiment INTEGER, language TEXT NOT NULL,\
     up_to_sequence BIGINT NOT NULL, revision BIGINT NOT NULL, created_at BIGINT NOT NULL)",
    // The feed joins by the brief's own id, which a replaced one no longer has.
    "CREATE UNIQUE INDEX briefs_id ON briefs (id)",
];

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, UP).await
    }
}
