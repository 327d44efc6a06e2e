//! Joins the text to the facts of the feed: one statement a page for whose conversations they are, and one for each kind of thing they are
//! about that is in it.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use async_trait::async_trait;
use baton_kit::data::{Fact, StoreError};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use uuid::Uuid;

use super::{
    SqlStore, brief_rows,
    entity::{brief, contact, head, message, note},
    rows,
};
use crate::{
    application::ports::{About, FeedItem, FeedReader},
    domain::{
        brief::Brief,
        effects::EventKind,
        ids::{ContactId, ConversationId, EventId},
        message::Message,
        note::Note,
        read_mark::{ReadMark, Reader},
    },
};

#[async_trait]
impl FeedReader for SqlStore {
    async fn feed_items(&self, facts: &[Arc<Fact>]) -> Result<Vec<FeedItem>, StoreError> {
        if facts.is_empty() {
            return Ok(Vec::new());
        }
        let contacts = self.contacts_of(facts).await?;
        let reached = self.reached_of(facts, &contacts).await?;
        let mut joined = Joined {
            messages: self.messages_of(facts).await?,
            notes: self.notes_of(facts).await?,
            briefs: self.briefs_of(facts).await?,
        };
        let item = |fact: &Arc<Fact>| {
            let contact = *contacts.get(&fact.subject)?;
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
                control_epoch: fact.fence,
                email_known: reached.contains(&contact),
                about: joined.about(fact)?,
            })
        };
        Ok(facts.iter().filter_map(item).collect())
    }
}

/// What the facts of a page are about.
struct Joined {
    messages: HashMap<Uuid, Message>,
    notes: HashMap<Uuid, Note>,
    briefs: HashMap<Uuid, Brief>,
}

impl Joined {
    /// What a fact is about; `None` if that was erased since. A brief goes when another one is made, which is no reason to hide that it was.
    fn about(&mut self, fact: &Fact) -> Option<About> {
        Some(match kind(fact.kind) {
            Some(EventKind::MessagePosted) => About::Message(self.messages.remove(&fact.item?)?),
            Some(EventKind::NoteChanged) => About::Note(self.notes.remove(&fact.item?)?),
            Some(EventKind::BriefAttached) => {
                self.briefs.remove(&fact.item?).map_or(About::Replaced, About::Brief)
            }
            Some(EventKind::ReadMarked) => About::ReadMark(read_mark(fact)?),
            _ => About::State(fact.body.clone()),
        })
    }
}

/// The fact is the mark: who, how far, when.
fn read_mark(fact: &Fact) -> Option<ReadMark> {
    let reader = Reader::try_from(rows::actor(fact.actor_kind, fact.actor)?).ok()?;
    Some(ReadMark { reader, sequence: fact.sequence?, at: fact.at })
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

    /// Which contacts it is known of where they are reached; asked only for facts that carry a state.
    async fn reached_of(
        &self,
        facts: &[Arc<Fact>],
        contacts: &HashMap<Uuid, ContactId>,
    ) -> Result<HashSet<ContactId>, StoreError> {
        let stated = facts.iter().filter(|fact| !fact.body.is_empty());
        let ids: HashSet<Uuid> =
            stated.filter_map(|fact| contacts.get(&fact.subject)).map(|id| id.uuid()).collect();
        if ids.is_empty() {
            return Ok(HashSet::new());
        }
        let found: Vec<Uuid> = contact::Entity::find()
            .select_only()
            .column(contact::Column::Id)
            .filter(contact::Column::Id.is_in(ids))
            .filter(contact::Column::Email.is_not_null())
            .into_tuple()
            .all(self.database.reader())
            .await?;
        Ok(found.into_iter().map(ContactId::from_uuid).collect())
    }

    async fn briefs_of(&self, facts: &[Arc<Fact>]) -> Result<HashMap<Uuid, Brief>, StoreError> {
        let ids = items(facts, EventKind::BriefAttached);
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let found = brief::Entity::find().filter(brief::Column::Id.is_in(ids));
        let found = found.all(self.database.reader()).await?;
        found.into_iter().map(|row| Ok((row.id, brief_rows::brief(row)?))).collect()
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
        K::BriefAttached,
        K::ReadMarked,
        K::ReplyOverdue,
    ];
    all.into_iter().find(|kind| *kind as i32 == number)
}
