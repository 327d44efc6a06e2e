//! Contacts: one row each, changed under its lock.

use std::sync::Arc;

use async_trait::async_trait;
use baton_kit::{
    data::{Engine, StoreError, Unit},
    life::ids::WorkspaceId,
};
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait as _, Condition, EntityTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Select,
    sea_query::LockType,
};
use uuid::Uuid;

use super::{
    SqlStore,
    entity::{contact, conversation},
    rows,
};
use crate::{
    application::ports::{
        Page,
        contacts::{ContactChange, ContactCursor, ContactRefused, ContactStore},
    },
    domain::{
        contact::{Contact, ContactEdit, EmailAddress},
        ids::{ContactId, ConversationId},
    },
};

#[async_trait]
impl ContactStore for SqlStore {
    async fn contact(&self, workspace: WorkspaceId, id: ContactId) -> Result<Option<Contact>, StoreError> {
        let found = of(workspace).filter(contact::Column::Id.eq(id.uuid()));
        found.one(self.database.reader()).await?.map(known).transpose()
    }

    async fn contacts(
        &self,
        workspace: WorkspaceId,
        page: Page<ContactCursor>,
    ) -> Result<Vec<Contact>, StoreError> {
        let mut query = of(workspace);
        if let Some(after) = page.after {
            let same_time =
                contact::Column::CreatedAt.eq(after.created_at).and(contact::Column::Id.lt(after.id.uuid()));
            let older = contact::Column::CreatedAt.lt(after.created_at);
            query = query.filter(Condition::any().add(older).add(same_time));
        }
        let ordered = query.order_by_desc(contact::Column::CreatedAt).order_by_desc(contact::Column::Id);
        let found = ordered.limit(u64::from(page.size)).all(self.database.reader()).await?;
        found.into_iter().map(known).collect()
    }

    async fn edit_contact(&self, change: ContactChange) -> Result<Contact, ContactRefused> {
        let change = Arc::new(change);
        let write = self.database.write(move |unit| {
            let change = Arc::clone(&change);
            Box::pin(async move {
                let ContactChange { workspace, contact, edit, etag } = &*change;
                let before = held(unit, *workspace, *contact).await?.ok_or(ContactRefused::NotFound)?;
                let current = before.etag();
                if *etag != current {
                    return Err(ContactRefused::Stale { etag: current });
                }
                Ok(edited(unit, before, edit.clone()).await?)
            })
        });
        write.await
    }

    async fn leave_email(
        &self,
        workspace: WorkspaceId,
        id: ContactId,
        email: EmailAddress,
    ) -> Result<bool, StoreError> {
        self.database
            .write(move |unit| {
                let edit = ContactEdit { email: Some(Some(email.clone())), ..ContactEdit::default() };
                Box::pin(async move {
                    let Some(before) = held(unit, workspace, id).await? else { return Ok(false) };
                    edited(unit, before, edit).await.map(|_| true)
                })
            })
            .await
    }

    async fn waiting_of(
        &self,
        workspace: WorkspaceId,
        contact: ContactId,
    ) -> Result<Vec<ConversationId>, StoreError> {
        let found: Vec<Uuid> = conversation::Entity::find()
            .select_only()
            .column(conversation::Column::Id)
            .filter(conversation::Column::WorkspaceId.eq(workspace.uuid()))
            .filter(conversation::Column::ContactId.eq(contact.uuid()))
            .filter(conversation::Column::OpenHandoffId.is_not_null())
            .into_tuple()
            .all(self.database.reader())
            .await?;
        Ok(found.into_iter().map(ConversationId::from_uuid).collect())
    }
}

fn of(workspace: WorkspaceId) -> Select<contact::Entity> {
    contact::Entity::find().filter(contact::Column::WorkspaceId.eq(workspace.uuid()))
}

/// A contact, held until the unit ends.
pub(super) async fn held(
    unit: &Unit,
    workspace: WorkspaceId,
    id: ContactId,
) -> Result<Option<Contact>, StoreError> {
    let mut query = of(workspace).filter(contact::Column::Id.eq(id.uuid()));
    if unit.engine() == Engine::Postgres {
        query = query.lock(LockType::NoKeyUpdate);
    }
    query.one(unit.tx()).await?.map(known).transpose()
}

/// Saves what an edit makes of a contact that is held.
pub(super) async fn edited(unit: &Unit, before: Contact, edit: ContactEdit) -> Result<Contact, StoreError> {
    let Some(after) = before.edited(edit) else { return Ok(before) };
    let row = contact::ActiveModel {
        id: Unchanged(after.id.uuid()),
        display_name: Set(after.display_name.clone()),
        email: Set(after.email.as_ref().map(|email| email.as_str().to_owned())),
        revision: Set(after.revision),
        ..Default::default()
    };
    contact::Entity::update(row).exec(unit.tx()).await?;
    Ok(after)
}

fn known(row: contact::Model) -> Result<Contact, StoreError> {
    Ok(Contact {
        id: ContactId::from_uuid(row.id),
        workspace: WorkspaceId::from_uuid(row.workspace_id),
        external_id: row.external_id,
        display_name: row.display_name,
        email: row.email.map(EmailAddress::new),
        created_at: rows::time("contacts", row.id, row.created_at)?,
        revision: row.revision,
    })
}
