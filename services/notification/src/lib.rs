//! Who is told of what, by which way, and why: mails, notices in the inbox, and the ledger of every decision.
//!
//! Declares its rooms and shows the door; everything else is inside.

mod application;
mod config;
mod contract;
mod domain;
mod remote;
mod store;
mod transport;
mod wire;

pub use config::{Config, Security, Smtp, Transport};
pub use store::{Migrator, SCHEMA};
pub use transport::RULES;
pub use wire::{LINKS_BEGIN, Needs, StartError, Started, begins_links, start};
