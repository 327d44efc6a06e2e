//! Rows as the database keeps them: ids as UUIDs, times as microseconds.
//!
//! Must not know the domain.

pub(super) mod assistant;
pub(super) mod document;
pub(super) mod insight;
pub(super) mod knowledge_revision;
pub(super) mod turn;
