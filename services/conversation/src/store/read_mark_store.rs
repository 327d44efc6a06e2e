//! Read marks: the row, the revision it makes, its event, in one transaction. The event is the mark: its actor, its sequence, its time.

use async_trait::async_trait;
use baton_kit::data::{StoreError, Unit};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, sea_query::OnConflict,
};
use uuid::Uuid;

use super::{
    SqlStore,
    entity::{head, read_mark},
    persist::{Saving, in_scope},
    rows,
};
use crate::{
    application::ports::{
        Scope,
        read_marks::{MarkRefused, NewMark, ReadMarkStore},
    },
    domain::{
        conversation::Conversation,
        ids::ConversationId,
        read_mark::{ReadMark, Reader},
    },
};

#[async_trait]
impl ReadMarkStore for SqlStore {
    async fn mark(&self, mark: NewMark) -> Result<ReadMark, MarkRefused> {
        let store = self.clone();
        let write = self.database.write(move |unit| {
            let store = store.clone();
            Box::pin(async move { store.mark_in(unit, mark).await })
        });
        write.await
    }

    async fn marks(
        &self,
        scope: Scope,
        conversation: ConversationId,
        limit: u32,
    ) -> Result<Option<Vec<ReadMark>>, StoreError> {
        let head = head::Entity::find_by_id(conversation.uuid()).one(self.database.reader()).await?;
        if !head.is_some_and(|head| in_scope(&head, scope)) {
            return Ok(None);
        }
        let found = read_mark::Entity::find()
            .filter(read_mark::Column::WorkspaceId.eq(scope.workspace.uuid()))
            .filter(read_mark::Column::ConversationId.eq(conversation.uuid()))
            .order_by_desc(read_mark::Column::UpdatedAt)
            .order_by_desc(read_mark::Column::ReaderId)
            .limit(u64::from(limit));
        let found = found.all(self.database.reader()).await?;
        found.into_iter().map(known).collect::<Result<_, _>>().map(Some)
    }
}

impl SqlStore {
    async fn mark_in(&self, unit: &Unit, new: NewMark) -> Result<ReadMark, MarkRefused> {
        let held = self.load_held(unit, new.scope, new.conversation).await?;
        let mut it = held.ok_or(MarkRefused::NotFound)?;
        if new.sequence > it.last_sequence {
            return Err(MarkRefused::BeyondEnd { last_sequence: it.last_sequence });
        }
        // Under the lock of the conversation: two marks of one reader at once come one after the other.
        let (kind, id) = columns(new.reader);
        let key = (it.id.uuid(), kind, id);
        let before = read_mark::Entity::find_by_id(key).one(unit.tx()).await.map_err(StoreError::from)?;
        if let Some(row) = before.filter(|row| row.sequence >= new.sequence) {
            return Ok(known(row)?);
        }
        it.revision += 1;
        let mark = ReadMark { reader: new.reader, sequence: new.sequence, at: new.at };
        self.keep_mark(unit, &it, mark).await?;
        Ok(mark)
    }

    async fn keep_mark(&self, unit: &Unit, it: &Conversation, mark: ReadMark) -> Result<(), StoreError> {
        head::Entity::update(rows::head_row(it)).exec(unit.tx()).await?;
        let (reader_kind, reader_id) = columns(mark.reader);
        let row = read_mark::ActiveModel {
            conversation_id: Set(it.id.uuid()),
            reader_kind: Set(reader_kind),
            reader_id: Set(reader_id),
            workspace_id: Set(it.workspace.uuid()),
            sequence: Set(mark.sequence),
            updated_at: Set(mark.at.as_microsecond()),
        };
        let further = OnConflict::columns([
            read_mark::Column::ConversationId,
            read_mark::Column::ReaderKind,
            read_mark::Column::ReaderId,
        ])
        .update_columns([read_mark::Column::Sequence, read_mark::Column::UpdatedAt])
        .to_owned();
        read_mark::Entity::insert(row).on_conflict(further).exec_without_returning(unit.tx()).await?;
        let saving = Saving { store: self, unit, by: mark.reader.into(), at: mark.at };
        saving.publish_read(it, mark.sequence).await
    }
}

fn columns(reader: Reader) -> (i32, Uuid) {
    let (kind, id) = rows::actor_columns(reader.into());
    (kind, id.unwrap_or_default())
}

fn known(row: read_mark::Model) -> Result<ReadMark, StoreError> {
    let broken = || rows::broken("read_marks", row.reader_id, "reader_kind");
    let reader = rows::actor(row.reader_kind, Some(row.reader_id)).ok_or_else(broken)?;
    Ok(ReadMark {
        reader: Reader::try_from(reader).map_err(|_| broken())?,
        sequence: row.sequence,
        at: rows::time("read_marks", row.reader_id, row.updated_at)?,
    })
}
