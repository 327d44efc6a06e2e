//! Conversation's doors: gRPC servers and the consumers of other services' events. Converts, calls a use case, converts back.
//!
//! No business here: an `if` about a conversation belongs to the domain.

mod assignment_api;
mod attention_api;
mod contact_api;
mod conversation_api;
pub mod convert;
mod correspondence_api;
pub mod events;
mod feed_api;
mod feed_stream;
mod feed_tail_api;
mod handoff_api;
mod insight_sink_api;
mod note_api;
pub mod rules;
mod show;
mod standing;
pub mod status;
mod turn_api;
mod visitor_api;
mod who;

pub use assignment_api::AssignmentApi;
pub use attention_api::AttentionApi;
pub use contact_api::ContactApi;
pub use conversation_api::ConversationApi;
pub use correspondence_api::CorrespondenceApi;
pub use feed_api::FeedApi;
pub use feed_stream::Feed;
pub use feed_tail_api::FeedTailApi;
pub use handoff_api::HandoffApi;
pub use insight_sink_api::InsightSinkApi;
pub use note_api::NoteApi;
pub use show::Show;
pub use turn_api::TurnApi;
pub use visitor_api::VisitorApi;
