//! The service's tables: entities, migrations, and the ports on them.
//!
//! Must not know who asks. Every finder is scoped by workspace, but for the workers' claim of turns and jobs of all workspaces.

mod assistant_store;
mod entities;
mod insight_store;
mod knowledge_store;
mod migrations;
mod rows;
mod turn_store;

pub(crate) use assistant_store::SqlAssistantStore;
pub(crate) use insight_store::SqlInsightStore;
pub(crate) use knowledge_store::SqlKnowledgeStore;
pub use migrations::{Migrator, SCHEMA};
pub(crate) use turn_store::SqlTurnStore;
