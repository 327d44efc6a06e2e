//! Table `decision`: every decision, stored before anybody is called about it.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "decision")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub workspace_id: Uuid,
    pub conversation_id: Uuid,
    pub handoff_id: Uuid,
    pub kind: i32,
    pub member_id: Option<Uuid>,
    pub assignment_version: i64,
    pub capacity: i32,
    #[sea_orm(column_type = "Text")]
    pub candidates: String,
    pub outcome: i32,
    /// Why refused; 0 unless it was.
    pub refusal: i32,
    /// The version it made.
    pub made_version: Option<i64>,
    pub created_at: i64,
    pub settled_at: Option<i64>,
    /// When an assignment counts as missed; emptied once that was looked at.
    pub accept_due: Option<i64>,
    pub lease_owner: Uuid,
    pub lease_until: i64,
    pub traceparent: Option<String>,
}

/// None: services scope by workspace and join nothing.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
