//! Where team keeps what it knows, and how passwords are hashed: implementations of the ports.
//!
//! Must not know who asks, nor decide anything: the domain has.

mod argon2_passwords;
mod entity;
mod fact_revocations;
mod facts;
mod idempotent;
pub(crate) mod migrations;
mod sql_api_keys;
mod sql_canned_responses;
mod sql_members;
mod sql_sessions;
mod sql_teams;
mod sql_workspaces;
mod turns;
mod values;

pub(crate) use argon2_passwords::Argon2Passwords;
pub(crate) use fact_revocations::FactRevocations;
pub(crate) use sql_api_keys::SqlApiKeyStore;
pub(crate) use sql_canned_responses::SqlCannedResponseStore;
pub(crate) use sql_members::SqlMemberStore;
pub(crate) use sql_sessions::SqlSessionStore;
pub(crate) use sql_teams::SqlTeamStore;
pub(crate) use sql_workspaces::SqlWorkspaceStore;
