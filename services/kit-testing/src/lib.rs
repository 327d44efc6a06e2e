//! Helpers for tests, shared by every crate: time and ids that repeat, and a watch on the log.
//!
//! A dev-dependency only; no service crate is among its own, so that it can serve all of them.

pub mod clock;
pub mod database;
pub mod history;
pub mod logs;
pub mod openai;
pub mod proxy;
pub mod seeds;
