//! How far each consumer has come in this log, and which process consumes.
//!
//! Beside the log, so that a backup has both or neither. Times are microseconds of the database.

use sea_orm_migration::prelude::*;

const SQLITE: &[&str] = &["CREATE TABLE consumer (\
     name TEXT PRIMARY KEY, generation BLOB NOT NULL, position BIGINT NOT NULL,\
     lease_token BIGINT NOT NULL, lease_until BIGINT NOT NULL)"];

const POSTGRES: &[&str] = &["CREATE TABLE consumer (\
     name TEXT PRIMARY KEY, generation UUID NOT NULL, position BIGINT NOT NULL,\
     lease_token BIGINT NOT NULL, lease_until BIGINT NOT NULL)"];

const DROP: &[&str] = &["DROP TABLE consumer"];

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, SQLITE, POSTGRES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, DROP, DROP).await
    }
}
