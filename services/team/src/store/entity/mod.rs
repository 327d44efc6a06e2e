//! The tables as they are. Must not know what they mean.

pub(super) mod api_key;
pub(super) mod canned_response;
pub(super) mod member;
pub(super) mod session;
pub(super) mod team;
pub(super) mod team_member;
pub(super) mod workspace;
