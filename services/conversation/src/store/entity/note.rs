//! A note.

use sea_orm::entity::prelude::*;

/// A note.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// Column `id`.
    pub id: Uuid,
    /// Column `workspace_id`.
    pub workspace_id: Uuid,
    /// Column `conversation_id`.
    pub conversation_id: Uuid,
    /// Column `after_sequence`.
    pub after_sequence: i64,
    /// Column `revision`.
    pub revision: i64,
    /// Column `author_id`.
    pub author_id: Uuid,
    #[sea_orm(column_type = "Text")]
    /// Column `body`.
    pub body: String,
    /// Column `created_at`.
    pub created_at: i64,
}

/// None: a row never names another room's table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
