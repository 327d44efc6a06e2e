//! What can be done, one story a file. Knows the domain and its ports, never the wire or the tables.

pub mod attach_brief;
pub mod command_conversation;
pub mod correspond;
pub mod forget_sessions;
pub mod keep_contacts;
pub mod leave_note;
pub mod mark_read;
pub mod open_session;
pub mod ports;
pub mod post_message;
pub mod read_conversation;
pub mod relieve_member;
pub mod report_activity;
pub mod resume_links;
pub mod start_conversation;
pub mod sweep_deadlines;
