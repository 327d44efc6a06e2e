//! The sites whose pages may carry an assistant's widget.

use sea_orm_migration::prelude::*;

const UP: &[&str] = &["ALTER TABLE assistant ADD COLUMN allowed_sites TEXT NOT NULL DEFAULT '[]'"];

const DOWN: &[&str] = &["ALTER TABLE assistant DROP COLUMN allowed_sites"];

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
