//! The counters and guards of a conversation: what every message touches.

use sea_orm::entity::prelude::*;

/// The counters and guards of a conversation: what every message touches.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "conversation_heads")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// Column `conversation_id`.
    pub conversation_id: Uuid,
    /// Column `workspace_id`.
    pub workspace_id: Uuid,
    /// Column `contact_id`.
    pub contact_id: Uuid,
    /// Column `assistant_id`.
    pub assistant_id: Uuid,
    /// Column `status`.
    pub status: i32,
    /// Column `control`.
    pub control: i32,
    /// Column `control_epoch`.
    pub control_epoch: i64,
    /// Column `assignment_version`.
    pub assignment_version: i64,
    /// Column `assignee_id`.
    pub assignee_id: Option<Uuid>,
    /// Column `last_sequence`.
    pub last_sequence: i64,
    /// Column `revision`.
    pub revision: i64,
    /// Column `last_member_sequence`.
    pub last_member_sequence: i64,
    /// Column `last_visitor_sequence`.
    pub last_visitor_sequence: i64,
    /// Column `answered_sequence`.
    pub answered_sequence: i64,
    /// Column `ai_since_sequence`.
    pub ai_since_sequence: i64,
    /// Column `last_activity_at`.
    pub last_activity_at: i64,
}

/// None: a row never names another room's table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
