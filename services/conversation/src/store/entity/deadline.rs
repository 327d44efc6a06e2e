//! A running deadline.

use sea_orm::entity::prelude::*;

/// A running deadline.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deadlines")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// Column `conversation_id`.
    pub conversation_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    /// Column `kind`.
    pub kind: i32,
    /// Column `workspace_id`.
    pub workspace_id: Uuid,
    /// Column `due_at`.
    pub due_at: i64,
    /// Column `begun_at`.
    pub begun_at: i64,
    /// Column `stage`.
    pub stage: i32,
}

/// None: a row never names another room's table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
