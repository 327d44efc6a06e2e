//! Table `promise`: what the visitors of open handoffs are owed to be told.

use sea_orm::entity::prelude::*;

/// A row. Owed while `told_version` is below `version`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "promise")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub conversation_id: Uuid,
    pub handoff_id: Uuid,
    pub asked_at: i64,
    pub version: i64,
    pub told_version: i64,
    pub next_try_at: i64,
    pub tries: i32,
    pub lease_owner: Option<Uuid>,
    pub lease_until: i64,
}

/// None: services scope by workspace and join nothing.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
