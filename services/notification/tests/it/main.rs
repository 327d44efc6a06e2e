//! Notification as its callers see it: doors, facts, other services and a mail server, all on this machine.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test says what it expects by failing, in its helpers too"
)]

mod conversation;
mod decisions;
mod door;
mod handoffs;
mod house;
mod mail;
mod post;
mod retries;
mod team;
mod unsubscribe;
mod visitors;
