//! The service's doors: its RPCs and the facts it follows.
//!
//! Must not know rules or tables.

pub(crate) mod assistants;
mod convert;
pub(crate) mod facts;
pub(crate) mod insights;
pub(crate) mod knowledge;
mod paging;
pub(crate) mod rules;
mod status;
