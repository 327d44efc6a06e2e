//! Rows as they stand in tables, one file a table.

pub mod claim;
pub mod conversation;
pub mod ledger;
pub mod mailing;
pub mod member;
pub mod notice;
pub mod preference;
pub mod read_mark;
pub mod team;
pub mod unsubscribed;
