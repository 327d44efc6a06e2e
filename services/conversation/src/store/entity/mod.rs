//! The rows, as the tables have them. Ids are bare UUIDs and times microseconds here; `rows` gives them their meaning.

pub mod assistant;
pub mod brief;
pub mod contact;
pub mod conversation;
pub mod deadline;
pub mod handoff;
pub mod head;
pub mod member;
pub mod member_load;
pub mod message;
pub mod note;
pub mod read_mark;
pub mod team;
pub mod visitor_session;
