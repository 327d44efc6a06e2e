//! The service `ai`: assistants, what they know, and the turns in which they answer or hand over.
//!
//! Must not know how conversations are kept or people found.

mod application;
mod config;
mod domain;
mod remote;
mod store;
mod transport;
mod wire;

pub use application::bootstrap::BootstrapError;
pub use config::{BreakerConfig, Config, ProviderConfig, ProviderKind};
pub use store::{Migrator, SCHEMA};
pub use transport::rules::RULES;
pub use wire::{FirstAssistant, FirstDocument, Needs, StartError, Started, start};
