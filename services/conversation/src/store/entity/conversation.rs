//! A conversation without its counters.

use sea_orm::entity::prelude::*;

/// A conversation without its counters.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "conversations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// Column `id`.
    pub id: Uuid,
    /// Column `workspace_id`.
    pub workspace_id: Uuid,
    /// Column `assistant_id`.
    pub assistant_id: Uuid,
    /// Column `contact_id`.
    pub contact_id: Uuid,
    /// Column `channel`.
    pub channel: String,
    /// Column `external_id`.
    pub external_id: Option<String>,
    /// Column `origin`.
    pub origin: String,
    /// Column `status`.
    pub status: i32,
    /// Column `control`.
    pub control: i32,
    /// Column `assignee_id`.
    pub assignee_id: Option<Uuid>,
    /// Column `last_assignee_id`.
    pub last_assignee_id: Option<Uuid>,
    /// Column `team_id`.
    pub team_id: Option<Uuid>,
    /// Column `priority`.
    pub priority: Option<i32>,
    /// Column `priority_source`.
    pub priority_source: Option<i32>,
    #[sea_orm(column_type = "Text")]
    /// Column `priority_reason`.
    pub priority_reason: String,
    /// Column `priority_said_at`.
    pub priority_said_at: Option<i64>,
    /// Column `snoozed_until`.
    pub snoozed_until: Option<i64>,
    #[sea_orm(column_type = "Text")]
    /// Column `instruction`.
    pub instruction: String,
    /// Column `handoff_id`.
    pub handoff_id: Option<Uuid>,
    /// Column `open_handoff_id`.
    pub open_handoff_id: Option<Uuid>,
    /// Column `created_at`.
    pub created_at: i64,
}

/// None: a row never names another room's table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
