//! What team knows and decides: people, what they may do, and how they prove who they are.
//!
//! Pure: no async, no I/O, no clock, no wire type and no table.

pub mod api_key;
pub mod canned;
mod common_passwords;
pub mod email;
pub mod etag;
pub mod ids;
mod marks;
pub mod member;
pub mod name;
pub mod password;
pub mod revocation;
pub mod role;
pub mod secret;
pub mod session;
pub mod team;
pub mod template;
pub mod throttle;
pub mod workspace;
