//! The world outside, as notification's ports want it: other services, the words of letters, and the post.

mod asking;
mod colleagues;
mod correspondence;
pub mod letters;
pub mod mail;
mod names;

pub use colleagues::GrpcColleagues;
pub use correspondence::GrpcConversations;
