//! Schemas that are brought up to date, and those that do not fit.

use baton_kit::{
    data::{Database, KitMigrations, MigrateError, SchemaRange, migrate, verify},
    life::lifecycle::Lifecycle,
};
use baton_kit_testing::database::TestDatabase;

use crate::{support::*, tables::Tables};

const OLD: SchemaRange = SchemaRange { number: 1, min_binary: 1 };
const ADDED: SchemaRange = SchemaRange { number: 2, min_binary: 1 };
const CONTRACTED: SchemaRange = SchemaRange { number: 3, min_binary: 3 };

async fn engines() -> Vec<TestDatabase> {
    let mut all = vec![TestDatabase::sqlite().await];
    all.extend(TestDatabase::postgres().await);
    all
}

#[tokio::test]
async fn o_4_two_processes_may_migrate_at_once() {
    for db in engines().await {
        let life = Lifecycle::new();
        let other = Database::open(db.options(), &life, db.clock().clone()).await.unwrap();
        let (first, second) = tokio::join!(migrate::<Tables>(&db, OLD), migrate::<Tables>(&other, OLD));
        assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
        assert_eq!(number(db.reader(), "SELECT COUNT(*) FROM seaql_migrations").await, 7);
        post(&db, 1, 1).await.unwrap();
        until("the feed runs", || async { db.facts().head() == 1 }).await;
    }
}

#[tokio::test]
async fn a_newer_schema_is_fine_until_it_is_contracted() {
    for db in engines().await {
        migrate::<Tables>(&db, ADDED).await.unwrap();
        // An older binary, which does not know the newest migration.
        migrate::<KitMigrations>(&db, OLD).await.unwrap();
        verify(&db, OLD).await.unwrap();
        migrate::<Tables>(&db, CONTRACTED).await.unwrap();
        let refused = verify(&db, ADDED).await.unwrap_err();
        assert!(matches!(refused, MigrateError::TooNew { min_binary: 3, number: 2, .. }), "{refused}");
        assert!(refused.to_string().starts_with("the schema of test is too new"), "{refused}");
        assert!(matches!(migrate::<KitMigrations>(&db, OLD).await, Err(MigrateError::TooNew { .. })));
        verify(&db, CONTRACTED).await.unwrap();
    }
}

#[tokio::test]
async fn a_schema_that_lacks_something_is_refused() {
    for db in engines().await {
        assert!(matches!(verify(&db, OLD).await, Err(MigrateError::TooOld { found: 0, number: 1, .. })));
        migrate::<Tables>(&db, OLD).await.unwrap();
        assert!(matches!(verify(&db, ADDED).await, Err(MigrateError::TooOld { found: 1, number: 2, .. })));
    }
}
