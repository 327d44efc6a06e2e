//! What the staff sees. Must not know how it is asked for.

mod conversation;
mod event;
mod handoff;
mod notice;
mod thread;

pub(super) use conversation::{Conversation, ConversationState};
pub(super) use event::{InboxItem, ReadMark};
pub(super) use handoff::{Brief, Handoff};
pub(super) use notice::Notice;
pub(super) use thread::{Message, Note};

pub(crate) use event::{activity_frame, frame, notice_frame};
