//! Every decision about telling somebody.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub workspace_id: Uuid,
    pub kind: i32,
    pub channel: i32,
    pub recipient_kind: i32,
    pub recipient_id: Uuid,
    pub conversation_id: Uuid,
    pub decision: i32,
    pub reason: i32,
    pub attempt: i32,
    pub created_at: i64,
    pub mailing_id: Option<Uuid>,
}

/// None: services scope by workspace and join nothing.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
