//! What a conversation is and what may be done with it. Pure: no time, no store, no wire.

pub mod activity;
pub mod brief;
pub mod commands;
pub mod contact;
pub mod conversation;
pub mod effects;
pub mod epoch_floors;
pub mod handoff;
pub mod ids;
pub mod machine;
pub mod message;
pub mod names;
pub mod note;
pub mod patience;
pub mod posting;
pub mod read_mark;
pub mod resume_link;
pub mod weight;
