//! Reads what a letter is written from: conversation, brief, mark and messages as of one moment.
//!
//! Reads hold nothing here. Whatever changes a conversation, its messages, marks and briefs raises its revision in the same transaction:
//! if that is the same before and after, all of these were read of one state. Names and addresses have no part in that revision: they are
//! what they are when they are read.

use async_trait::async_trait;
use baton_kit::{data::StoreError, life::ids::WorkspaceId};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};

use super::{
    SqlStore, brief_rows,
    entity::{assistant, brief, head, message, read_mark},
    rows,
};
use crate::{
    application::ports::{
        ConversationReader as _, Scope,
        contacts::ContactStore as _,
        correspondence::{Addressee, Correspondence, CorrespondenceReader},
        names::NameFinder as _,
    },
    domain::{
        brief::Brief,
        conversation::Conversation,
        ids::{ConversationId, MemberId},
        message::{Actor, Message},
        names::Speakers,
    },
};

/// A conversation that changes while it is read is read again, this often at most.
const TRIES: usize = 8;
/// How many handoffs back a language is looked for.
const BRIEFS: u64 = 8;
/// `author_kind` of messages.
const VISITOR: i32 = 1;
const MEMBER: i32 = 3;

#[async_trait]
impl CorrespondenceReader for SqlStore {
    async fn correspondence(
        &self,
        workspace: WorkspaceId,
        id: ConversationId,
        to: Addressee,
        limit: u32,
    ) -> Result<Option<Correspondence>, StoreError> {
        for _ in 0..TRIES {
            let Some(it) = self.find(Scope::all_of(workspace), id).await? else { return Ok(None) };
            let revision = it.revision;
            let read = self.around(it, to, limit).await?;
            if self.revision(id).await? == Some(revision) {
                return Ok(Some(read));
            }
        }
        Err(StoreError::Unavailable(format!("{id} changes faster than it can be read")))
    }
}

impl SqlStore {
    async fn around(
        &self,
        it: Conversation,
        to: Addressee,
        limit: u32,
    ) -> Result<Correspondence, StoreError> {
        let read_sequence = self.read_by(&it, to).await?;
        let unread = self.unread(&it, to, (read_sequence, limit)).await?;
        let names = self.names_anywhere(&Speakers::of(unread.iter().map(|message| message.author))).await?;
        let briefs = self.briefs_of_thread(&it).await?;
        let language =
            briefs.iter().map(|brief| &brief.findings.language).find(|language| !language.is_empty());
        let of_last = |brief: &&Brief| it.handoff.as_ref().is_some_and(|handoff| handoff.id == brief.handoff);
        Ok(Correspondence {
            brief: briefs.iter().find(of_last).cloned(),
            language: language.cloned().unwrap_or_default(),
            contact: self.contact(it.workspace, it.contact).await?,
            assistant_name: self.assistant_name(&it).await?,
            conversation: it,
            read_sequence,
            unread,
            names,
        })
    }

    async fn revision(&self, id: ConversationId) -> Result<Option<i64>, StoreError> {
        let head = head::Entity::find_by_id(id.uuid()).one(self.database.reader()).await?;
        Ok(head.map(|head| head.revision))
    }

    /// Up to where somebody has read: by their mark, or because they wrote themselves. Who answers a message has seen it.
    async fn read_by(&self, it: &Conversation, to: Addressee) -> Result<i64, StoreError> {
        let (reader, wrote) = match to {
            Addressee::Visitor => (Actor::Visitor(it.contact), it.last_visitor_sequence),
            Addressee::Member(id) => (Actor::Member(id), self.last_word_of(it, id).await?),
        };
        let (kind, id) = rows::actor_columns(reader);
        let key = (it.id.uuid(), kind, id.unwrap_or_default());
        let mark = read_mark::Entity::find_by_id(key).one(self.database.reader()).await?;
        Ok(mark.map_or(0, |mark| mark.sequence).max(wrote))
    }

    /// The sequence of a member's last message; 0 for none.
    async fn last_word_of(&self, it: &Conversation, member: MemberId) -> Result<i64, StoreError> {
        let last = message::Entity::find()
            .select_only()
            .column(message::Column::Sequence)
            .filter(message::Column::WorkspaceId.eq(it.workspace.uuid()))
            .filter(message::Column::ConversationId.eq(it.id.uuid()))
            .filter(message::Column::AuthorKind.eq(MEMBER))
            .filter(message::Column::AuthorId.eq(member.uuid()))
            .order_by_desc(message::Column::Sequence)
            .limit(1);
        let last: Option<i64> = last.into_tuple().one(self.database.reader()).await?;
        Ok(last.unwrap_or(0))
    }

    async fn unread(
        &self,
        it: &Conversation,
        to: Addressee,
        (read_sequence, limit): (i64, u32),
    ) -> Result<Vec<Message>, StoreError> {
        let written_by = match to {
            Addressee::Visitor => MEMBER,
            Addressee::Member(_) => VISITOR,
        };
        let newest = message::Entity::find()
            .filter(message::Column::WorkspaceId.eq(it.workspace.uuid()))
            .filter(message::Column::ConversationId.eq(it.id.uuid()))
            .filter(message::Column::Sequence.gt(read_sequence))
            .filter(message::Column::AuthorKind.eq(written_by))
            .order_by_desc(message::Column::Sequence)
            .limit(u64::from(limit));
        let newest = newest.all(self.database.reader()).await?;
        newest.into_iter().rev().map(rows::message).collect()
    }

    /// Those of a thread's handoffs, newest first.
    async fn briefs_of_thread(&self, it: &Conversation) -> Result<Vec<Brief>, StoreError> {
        let found = brief::Entity::find()
            .filter(brief::Column::WorkspaceId.eq(it.workspace.uuid()))
            .filter(brief::Column::ConversationId.eq(it.id.uuid()))
            .order_by_desc(brief::Column::Revision)
            .limit(BRIEFS);
        found.all(self.database.reader()).await?.into_iter().map(brief_rows::brief).collect()
    }

    async fn assistant_name(&self, it: &Conversation) -> Result<String, StoreError> {
        let known = assistant::Entity::find_by_id(it.assistant.uuid())
            .filter(assistant::Column::WorkspaceId.eq(it.workspace.uuid()));
        Ok(known.one(self.database.reader()).await?.map(|row| row.name).unwrap_or_default())
    }
}
