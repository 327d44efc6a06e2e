//! Team through its real door: generated clients, a database a test, on SQLite and, where `BATON_TEST_POSTGRES` is given, on PostgreSQL.

mod contract;
mod harness;
mod keys;
mod members;
mod raw;
mod sign_in;
mod workspaces;
