//! The data and events rooms of kit on real databases: SQLite always, PostgreSQL where a server is given.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it expects by failing, its helpers too"
)]

mod cancel;
mod consumer;
mod facts;
mod group_commit;
mod idempotency;
mod migrate;
mod relay;
mod support;
mod tables;
mod write;
