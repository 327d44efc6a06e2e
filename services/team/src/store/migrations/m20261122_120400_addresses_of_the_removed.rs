//! The address of a removed member may be given to a new one.

use sea_orm_migration::prelude::*;

const UP: &[&str] = &[
    "DROP INDEX member_email",
    "CREATE UNIQUE INDEX member_email ON member (workspace_id, email_key) WHERE active",
];

const DOWN: &[&str] =
    &["DROP INDEX member_email", "CREATE UNIQUE INDEX member_email ON member (workspace_id, email_key)"];

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
