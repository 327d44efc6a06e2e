//! What a widget is told before anybody spoke; when sessions end; the briefs of a thread.

use sea_orm_migration::prelude::*;

const UP: &[&str] = &[
    "ALTER TABLE assistants ADD COLUMN allowed_sites TEXT NOT NULL DEFAULT '[]'",
    // Whom the hourly clean-up finds.
    "CREATE INDEX visitor_sessions_end ON visitor_sessions (expires_at)",
    // In which language the visitor wrote before this handoff.
    "CREATE INDEX briefs_conversation ON briefs (conversation_id, revision)",
];

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, UP).await
    }
}
