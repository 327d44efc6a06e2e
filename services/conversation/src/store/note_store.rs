//! Notes: the row, the revision it makes, its event, in one transaction.

use std::sync::Arc;

use async_trait::async_trait;
use baton_kit::data::{Recalled, RequestKey, StoreError, Unit};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use super::{
    SqlStore,
    entity::{head, note},
    persist::{Saving, in_scope},
    rows,
};
use crate::{
    application::ports::{NewNote, NoteRefused, NoteStore, Scope},
    domain::{effects::EventKind, ids::ConversationId, message::Actor, note::Note},
};

#[async_trait]
impl NoteStore for SqlStore {
    async fn leave(&self, note: NewNote) -> Result<Note, NoteRefused> {
        let (store, note) = (self.clone(), Arc::new(note));
        let write = self.database.write(move |unit| {
            let (store, note) = (store.clone(), Arc::clone(&note));
            Box::pin(async move { store.leave_once(unit, &note).await })
        });
        write.await
    }

    async fn notes(
        &self,
        scope: Scope,
        conversation: ConversationId,
        after: i64,
        limit: u32,
    ) -> Result<Option<Vec<Note>>, StoreError> {
        let head = head::Entity::find_by_id(conversation.uuid()).one(self.database.reader()).await?;
        if !head.is_some_and(|head| in_scope(&head, scope)) {
            return Ok(None);
        }
        let found = note::Entity::find()
            .filter(note::Column::WorkspaceId.eq(scope.workspace.uuid()))
            .filter(note::Column::ConversationId.eq(conversation.uuid()))
            .filter(note::Column::Revision.gt(after))
            .order_by_asc(note::Column::Revision)
            .limit(u64::from(limit));
        let found = found.all(self.database.reader()).await?;
        found.into_iter().map(rows::note).collect::<Result<_, _>>().map(Some)
    }
}

impl SqlStore {
    async fn leave_once(&self, unit: &Unit, new: &NewNote) -> Result<Note, NoteRefused> {
        let key = RequestKey {
            workspace: new.scope.workspace,
            principal: new.author.to_string(),
            method: "CreateNote",
            request_id: new.request_id.clone(),
        };
        let fingerprint = format!("{} {}", new.conversation, new.text).into_bytes();
        match unit.recall(&key, &fingerprint).await? {
            Recalled::Other => Err(NoteRefused::Reused),
            Recalled::Same(id) => self.stored_note(unit, &id).await,
            Recalled::New => {
                let note = self.leave_in(unit, new).await?;
                unit.remember(&key, &fingerprint, note.id.uuid().as_bytes()).await?;
                Ok(note)
            }
        }
    }

    async fn stored_note(&self, unit: &Unit, id: &[u8]) -> Result<Note, NoteRefused> {
        let broken = |why: String| StoreError::Broken(format!("idempotency of CreateNote: {why}"));
        let id = Uuid::from_slice(id).map_err(|error| broken(error.to_string()))?;
        let row = note::Entity::find_by_id(id).one(unit.tx()).await.map_err(StoreError::from)?;
        // A note erased since is answered like one that never was.
        Ok(rows::note(row.ok_or(NoteRefused::NotFound)?)?)
    }

    async fn leave_in(&self, unit: &Unit, new: &NewNote) -> Result<Note, NoteRefused> {
        let held = self.load_held(unit, new.scope, new.conversation).await?;
        let mut it = held.ok_or(NoteRefused::NotFound)?;
        it.revision += 1;
        let note = Note {
            id: new.id,
            conversation: it.id,
            after_sequence: it.last_sequence,
            revision: it.revision,
            author: new.author,
            text: new.text.clone(),
            created_at: new.at,
        };
        let row = note::ActiveModel {
            id: Set(note.id.uuid()),
            workspace_id: Set(it.workspace.uuid()),
            conversation_id: Set(it.id.uuid()),
            after_sequence: Set(note.after_sequence),
            revision: Set(note.revision),
            author_id: Set(note.author.uuid()),
            body: Set(note.text.clone()),
            created_at: Set(note.created_at.as_microsecond()),
        };
        head::Entity::update(rows::head_row(&it)).exec(unit.tx()).await.map_err(StoreError::from)?;
        note::Entity::insert(row).exec_without_returning(unit.tx()).await.map_err(StoreError::from)?;
        let saving = Saving { store: self, unit, by: Actor::Member(new.author), at: new.at };
        saving.publish_item(&it, EventKind::NoteChanged, note.revision, Some(note.id.uuid())).await?;
        Ok(note)
    }
}
