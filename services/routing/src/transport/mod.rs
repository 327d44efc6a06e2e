//! The way in: three gRPC services and the facts of conversation and team.

mod availability_api;
mod conversation_facts;
mod convert;
mod office_hours_api;
mod routing_api;
mod rules;
mod status;
mod team_facts;

pub use availability_api::AvailabilityApi;
pub use conversation_facts::ConversationFacts;
pub use office_hours_api::OfficeHoursApi;
pub use routing_api::RoutingApi;
pub use rules::RULES;
pub use team_facts::TeamFacts;
