//! The gRPC services of team: caller, convert, use case, refusal, convert.
//!
//! Must not know where anything is kept, nor decide anything.

pub(crate) mod canned_responses;
pub(crate) mod convert;
pub(crate) mod credentials;
pub(crate) mod members;
mod paging;
pub(crate) mod revocations;
pub(crate) mod rules;
pub(crate) mod server_info;
pub(crate) mod sessions;
pub(crate) mod status;
pub(crate) mod teams;
pub(crate) mod workspaces;
