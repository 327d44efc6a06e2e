//! The rules of routing, pure: no clock, no database, no wire.

pub mod availability;
pub mod decide;
pub mod decision;
pub mod hours;
pub mod ids;
pub mod promise;
pub mod queue;
pub mod team;
