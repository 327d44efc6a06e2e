//! Conversation's rows: entities, the transactions that change them, the queries that read them.
//!
//! Must not know the wire. Every finder is scoped by workspace; the few that serve Baton itself say so in their name.

mod accept;
mod accept_batch;
mod brief_rows;
mod brief_store;
mod change;
mod circumstances;
mod contact_store;
mod conversation_store;
mod correspondence_store;
mod deadline_store;
pub mod entity;
mod feed_store;
mod head_store;
pub mod migrations;
mod name_store;
mod note_store;
mod persist;
mod projection_store;
mod read_mark_store;
mod rows;
mod start;
mod visitor_store;

use baton_kit::{
    data::{Database, Engine},
    life::{ids::SharedIds, lifecycle::Lifecycle},
};

use crate::domain::{conversation::Conversation, patience::Patience};

/// Writes a conversation's state as the body of an event. Given by the transport room, which alone knows the contract's encoding.
pub type StateEncoder = fn(&Conversation) -> Vec<u8>;

/// How the store does what it is not told by a caller.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// Writes states as bodies of events.
    pub encode_state: StateEncoder,
    /// How long is waited for whom.
    pub patience: Patience,
}

/// The SQL adapter of every port of this service.
#[derive(Clone)]
pub struct SqlStore {
    database: Database,
    ids: SharedIds,
    manner: Manner,
    /// Where the engine has one statement for many messages; SQLite's writer batches by itself.
    batcher: Option<accept_batch::Batcher>,
}

impl SqlStore {
    /// The store over a migrated database.
    pub fn new(database: Database, ids: SharedIds, life: &Lifecycle, manner: Manner) -> Self {
        let batched = database.engine() == Engine::Postgres;
        let batcher = batched.then(|| {
            accept_batch::Batcher::new(database.clone(), ids.clone(), life.clone(), manner.patience)
        });
        Self { database, ids, manner, batcher }
    }
}
