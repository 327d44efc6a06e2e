//! Routing: who is there to answer, and who is given what.
//!
//! Declares its rooms and shows the door; everything else is inside.

mod application;
mod config;
mod domain;
mod remote;
mod store;
mod transport;
mod wire;

pub use config::Config;
pub use store::{Migrator, SCHEMA};
pub use transport::RULES;
pub use wire::{Needs, StartError, Started, start};
