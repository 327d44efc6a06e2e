//! The real binary: how it starts, refuses to start, stops, and comes back.

mod commands;
mod refusals;
mod stopping;
mod survival;
