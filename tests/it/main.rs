//! The suite as people and programs meet it: through its doors, as one process, as a child process, as source text.
//!
//! One binary, so that the suite is linked once. Must not know what lies behind a door, `architecture` apart.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests fail and report as tests do; clippy only knows functions marked #[test]"
)]

mod architecture;
mod browser;
mod contract;
mod guarantees;
mod harness;
mod journeys;
mod life;
mod trace;
