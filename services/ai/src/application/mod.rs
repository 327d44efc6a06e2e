//! What this service does, one use case a file, told with ports.
//!
//! Must not know gRPC or SQL.

pub mod answer_from_knowledge;
pub mod bootstrap;
pub mod create_assistant;
pub mod create_document;
pub mod find_assistants;
pub mod forget_turns;
pub mod list_documents;
pub mod ports;
pub mod queue_turn;
pub mod run_turn;
pub mod search_knowledge;
pub mod work_turns;

#[cfg(test)]
pub(crate) mod in_memory;
