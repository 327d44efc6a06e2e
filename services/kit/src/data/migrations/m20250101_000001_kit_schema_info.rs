//! One row: which schema this is, which binaries it still serves, which numbering of facts.
//!
//! Must not know why a number rose.

use sea_orm_migration::prelude::*;

const SQLITE: &[&str] = &[
    "CREATE TABLE schema_info (\
     id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL, min_binary INTEGER NOT NULL,\
     generation BLOB NOT NULL)",
    "INSERT INTO schema_info VALUES (1, 0, 0, randomblob(16))",
];

const POSTGRES: &[&str] = &[
    "CREATE TABLE schema_info (\
     id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL, min_binary INTEGER NOT NULL,\
     generation UUID NOT NULL)",
    "INSERT INTO schema_info VALUES (1, 0, 0, gen_random_uuid())",
];

const DROP: &[&str] = &["DROP TABLE schema_info"];

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
