//! What a member holds.

use sea_orm::entity::prelude::*;

/// What a member holds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "member_loads")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// Column `workspace_id`.
    pub workspace_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    /// Column `member_id`.
    pub member_id: Uuid,
    /// Column `held`.
    pub held: i32,
}

/// None: a row never names another room's table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
