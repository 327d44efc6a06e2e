//! A table for tests, beside kit's own.

use baton_kit::data::migrations;
use sea_orm_migration::{MigrationTrait, MigratorTrait, async_trait};

mod m20250102_000001_parcel;

pub struct Tables;

#[async_trait::async_trait]
impl MigratorTrait for Tables {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut all = migrations();
        all.push(Box::new(m20250102_000001_parcel::Migration));
        all
    }
}
