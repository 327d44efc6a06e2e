//! What a process needs to live: time, ids, settings, orderly start and stop, and telemetry.
//!
//! Nothing in here may know a service, a wire type or a database.

pub mod clock;
pub mod config;
pub mod ids;
pub mod kill_points;
pub mod lifecycle;
pub mod telemetry;
