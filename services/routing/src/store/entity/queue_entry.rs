//! Table `queue_entry`: conversations that wait for a person.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "queue_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub conversation_id: Uuid,
    pub handoff_id: Uuid,
    pub assignment_version: i64,
    /// The highest version that a decision used up.
    pub spent_version: i64,
    pub priority: i32,
    pub waiting_since: i64,
    pub team_id: Option<Uuid>,
    pub state: i32,
    pub assignee_id: Option<Uuid>,
    pub revision: i64,
    pub traceparent: Option<String>,
    /// When the fact that shows it so was written.
    pub seen_at: i64,
    /// Since when the assignment stands; empty while somebody is looked for.
    pub assigned_at: Option<i64>,
}

/// None: services scope by workspace and join nothing.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
