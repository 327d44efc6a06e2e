//! Conversation's rows: entities, the transactions that change them, the queries that read them.
//!
//! Must not know the wire. Every finder is scoped by workspace; the few that serve Baton itself say so in their name.

mod accept;
mod accept_batch;
mod change;
mod conversation_store;
mod deadline_store;
pub mod entity;
mod feed_store;
pub mod migrations;
mod note_store;
mod persist;
mod projection_store;
mod rows;
mod start;
mod visitor_store;

use baton_kit::{
    data::{Database, Engine},
    life::{ids::SharedIds, lifecycle::Lifecycle},
};

use crate::domain::conversation::Conversation;

/// Writes a conversation's state as the body of an event. Given by the transport room, which alone knows the contract's encoding.
pub type StateEncoder = fn(&Conversation) -> Vec<u8>;

/// The SQL adapter of every port of this service.
#[derive(Clone)]
pub struct SqlStore {
    database: Database,
    ids: SharedIds,
    encode_state: StateEncoder,
    /// Where the engine has one statement for many messages; SQLite's writer batches by itself.
    batcher: Option<accept_batch::Batcher>,
}

impl SqlStore {
    /// The store over a migrated database.
    pub fn new(database: Database, ids: SharedIds, life: &Lifecycle, encode_state: StateEncoder) -> Self {
        let batched = database.engine() == Engine::Postgres;
        let batcher =
            batched.then(|| accept_batch::Batcher::new(database.clone(), ids.clone(), life.clone()));
        Self { database, ids, encode_state, batcher }
    }
}
