//! The rules of routing, pure: no clock, no database, no wire.

pub mod availability;
pub mod decide;
pub mod decision;
pub mod ids;
pub mod queue;
