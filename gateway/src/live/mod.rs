//! Live streams: one tail of the feed from upstream, a ring of what came last, and a fan-out to those who may see it.
//!
//! Knows audiences, order and tokens; must not know what a change means, nor how anybody proved who they are.

mod fence;
mod follow;
mod frame;
mod hub;
mod ring;
mod shown;
mod tail;

pub(crate) use follow::{Live, Warrant};
pub(crate) use frame::frame;
pub(crate) use hub::{Audience, ContactId, Full, Hub};
pub(crate) use tail::{Render, Tail};
