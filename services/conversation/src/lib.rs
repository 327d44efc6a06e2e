//! The conversation service: threads between visitors, assistants and the staff, who may speak in them, and the feed of all of it.

pub mod application;
mod config;
pub mod domain;
pub mod store;
pub mod transport;
mod wire;

pub use config::Config;
pub use store::migrations::{Migrator, SCHEMA};
pub use transport::rules::RULES;
pub use wire::{Needs, Started, start};
