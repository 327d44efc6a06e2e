//! A brief.

use sea_orm::entity::prelude::*;

/// A brief.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "briefs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// Column `handoff_id`.
    pub handoff_id: Uuid,
    /// Column `id`.
    pub id: Uuid,
    /// Column `workspace_id`.
    pub workspace_id: Uuid,
    /// Column `conversation_id`.
    pub conversation_id: Uuid,
    /// Column `engine`.
    pub engine: i32,
    #[sea_orm(column_type = "Text")]
    /// Column `lines`.
    pub lines: String,
    /// Column `sentiment`.
    pub sentiment: Option<i32>,
    /// Column `language`.
    pub language: String,
    /// Column `up_to_sequence`.
    pub up_to_sequence: i64,
    /// Column `revision`.
    pub revision: i64,
    /// Column `created_at`.
    pub created_at: i64,
}

/// None: a row never names another room's table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
