//! What this service does, one use case a file, told with ports.
//!
//! Must not know gRPC or SQL.

pub mod answer_from_knowledge;
pub mod answer_with_model;
pub mod ask_model;
pub mod bootstrap;
pub mod create_assistant;
pub mod create_document;
pub mod delete_document;
pub mod fall_back;
pub mod find_assistants;
pub mod forget_turns;
pub mod hand_over;
pub mod list_documents;
pub mod listen;
pub mod make_insight;
pub mod model;
pub mod ports;
pub mod queue_insight;
pub mod queue_turn;
pub mod regenerate_brief;
pub mod report_with_model;
pub mod run_insight;
pub mod run_turn;
pub mod save_gathered;
pub mod search_knowledge;
pub mod show_draft;
pub mod update_assistant;
pub mod work_insights;
pub mod work_turns;
pub mod write_prompt;

#[cfg(test)]
pub(crate) mod in_memory;
