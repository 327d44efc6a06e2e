//! What a contact is called and where they are reached.

use sea_orm_migration::prelude::*;

const UP: &[&str] = &[
    "ALTER TABLE contacts ADD COLUMN display_name TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE contacts ADD COLUMN email TEXT",
    "ALTER TABLE contacts ADD COLUMN revision BIGINT NOT NULL DEFAULT 1",
    "CREATE INDEX contacts_list ON contacts (workspace_id, created_at, id)",
];

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, UP).await
    }
}
