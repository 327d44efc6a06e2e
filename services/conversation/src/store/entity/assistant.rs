//! What conversation knows of an assistant.

use sea_orm::entity::prelude::*;

/// What conversation knows of an assistant.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "assistants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// Column `id`.
    pub id: Uuid,
    /// Column `workspace_id`.
    pub workspace_id: Uuid,
    /// Column `name`.
    pub name: String,
    /// Column `widget_key`.
    pub widget_key: String,
    /// Column `revision`.
    pub revision: i64,
    /// Column `handoff_enabled`.
    pub handoff_enabled: bool,
    /// Column `allowed_sites`: JSON, read and written whole.
    pub allowed_sites: String,
}

/// None: a row never names another room's table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
