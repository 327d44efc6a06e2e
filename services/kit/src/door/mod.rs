//! The door room: everything between a socket and a use case, once for all services.
//!
//! Must not know what any RPC means.

pub mod access;
pub mod context;
pub mod enter;
pub mod fields;
pub mod host;
pub mod links;
pub mod listen;
mod observe;
pub mod ops;
pub mod page;
pub mod peer;
pub mod principal;
pub mod refusal;
pub mod server;
pub mod tokens;
