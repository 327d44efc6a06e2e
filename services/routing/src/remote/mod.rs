//! Other services, as routing's ports want them.

mod assignments;

pub use assignments::GrpcConversations;
