//! What routing does, one file a use case. Knows the domain and its ports; no wire, no SQL.

pub mod carry_out;
pub mod decide_waiting;
pub mod explain_routing;
pub mod follow;
pub mod list_availability;
pub mod ports;
pub mod set_availability;
pub mod sweep;
pub mod wakes;

#[cfg(test)]
mod in_memory;
#[cfg(test)]
mod tests;
