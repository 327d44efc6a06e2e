//! The conversation service behind its real door, on both engines.

#![expect(
    clippy::disallowed_methods,
    reason = "tests start many callers at once; nothing here outlives its test"
)]

mod contract;
mod control;
mod feed;
mod guards;
mod house;
mod posting;
