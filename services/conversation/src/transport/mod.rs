//! Conversation's doors: gRPC servers and the consumers of other services' events. Converts, calls a use case, converts back.
//!
//! No business here: an `if` about a conversation belongs to the domain.

mod assignment_api;
mod conversation_api;
pub mod convert;
pub mod events;
mod feed_api;
mod feed_stream;
mod feed_tail_api;
mod handoff_api;
mod note_api;
pub mod rules;
pub mod status;
mod turn_api;
mod visitor_api;
mod who;

pub use assignment_api::AssignmentApi;
pub use conversation_api::ConversationApi;
pub use feed_api::FeedApi;
pub use feed_stream::Feed;
pub use feed_tail_api::FeedTailApi;
pub use handoff_api::HandoffApi;
pub use note_api::NoteApi;
pub use turn_api::TurnApi;
pub use visitor_api::VisitorApi;
