//! The way in: three gRPC services and the facts of conversation and team.

mod conversation_facts;
mod convert;
mod edge_api;
mod notification_api;
mod preference_api;
mod rules;
mod status;
mod team_facts;

pub use conversation_facts::ConversationFacts;
pub use edge_api::EdgeApi;
pub use notification_api::NotificationApi;
pub use preference_api::PreferenceApi;
pub use rules::RULES;
pub use team_facts::TeamFacts;
