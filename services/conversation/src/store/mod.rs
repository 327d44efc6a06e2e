//! Conversation's rows: entities, the transactions that change them, the queries that read them.
//!
//! Must not know the wire. Every finder is scoped by workspace; the few that serve Baton itself say so in their name.

mod accept;
mod change;
mod conversation_store;
mod deadline_store;
pub mod entity;
mod feed_store;
pub mod migrations;
mod persist;
mod projection_store;
mod rows;
mod start;
mod visitor_store;

use baton_kit::{data::Database, life::ids::SharedIds};

use crate::domain::conversation::Conversation;

/// Writes a conversation's state as the body of an event. Given by the transport room, which alone knows the contract's encoding.
pub type StateEncoder = fn(&Conversation) -> Vec<u8>;

/// The SQL adapter of every port of this service.
#[derive(Clone)]
pub struct SqlStore {
    database: Database,
    ids: SharedIds,
    encode_state: StateEncoder,
}

impl SqlStore {
    /// The store over a migrated database.
    pub fn new(database: Database, ids: SharedIds, encode_state: StateEncoder) -> Self {
        Self { database, ids, encode_state }
    }
}
