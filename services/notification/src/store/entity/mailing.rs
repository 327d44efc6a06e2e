//! Mailings, open and settled.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mailing")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub workspace_id: Uuid,
    pub kind: i32,
    pub recipient_kind: i32,
    pub recipient_id: Uuid,
    pub conversation_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub subject: String,
    pub sequence: i64,
    pub since: i64,
    pub state: i32,
    pub next_at: i64,
    pub lease_owner: Option<Uuid>,
    pub lease_until: i64,
    pub attempts: i32,
    pub tries: i32,
    pub upto: Option<i64>,
    pub settled_at: Option<i64>,
    #[sea_orm(column_type = "Text", nullable)]
    pub traceparent: Option<String>,
}

/// None: services scope by workspace and join nothing.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
