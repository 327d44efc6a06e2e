//! The tables of this service, one file a change, never edited once released.

use baton_kit::data;
use sea_orm_migration::{MigrationTrait, MigratorTrait, SchemaManager, async_trait, sea_orm::DbErr};

mod m20261122_000001_conversations;
mod m20261122_000002_people;
mod m20261122_000003_projections;
mod m20261122_000004_notes;
mod m20261122_000005_machine;
mod m20261122_000006_contact_details;
mod m20261122_000007_briefs;
mod m20261122_000008_read_marks;
mod m20261122_000009_widget;

/// Brings a database up to this version.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let own: Vec<Box<dyn MigrationTrait>> = vec![
            Box::new(m20261122_000001_conversations::Migration),
            Box::new(m20261122_000002_people::Migration),
            Box::new(m20261122_000003_projections::Migration),
            Box::new(m20261122_000004_notes::Migration),
            Box::new(m20261122_000005_machine::Migration),
            Box::new(m20261122_000006_contact_details::Migration),
            Box::new(m20261122_000007_briefs::Migration),
            Box::new(m20261122_000008_read_marks::Migration),
            Box::new(m20261122_000009_widget::Migration),
        ];
        data::migrations().into_iter().chain(own).collect()
    }
}

/// Runs statements written for PostgreSQL on either engine: SQLite keeps ids and bytes as BLOB.
async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let sqlite: Vec<String> =
        statements.iter().map(|sql| sql.replace("UUID", "BLOB").replace("BYTEA", "BLOB")).collect();
    let sqlite: Vec<&str> = sqlite.iter().map(String::as_str).collect();
    data::run(manager, &sqlite, statements).await
}

/// Which schema this binary brings, and which binaries it serves.
pub const SCHEMA: data::SchemaRange = data::SchemaRange { number: 4, min_binary: 1 };
