//! Joins the text to the facts of the feed: one statement a page for messages, one for whose conversations they are.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use baton_kit::data::{Fact, StoreError};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use super::{
    SqlStore,
    entity::{head, message, note},
    rows,
};
use crate::{
    application::ports::{FeedItem, FeedReader},
    domain::{
        effects::EventKind,
        ids::{ContactId, ConversationId, EventId},
        message::Message,
        note::Note,
    },
};

#[async_trait]
impl FeedReader for SqlStore {
    async fn feed_items(&self, facts: &[Arc<Fact>]) -> Result<Vec<FeedItem>, StoreError> {
        if facts.is_empty() {
            return Ok(Vec::new());
        }
        let contacts = self.contacts_of(facts).await?;
        let mut messages = self.messages_of(facts).await?;
        let mut notes = self.notes_of(facts).await?;
        let item = |fact: &Arc<Fact>| {
            let contact = *contacts.get(&fact.subject)?;
            let message = take(&mut messages, fact, EventKind::MessagePosted)?;
            let note = take(&mut notes, fact, EventKind::NoteChanged)?;
            Some(FeedItem {
                position: fact.position,
                id: EventId::from_uuid(fact.event_id),
                workspace: fact.workspace,
                conversation: ConversationId::from_uuid(fact.subject),
                contact,
                kind: kind(fact.kind),
                revision: fact.revision,
                actor: rows::actor(fact.actor_kind, fact.actor),
                at: fact.at,
                message,
                note,
                state: fact.body.clone(),
            })
        };
        Ok(facts.iter().filter_map(item).collect())
    }
}

impl SqlStore {
    async fn contacts_of(&self, facts: &[Arc<Fact>]) -> Result<HashMap<Uuid, ContactId>, StoreError> {
        let mut ids: Vec<Uuid> = facts.iter().map(|fact| fact.subject).collect();
        ids.sort_unstable();
        ids.dedup();
        let heads = head::Entity::find()
            .filter(head::Column::ConversationId.is_in(ids))
            .all(self.database.reader())
            .await?;
        Ok(heads
            .into_iter()
            .map(|head| (head.conversation_id, ContactId::from_uuid(head.contact_id)))
            .collect())
    }

    async fn messages_of(&self, facts: &[Arc<Fact>]) -> Result<HashMap<Uuid, Message>, StoreError> {
        let ids = items(facts, EventKind::MessagePosted);
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let found = message::Entity::find().filter(message::Column::Id.is_in(ids));
        let found = found.all(self.database.reader()).await?;
        found.into_iter().map(|row| Ok((row.id, rows::message(row)?))).collect()
    }

    async fn notes_of(&self, facts: &[Arc<Fact>]) -> Result<HashMap<Uuid, Note>, StoreError> {
        let ids = items(facts, EventKind::NoteChanged);
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let found =
            note::Entity::find().filter(note::Column::Id.is_in(ids)).all(self.database.reader()).await?;
        found.into_iter().map(|row| Ok((row.id, rows::note(row)?))).collect()
    }
}

/// What facts of a kind are about.
fn items(facts: &[Arc<Fact>], kind: EventKind) -> Vec<Uuid> {
    facts.iter().filter(|fact| fact.kind == kind as i32).filter_map(|fact| fact.item).collect()
}

/// What a fact is about, if it is of this kind: `Some(None)` if it is not, `None` if what it was about is gone.
fn take<T>(found: &mut HashMap<Uuid, T>, fact: &Fact, kind: EventKind) -> Option<Option<T>> {
    if fact.kind != kind as i32 {
        return Some(None);
    }
    found.remove(&fact.item?).map(Some)
}

fn kind(number: i32) -> Option<EventKind> {
    use EventKind as K;
    let all = [
        K::ConversationStarted,
        K::MessagePosted,
        K::ControlChanged,
        K::AssignmentChanged,
        K::StatusChanged,
        K::PriorityChanged,
        K::HandoffChanged,
        K::NoteChanged,
    ];
    all.into_iter().find(|kind| *kind as i32 == number)
}
