//! The real binary: how it starts, refuses to start, stops, and comes back.

mod commands;
mod durable;
mod refusals;
mod stopping;
mod survival;
