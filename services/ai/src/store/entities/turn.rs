//! A row of `turn`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "turn")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub workspace_id: Uuid,
    pub conversation_id: Uuid,
    pub epoch: i64,
    pub visitor_sequence: i64,
    /// `NULL` while it is to be done.
    pub ending: Option<i32>,
    pub attempts: i32,
    pub due_at: i64,
    /// The conversation while the turn is leased, else `NULL`; unique, so that one turn of a conversation runs at a time.
    pub busy_conversation_id: Option<Uuid>,
    pub lease_token: Option<Uuid>,
    pub lease_until: Option<i64>,
    #[sea_orm(column_type = "Text", nullable)]
    pub traceparent: Option<String>,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
