//! Routing behind its door, with a conversation made for the test behind another.

#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing, in its helpers too")]

mod conversation;
mod giving;
mod hours;
mod house;
mod inputs;
mod promises;
mod teams;
