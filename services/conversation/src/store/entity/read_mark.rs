//! How far somebody has read.

use sea_orm::entity::prelude::*;

/// How far somebody has read.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "read_marks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// Column `conversation_id`.
    pub conversation_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    /// Column `reader_kind`.
    pub reader_kind: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    /// Column `reader_id`.
    pub reader_id: Uuid,
    /// Column `workspace_id`.
    pub workspace_id: Uuid,
    /// Column `sequence`.
    pub sequence: i64,
    /// Column `updated_at`.
    pub updated_at: i64,
}

/// None: a row never names another room's table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
