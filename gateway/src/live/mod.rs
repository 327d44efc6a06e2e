//! Live streams: one tail of the feed from upstream, a ring of what came last, and a fan-out to those who may see it; and beside it
//! words for one member alone.
//!
//! Knows audiences, order and tokens; must not know what a change means, nor how anybody proved who they are.

mod fence;
mod follow;
mod frame;
mod hub;
mod notice_tail;
mod notices;
mod ring;
mod seats;
mod shown;
mod tail;

pub(crate) use fence::ConversationId;
pub(crate) use follow::{Live, Opening, Warrant};
pub(crate) use frame::frame;
pub(crate) use hub::{Audience, ContactId, Full, Hub};
pub(crate) use notice_tail::NoticeTail;
pub(crate) use notices::{Addressee, MemberId, Notices};
pub(crate) use seats::{Crowded, Holder, Seats, Shares};
pub(crate) use tail::{Render, Tail};
