//! Clients of other services: ports on gRPC.
//!
//! Must not know the use cases.

mod conversation;

pub(crate) use conversation::GrpcConversation;
