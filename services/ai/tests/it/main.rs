//! The service behind its door, on a real database, with a conversation service that the tests own.

mod bootstrap;
mod contract;
mod fake_conversation;
mod house;
mod turns;
