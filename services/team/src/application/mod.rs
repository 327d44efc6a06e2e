//! What can be asked of team, one file a use case.
//!
//! Must not know how it is asked (transport) nor where things are kept (store).

pub mod archive_team;
pub mod bootstrap;
pub mod create_api_key;
pub mod create_canned_response;
pub mod create_member;
pub mod create_team;
pub mod create_workspace;
pub mod delete_canned_response;
pub mod exchange;
pub mod get_canned_response;
pub mod get_member;
pub mod get_team;
pub mod get_workspace;
pub mod list_api_keys;
pub mod list_canned_responses;
pub mod list_members;
pub mod list_teams;
pub mod ports;
pub mod remove_member;
pub mod render_canned_response;
pub mod revoke_api_key;
pub mod set_member_roles;
pub mod set_team_members;
pub mod sign_in;
pub mod sign_out;
pub mod update_canned_response;
pub mod update_team;
pub mod watch_revocations;
