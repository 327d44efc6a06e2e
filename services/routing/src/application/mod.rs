//! What routing does, one file a use case. Knows the domain and its ports; no wire, no SQL.

pub mod assess;
pub mod carry_out;
pub mod check_office_hours;
pub mod decide_waiting;
pub mod explain_routing;
pub mod follow;
pub mod get_office_hours;
pub mod list_availability;
pub mod ports;
pub mod set_availability;
pub mod set_office_hours;
pub mod sweep;
pub mod tell_promises;
pub mod unknown_zones;
pub mod wakes;

#[cfg(test)]
mod in_memory;
#[cfg(test)]
mod tests;
