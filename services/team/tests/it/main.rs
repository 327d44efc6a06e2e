//! Team through its real door: generated clients, a database a test, on SQLite and, where `BATON_TEST_POSTGRES` is given, on PostgreSQL.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it expects by failing; clippy.toml allows it only inside `#[test]` functions"
)]

mod canned;
mod canned_bounds;
mod canned_reach;
mod harness;
mod keys;
mod letters;
mod member_changes;
mod members;
mod revocations;
mod sign_in;
mod teams;
mod workspaces;
