//! A message.

use sea_orm::entity::prelude::*;

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "messages")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// Column `id`.
    pub id: Uuid,
    /// Column `workspace_id`.
    pub workspace_id: Uuid,
    /// Column `conversation_id`.
    pub conversation_id: Uuid,
    /// Column `sequence`.
    pub sequence: i64,
    /// Column `revision`.
    pub revision: i64,
    /// Column `author_kind`.
    pub author_kind: i32,
    /// Column `author_id`.
    pub author_id: Uuid,
    /// Column `client_message_id`.
    pub client_message_id: String,
    #[sea_orm(column_type = "Text")]
    /// Column `body`.
    pub body: String,
    /// Column `control_epoch`.
    pub control_epoch: i64,
    /// Column `notice`.
    pub notice: Option<i32>,
    /// Column `sources`.
    pub sources: Option<String>,
    /// Column `external_id`.
    pub external_id: Option<String>,
    /// Column `delivery_state`.
    pub delivery_state: i32,
    /// Column `created_at`.
    pub created_at: i64,
}

/// None: a row never names another room's table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
