//! Contacts: one row each, changed under its lock.

use std::sync::Arc;

use async_trait::async_trait;
use baton_kit::{
    data::{Engine, StoreError, Unit},
    life::ids::WorkspaceId,
};
use jiff::Timestamp;
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
    persist::Saving,
    rows,
};
use crate::{
    application::ports::{
        ChangeRefused, Page, Scope,
        contacts::{ContactChange, ContactCursor, ContactRefused, ContactStore, LeftEmail},
    },
    domain::{
        commands::Command,
        contact::{Contact, ContactEdit, EmailAddress},
        conversation::Conversation,
        effects::Effects,
        ids::{ContactId, ConversationId},
        message::Actor,
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

    async fn edit_contact(&self, change: ContactChange, now: Timestamp) -> Result<Contact, ContactRefused> {
        let (store, change) = (self.clone(), Arc::new(change));
        let write = self.database.write(move |unit| {
            let (store, change) = (store.clone(), Arc::clone(&change));
            Box::pin(async move { store.edit_held(unit, &change, now).await })
        });
        write.await
    }

    async fn leave_email(&self, left: LeftEmail) -> Result<(), ContactRefused> {
        let (store, left) = (self.clone(), Arc::new(left));
        let write = self.database.write(move |unit| {
            let (store, left) = (store.clone(), Arc::clone(&left));
            Box::pin(async move { store.keep_address(unit, &left).await })
        });
        write.await
    }
}

impl SqlStore {
    async fn edit_held(
        &self,
        unit: &Unit,
        change: &ContactChange,
        now: Timestamp,
    ) -> Result<Contact, ContactRefused> {
        let ContactChange { workspace, contact, edit, etag } = change;
        let waiting = match edit.email {
            Some(Some(_)) => self.hold_waiting(unit, Scope::all_of_contact(*workspace, *contact)).await?,
            Some(None) | None => Vec::new(),
        };
        let before = held(unit, *workspace, *contact).await?.ok_or(ContactRefused::NotFound)?;
        let current = before.etag();
        if *etag != current {
            return Err(ContactRefused::Stale { etag: current });
        }
        let after = edited(unit, before, edit.clone()).await?;
        self.promise_by_mail(unit, &waiting, (Actor::System, now)).await?;
        Ok(after)
    }

    async fn keep_address(&self, unit: &Unit, left: &LeftEmail) -> Result<(), ContactRefused> {
        let LeftEmail { scope, contact, email, at } = left;
        let waiting = self.hold_waiting(unit, *scope).await?;
        let before = held(unit, scope.workspace, *contact).await?.ok_or(ContactRefused::NotFound)?;
        if !scope.may_say_address(before.email.as_ref(), email) {
            return Err(ContactRefused::AddressKnown);
        }
        let edit = ContactEdit { email: Some(Some(email.clone())), ..ContactEdit::default() };
        edited(unit, before, edit).await?;
        self.promise_by_mail(unit, &waiting, (Actor::Visitor(*contact), *at)).await?;
        Ok(())
    }

    /// Which of a contact's conversations wait for a person, at most one an assistant: held until the unit ends, and before the contact,
    /// as by every command that touches both. A deadline that passes meanwhile waits, and then finds the address.
    async fn hold_waiting(&self, unit: &Unit, scope: Scope) -> Result<Vec<Conversation>, StoreError> {
        let found: Vec<Uuid> = conversation::Entity::find()
            .select_only()
            .column(conversation::Column::Id)
            .filter(conversation::Column::WorkspaceId.eq(scope.workspace.uuid()))
            .filter(conversation::Column::ContactId.eq(scope.contact.map(ContactId::uuid)))
            .filter(conversation::Column::OpenHandoffId.is_not_null())
            .order_by_asc(conversation::Column::Id)
            .into_tuple()
            .all(unit.tx())
            .await?;
        let mut waiting = Vec::new();
        for id in found {
            waiting.extend(self.load_held(unit, scope, ConversationId::from_uuid(id)).await?);
        }
        Ok(waiting)
    }

    /// Whoever could not be told before is promised an answer by mail, now that they are reached.
    async fn promise_by_mail(
        &self,
        unit: &Unit,
        waiting: &[Conversation],
        (by, at): (Actor, Timestamp),
    ) -> Result<(), StoreError> {
        for before in waiting {
            let now = self.now(unit, before, &Command::EmailKnown, at).await?;
            let (mut after, mut effects) = (before.clone(), Effects::default());
            if after.email_became_known(&now, &mut effects) {
                let saving = Saving { store: self, unit, by, at };
                saving.save(before, &mut after, &effects).await.map_err(of_saving)?;
            }
        }
        Ok(())
    }
}

/// A promise moves nobody's load: what is left is the store's.
fn of_saving(refused: ChangeRefused) -> StoreError {
    match refused {
        ChangeRefused::Store(error) => error,
        other => StoreError::Broken(other.to_string()),
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
