//! Pages of canned responses: of what is the staff's by an index of its own, so that nobody walks over what is others' alone. What is a
//! member's alone has the index of shortcuts.

use sea_orm_migration::prelude::*;

const UP: &[&str] = &[
    "CREATE INDEX canned_response_staff ON canned_response (workspace_id, shortcut, id) WHERE owner_id IS NULL",
    "DROP INDEX canned_response_page",
];

const DOWN: &[&str] = &[
    "CREATE INDEX canned_response_page ON canned_response (workspace_id, shortcut, id)",
    "DROP INDEX canned_response_staff",
];

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
