//! When something was last heard of a conversation, and of a member's reading, and whether it is resolved, so that it can be forgotten.

use sea_orm_migration::prelude::*;

/// The beginning of this day, by the database's clock, in microseconds.
const TODAY_ON_SQLITE: &str = "unixepoch('now', 'start of day') * 1000000";
const TODAY_ON_POSTGRES: &str =
    "CAST(EXTRACT(EPOCH FROM date_trunc('day', now() AT TIME ZONE 'UTC')) AS BIGINT) * 1000000";

/// This step.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let on_sqlite = manager.get_database_backend() == sea_orm::DbBackend::Sqlite;
        let today = if on_sqlite { TODAY_ON_SQLITE } else { TODAY_ON_POSTGRES };
        for table in ["conversation", "read_mark"] {
            // What is there already is kept from today on.
            for sql in [
                format!("ALTER TABLE {table} ADD COLUMN touched_at BIGINT NOT NULL DEFAULT 0"),
                format!("UPDATE {table} SET touched_at = {today}"),
                format!("CREATE INDEX {table}_touched ON {table} (touched_at)"),
            ] {
                connection.execute_unprepared(&sql).await?;
            }
        }
        let resolved = "ALTER TABLE conversation ADD COLUMN resolved BOOLEAN NOT NULL DEFAULT FALSE";
        connection.execute_unprepared(resolved).await?;
        Ok(())
    }
}
