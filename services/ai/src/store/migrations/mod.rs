//! The changes of the schema, oldest first; kit's own come before them. One file a change, never edited once released.
//!
//! Must not know what reads the tables.

use baton_kit::data::SchemaRange;
use sea_orm_migration::prelude::*;

mod m20261122_000001_assistants;
mod m20261122_000002_knowledge;
mod m20261122_000003_turns;
mod m20261122_000004_insights;
mod m20261122_000005_sites;

/// Which schema this binary brings and works with.
pub const SCHEMA: SchemaRange = SchemaRange { number: 3, min_binary: 1 };

/// Brings the schema up to date.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let own: [Box<dyn MigrationTrait>; 5] = [
            Box::new(m20261122_000001_assistants::Migration),
            Box::new(m20261122_000002_knowledge::Migration),
            Box::new(m20261122_000003_turns::Migration),
            Box::new(m20261122_000004_insights::Migration),
            Box::new(m20261122_000005_sites::Migration),
        ];
        baton_kit::data::migrations().into_iter().chain(own).collect()
    }
}

/// Runs statements that are the same on both engines.
async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    for sql in statements {
        manager.get_connection().execute_unprepared(sql).await?;
    }
    Ok(())
}
