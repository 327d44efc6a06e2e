//! What a conversation is and what may be done with it. Pure: no time, no store, no wire.

pub mod commands;
pub mod conversation;
pub mod effects;
pub mod handoff;
pub mod ids;
pub mod message;
pub mod note;
pub mod posting;
