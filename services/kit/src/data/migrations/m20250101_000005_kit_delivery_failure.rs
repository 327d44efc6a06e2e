//! Facts that a consumer could not handle, and those of the same subject that wait behind them.
//!
//! No text of people: the error is named by its kind. What was given up may lie for days beside what waits, so each has its index.

use sea_orm_migration::prelude::*;

const SQLITE: &[&str] = &[
    "CREATE TABLE delivery_failure (\
     consumer TEXT NOT NULL, position BIGINT NOT NULL, subject_id BLOB NOT NULL,\
     attempts INTEGER NOT NULL, next_at BIGINT NOT NULL, last_error TEXT NOT NULL, dead BOOLEAN NOT NULL,\
     PRIMARY KEY (consumer, position))",
    WAITING,
    DEAD,
];

const POSTGRES: &[&str] = &[
    "CREATE TABLE delivery_failure (\
     consumer TEXT NOT NULL, position BIGINT NOT NULL, subject_id UUID NOT NULL,\
     attempts INTEGER NOT NULL, next_at BIGINT NOT NULL, last_error TEXT NOT NULL, dead BOOLEAN NOT NULL,\
     PRIMARY KEY (consumer, position))",
    WAITING,
    DEAD,
];

const WAITING: &str = "CREATE INDEX delivery_failure_waiting ON delivery_failure (consumer) WHERE NOT dead";

const DEAD: &str = "CREATE INDEX delivery_failure_dead ON delivery_failure (position, consumer) WHERE dead";

const DROP: &[&str] = &["DROP TABLE delivery_failure"];

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
