//! The head of a thread: one row by its key.

use async_trait::async_trait;
use baton_kit::data::StoreError;
use sea_orm::EntityTrait as _;

use super::{SqlStore, entity::head, persist::in_scope};
use crate::{
    application::ports::{
        Scope,
        heads::{HeadFinder, ThreadHead},
    },
    domain::ids::{ContactId, ConversationId},
};

#[async_trait]
impl HeadFinder for SqlStore {
    async fn head(&self, scope: Scope, id: ConversationId) -> Result<Option<ThreadHead>, StoreError> {
        let found = head::Entity::find_by_id(id.uuid()).one(self.database.reader()).await?;
        Ok(found.filter(|head| in_scope(head, scope)).map(|head| ThreadHead {
            contact: ContactId::from_uuid(head.contact_id),
            control_epoch: head.control_epoch,
        }))
    }
}
