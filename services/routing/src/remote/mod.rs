//! Other services, as routing's ports want them.

mod assignments;
mod promises;

pub use assignments::GrpcConversations;
pub use promises::GrpcTeller;
