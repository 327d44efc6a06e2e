//! The tables of routing, as sea-orm sees them. Times are microseconds since 1970, enums their numbers of `codes`.

pub mod availability;
pub mod decision;
pub mod member;
pub mod office_hours;
pub mod promise;
pub mod queue;
pub mod queue_entry;
pub mod seen_conversation;
pub mod team;
