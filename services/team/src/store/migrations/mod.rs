//! The schema, one file a change, never edited once released. Expand first, contract a version later.

use baton_kit::data::SchemaRange;
use sea_orm::{ConnectionTrait as _, DbBackend, DbErr};
use sea_orm_migration::{MigrationTrait, MigratorTrait, SchemaManager};

mod m20261122_120000_workspaces_and_members;
mod m20261122_120100_sessions;
mod m20261122_120200_api_keys;
mod m20261122_120300_teams;
mod m20261122_120400_addresses_of_the_removed;
mod m20261122_120500_canned_responses;
mod m20261122_120600_pages_of_canned_responses;

/// Which schema this binary brings, and the oldest binary that still works on it.
pub const SCHEMA: SchemaRange = SchemaRange { number: 5, min_binary: 1 };

/// Brings the schema of team up to date; kit's tables come first.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let own: Vec<Box<dyn MigrationTrait>> = vec![
            Box::new(m20261122_120000_workspaces_and_members::Migration),
            Box::new(m20261122_120100_sessions::Migration),
            Box::new(m20261122_120200_api_keys::Migration),
            Box::new(m20261122_120300_teams::Migration),
            Box::new(m20261122_120400_addresses_of_the_removed::Migration),
            Box::new(m20261122_120500_canned_responses::Migration),
            Box::new(m20261122_120600_pages_of_canned_responses::Migration),
        ];
        baton_kit::data::migrations().into_iter().chain(own).collect()
    }
}

/// Runs statements written for PostgreSQL; SQLite has one name for `UUID` and `BYTEA`, and compares bytes anyway.
async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    for statement in statements {
        let sql = match manager.get_database_backend() {
            DbBackend::Sqlite => {
                statement.replace(" UUID", " BLOB").replace(" BYTEA", " BLOB").replace(" COLLATE \"C\"", "")
            }
            _ => (*statement).to_owned(),
        };
        manager.get_connection().execute_unprepared(&sql).await?;
    }
    Ok(())
}
