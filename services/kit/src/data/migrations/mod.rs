//! The tables that every service has because it is built on kit. One file a change, never edited once
//! released.
//!
//! Must not know a service's own tables: its migrations come after these in one list.

use sea_orm_migration::{MigrationTrait, MigratorTrait, async_trait};

mod m20250101_000001_kit_schema_info;
mod m20250101_000002_kit_outbox;
mod m20250101_000003_kit_relay;
mod m20250101_000004_kit_consumer;
mod m20250101_000005_kit_delivery_failure;
mod m20250101_000006_kit_idempotency;

/// Kit's migrations, oldest first. A service's list begins with them:
/// `kit::data::migrations().into_iter().chain(own).collect()`.
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(m20250101_000001_kit_schema_info::Migration),
        Box::new(m20250101_000002_kit_outbox::Migration),
        Box::new(m20250101_000003_kit_relay::Migration),
        Box::new(m20250101_000004_kit_consumer::Migration),
        Box::new(m20250101_000005_kit_delivery_failure::Migration),
        Box::new(m20250101_000006_kit_idempotency::Migration),
    ]
}

/// A schema of nothing but kit's tables, for tests.
#[derive(Debug)]
pub struct KitMigrations;

#[async_trait::async_trait]
impl MigratorTrait for KitMigrations {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        migrations()
    }
}

/// Runs the statements of one engine, in order. For the migrations of services too.
///
/// # Errors
/// What the database says.
pub async fn run(
    manager: &sea_orm_migration::SchemaManager<'_>,
    sqlite: &[&str],
    postgres: &[&str],
) -> Result<(), sea_orm::DbErr> {
    use sea_orm::ConnectionTrait as _;
    let on_sqlite = manager.get_database_backend() == sea_orm::DbBackend::Sqlite;
    for sql in if on_sqlite { sqlite } else { postgres } {
        manager.get_connection().execute_unprepared(sql).await?;
    }
    Ok(())
}
