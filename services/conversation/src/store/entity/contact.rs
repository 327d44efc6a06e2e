//! An end user.

use sea_orm::entity::prelude::*;

/// An end user.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contacts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// Column `id`.
    pub id: Uuid,
    /// Column `workspace_id`.
    pub workspace_id: Uuid,
    /// Column `external_id`.
    pub external_id: Option<String>,
    /// Column `created_at`.
    pub created_at: i64,
    /// Column `display_name`.
    pub display_name: String,
    /// Column `email`.
    pub email: Option<String>,
    /// Column `revision`.
    pub revision: i64,
}

/// None: a row never names another room's table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
