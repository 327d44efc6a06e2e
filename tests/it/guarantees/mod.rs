//! What must never break and needs more than one service to be seen: histories, checked after the fact.

use tokio::sync::Mutex;

/// Each of these alone keeps two cores busy. Side by side they would measure the machine's patience instead of the guarantee.
pub static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

mod one_owner;
mod one_voice;
mod roles;
mod survival;
