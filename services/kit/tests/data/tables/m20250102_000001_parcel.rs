//! Parcels, and labels that need one by the time of the commit.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared("CREATE TABLE parcel (id BIGINT PRIMARY KEY, note TEXT NOT NULL)").await?;
        let label = "CREATE TABLE label (id BIGINT PRIMARY KEY, \
             parcel BIGINT NOT NULL REFERENCES parcel (id) DEFERRABLE INITIALLY DEFERRED)";
        db.execute_unprepared(label).await.map(drop)
    }
}
