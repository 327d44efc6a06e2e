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
}

/// None: a row never names another room's table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
