//! A handoff.

use sea_orm::entity::prelude::*;

/// A handoff.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "handoffs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// Column `id`.
    pub id: Uuid,
    /// Column `workspace_id`.
    pub workspace_id: Uuid,
    /// Column `conversation_id`.
    pub conversation_id: Uuid,
    /// Column `state`.
    pub state: i32,
    /// Column `reason`.
    pub reason: i32,
    /// Column `previous_id`.
    pub previous_id: Option<Uuid>,
    /// Column `created_at`.
    pub created_at: i64,
    /// Column `waiting_since`.
    pub waiting_since: i64,
    /// Column `closed_at`.
    pub closed_at: Option<i64>,
    /// Column `return_cause`.
    pub return_cause: Option<i32>,
    /// Column `made_at_sequence`.
    pub made_at_sequence: i64,
    /// Column `assigned_by`.
    pub assigned_by: Option<i32>,
    /// Column `promise_text`: there if anything was promised.
    pub promise_text: Option<String>,
    /// Column `promise_by`.
    pub promise_by: Option<i64>,
    /// Column `promise_outside_hours`.
    pub promise_outside_hours: Option<bool>,
    /// Column `fallback_promised_at`.
    pub fallback_promised_at: Option<i64>,
    /// Column `alarmed_at`.
    pub alarmed_at: Option<i64>,
}

/// None: a row never names another room's table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
