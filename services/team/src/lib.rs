//! The service **team**: workspaces, the people in them, what they may do and how they prove who they are.
//!
//! Composition starts it with [`start`] on a database migrated by [`Migrator`], and puts its [`Started::door`] where others find it.

mod application;
mod config;
mod contract;
mod domain;
mod store;
mod transport;
mod wire;

pub use application::{
    bootstrap::Bootstrapped, create_workspace::CreateWorkspaceError, ports::PasswordsError,
};
pub use config::{Config, Sessions, SignInSettings};
pub use store::migrations::{Migrator, SCHEMA};
pub use transport::{rules::RULES, sessions::CLIENT_ADDRESS};
pub use wire::{Bootstrap, BootstrapError, Needs, StartError, Started, start};
