//! A row of `assistant`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "assistant")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub workspace_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub instructions: String,
    /// The action *Human Handoff* as JSON: read and written whole, never searched.
    #[sea_orm(column_type = "Text")]
    pub handoff: String,
    #[sea_orm(column_type = "Text")]
    pub widget_key: String,
    pub created_at: i64,
    pub revision: i64,
    /// The sites as JSON: read and written whole, never searched.
    #[sea_orm(column_type = "Text")]
    pub allowed_sites: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
