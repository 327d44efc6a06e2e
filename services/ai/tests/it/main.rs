//! The service behind its door, on a real database, with a conversation service that the tests own.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests say what they expect by failing, as tests do"
)]

mod bad_input;
mod bootstrap;
mod contract;
mod fake_contacts;
mod fake_conversation;
mod fake_insight_sink;
mod gathering;
mod house;
mod injection;
mod insights;
mod providers;
mod settings;
mod sites;
mod turns;
