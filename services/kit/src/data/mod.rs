//! How a service keeps its data: one way to write, and a log of facts that is written with the change.
//!
//! Knows two engines and no table of any service. A service opens its [`Database`], brings it up to
//! date with [`migrate()`], reads through [`Database::reader`] and writes through
//! [`Database::write`]; what others must learn it publishes in the same [`Unit`], and they read it
//! from the [`FactLog`].

mod attempt;
mod connect;
mod database;
mod dead_letters;
mod error;
mod facts;
mod follower;
mod group_commit;
mod idempotency;
mod job;
mod listen;
mod migrate;
mod migrations;
mod outbox;
mod relay;
mod tail;
mod transaction;
mod unit;
mod upkeep;

pub use database::{Database, DatabaseOptions, Engine, OpenError};
pub use dead_letters::{DeadLetter, DeadLetterPlace};
pub use error::StoreError;
pub use facts::{Fact, FactFilter, FactLog, NewFact};
pub use follower::Follower;
pub use idempotency::{Recalled, RequestKey};
pub use migrate::{MigrateError, SchemaRange, migrate, verify};
pub use migrations::{KitMigrations, migrations, run};
pub use unit::Unit;
