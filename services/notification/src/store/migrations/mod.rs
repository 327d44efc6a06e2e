//! The steps that made the schema of notification, oldest first; kit's come before.

use sea_orm_migration::{MigrationTrait, MigratorTrait, async_trait};

mod m20261122_000001_notification;
mod m20261123_000001_forget_conversations;

/// Brings notification's schema up to date.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut migrations = baton_kit::data::migrations();
        migrations.push(Box::new(m20261122_000001_notification::Migration));
        migrations.push(Box::new(m20261123_000001_forget_conversations::Migration));
        migrations
    }
}

/// Which schema this binary brings, and which binaries it serves.
pub const SCHEMA: baton_kit::data::SchemaRange = baton_kit::data::SchemaRange { number: 2, min_binary: 1 };
