//! How facts and signals reach those who wait for them.
//!
//! Facts are durable and arrive at least once ([`Consumer`]); signals are hints that may be lost and say
//! so ([`Signals`]). Must not know what either means.

mod backoff;
mod bus;
mod cursor;
mod dead_letter_api;
mod delivery;
mod failures;
mod signals;

pub use bus::{Consumer, FactHandler, HandleError, LostPlace};
pub use dead_letter_api::{DEAD_LETTER_RULES, DeadLetters};
pub use signals::{Missed, SignalReader, Signals};
