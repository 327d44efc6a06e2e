//! A secret by which a browser goes on with its session.

use sea_orm::entity::prelude::*;

/// A secret by which a browser goes on with its session.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "visitor_sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// Column `id`.
    pub id: Uuid,
    /// Column `workspace_id`.
    pub workspace_id: Uuid,
    /// Column `contact_id`.
    pub contact_id: Uuid,
    /// Column `assistant_id`.
    pub assistant_id: Uuid,
    /// Column `secret_hash`.
    pub secret_hash: Vec<u8>,
    /// Column `former_hash`: the secret that this one follows.
    pub former_hash: Option<Vec<u8>>,
    /// Column `rotated_at`: when this secret was given.
    pub rotated_at: i64,
    /// Column `expires_at`.
    pub expires_at: i64,
}

/// None: a row never names another room's table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
