//! Clients of other services: ports on gRPC.
//!
//! Must not know the use cases.

mod contacts;
mod conversation;
mod insight_sink;
mod openai_compatible;

pub(crate) use contacts::GrpcContacts;
pub(crate) use conversation::GrpcConversation;
pub(crate) use insight_sink::GrpcInsightSink;
pub use openai_compatible::ClientFault;
pub(crate) use openai_compatible::{ModelPlace, OpenAiCompatible};
