//! The shape of the house, read from its sources: which room may name which, and how large things are.
//!
//! Must not know what any service does.

mod arrows;
mod manifests;
mod sizes;
pub mod source;
