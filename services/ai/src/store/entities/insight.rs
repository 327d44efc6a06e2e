//! A row of `insight`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "insight")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub workspace_id: Uuid,
    pub conversation_id: Uuid,
    pub handoff_id: Uuid,
    /// `NULL` while it is to be done.
    pub ending: Option<i32>,
    pub attempts: i32,
    pub due_at: i64,
    pub lease_token: Option<Uuid>,
    pub lease_until: Option<i64>,
    /// What was found out, as JSON; `NULL` before that, and again once it is done: it quotes people.
    #[sea_orm(column_type = "Text", nullable)]
    pub made: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub traceparent: Option<String>,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
