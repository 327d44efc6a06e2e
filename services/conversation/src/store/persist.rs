//! Saves what a command did: rows, notices, loads, deadlines and events, in the unit that loaded them.

use baton_kit::data::{Engine, NewFact, StoreError, Unit};
use jiff::Timestamp;
use sea_orm::{EntityTrait as _, QuerySelect as _, sea_query::OnConflict};
use uuid::Uuid;

use super::{
    SqlStore,
    entity::{conversation, handoff, head},
    rows,
};
use crate::{
    application::ports::{ChangeRefused, Scope},
    domain::{
        conversation::Conversation,
        effects::{DeadlineEdit, DeadlineKind, Effects, EventKind, LoadChange, Stage},
        ids::{ConversationId, MemberId, MessageId},
        message::{Actor, Author, Message, Notice},
    },
};

/// What changes of a handoff while it lives.
const CHANGING: [handoff::Column; 8] = [
    handoff::Column::State,
    handoff::Column::ClosedAt,
    handoff::Column::AssignedBy,
    handoff::Column::PromiseText,
    handoff::Column::PromiseBy,
    handoff::Column::PromiseOutsideHours,
    handoff::Column::FallbackPromisedAt,
    handoff::Column::AlarmedAt,
];

/// A change under way in one unit.
pub(super) struct Saving<'a> {
    pub store: &'a SqlStore,
    pub unit: &'a Unit,
    pub by: Actor,
    pub at: Timestamp,
}

impl SqlStore {
    /// Loads a conversation and holds it until the unit ends.
    pub(super) async fn load_held(
        &self,
        unit: &Unit,
        scope: Scope,
        id: ConversationId,
    ) -> Result<Option<Conversation>, StoreError> {
        let mut query = head::Entity::find_by_id(id.uuid());
        if unit.engine() == Engine::Postgres {
            query = query.lock(sea_orm::sea_query::LockType::NoKeyUpdate);
        }
        let Some(head) = query.one(unit.tx()).await? else {
            return Ok(None);
        };
        if !in_scope(&head, scope) {
            return Ok(None);
        }
        let row = conversation::Entity::find_by_id(id.uuid()).one(unit.tx()).await?;
        let row =
            row.ok_or_else(|| StoreError::Broken(format!("conversation_heads {id}: no conversation")))?;
        let last = match row.handoff_id {
            Some(id) => handoff::Entity::find_by_id(id).one(unit.tx()).await?,
            None => None,
        };
        rows::conversation(row, head, last).map(Some)
    }
}

/// Whether a scope sees a conversation.
pub(super) fn in_scope(head: &head::Model, scope: Scope) -> bool {
    head.workspace_id == scope.workspace.uuid()
        && scope.reaches(ConversationId::from_uuid(head.conversation_id))
        && scope.contact.is_none_or(|contact| contact.uuid() == head.contact_id)
}

impl Saving<'_> {
    /// Saves a changed conversation with everything its command did. Counts notices and events into it.
    pub(super) async fn save(
        &self,
        before: &Conversation,
        after: &mut Conversation,
        effects: &Effects,
    ) -> Result<(), ChangeRefused> {
        self.move_loads(after, &effects.loads).await?;
        let mut notices = Vec::new();
        for notice in &effects.notices {
            notices.push(self.notice(after, *notice));
        }
        let first_event = after.revision + 1;
        after.revision += i64::try_from(effects.events.len()).unwrap_or(0);
        self.save_rows(before, after).await?;
        for message in &notices {
            self.insert_message(after, message).await?;
        }
        for (revision, kind) in (first_event..).zip(&effects.events) {
            self.publish_state(after, *kind, revision).await?;
        }
        self.edit_deadlines(after, &effects.deadlines).await?;
        Ok(())
    }

    /// A notice at the next place of the thread.
    fn notice(&self, after: &mut Conversation, notice: Notice) -> Message {
        after.last_sequence += 1;
        after.revision += 1;
        after.last_activity_at = self.at;
        let id = MessageId::from_uuid(self.store.ids.next());
        Message {
            id,
            conversation: after.id,
            sequence: after.last_sequence,
            revision: after.revision,
            author: Author::System,
            text: notice.text().to_owned(),
            // Unique by itself: nobody repeats a notice under the same id.
            client_message_id: id.to_string(),
            control_epoch: after.control_epoch,
            notice: Some(notice),
            sources: Vec::new(),
            created_at: self.at,
        }
    }

    async fn save_rows(&self, before: &Conversation, after: &Conversation) -> Result<(), StoreError> {
        let (was, is) = (rows::conversation_row(before), rows::conversation_row(after));
        if was != is {
            conversation::Entity::update(is).exec(self.unit.tx()).await?;
        }
        head::Entity::update(rows::head_row(after)).exec(self.unit.tx()).await?;
        if before.handoff == after.handoff {
            return Ok(());
        }
        if let Some(handoff) = &after.handoff {
            let changed = OnConflict::column(handoff::Column::Id).update_columns(CHANGING).to_owned();
            let row = rows::handoff_row(after, handoff);
            handoff::Entity::insert(row).on_conflict(changed).exec_without_returning(self.unit.tx()).await?;
        }
        Ok(())
    }

    /// Inserts a message that was counted, with its event.
    pub(super) async fn insert_message(
        &self,
        it: &Conversation,
        message: &Message,
    ) -> Result<(), StoreError> {
        let row = rows::message_row(it.workspace, message)?;
        super::entity::message::Entity::insert(row).exec_without_returning(self.unit.tx()).await?;
        let mut fact = self.fact(it, EventKind::MessagePosted, message.revision);
        fact.item = Some(message.id.uuid());
        fact.sequence = Some(message.sequence);
        self.unit.publish(fact).await
    }

    /// Publishes what happened to something whose text is joined when the feed is read.
    pub(super) async fn publish_item(
        &self,
        it: &Conversation,
        kind: EventKind,
        revision: i64,
        item: Option<Uuid>,
    ) -> Result<(), StoreError> {
        let mut fact = self.fact(it, kind, revision);
        fact.item = item;
        self.unit.publish(fact).await
    }

    /// Publishes that who acts has read up to here.
    pub(super) async fn publish_read(&self, it: &Conversation, sequence: i64) -> Result<(), StoreError> {
        let mut fact = self.fact(it, EventKind::ReadMarked, it.revision);
        fact.sequence = Some(sequence);
        self.unit.publish(fact).await
    }

    /// Publishes the state under a revision of its own.
    pub(super) async fn publish_state(
        &self,
        it: &Conversation,
        kind: EventKind,
        revision: i64,
    ) -> Result<(), StoreError> {
        let mut fact = self.fact(it, kind, revision);
        fact.body = (self.store.manner.encode_state)(it);
        self.unit.publish(fact).await
    }

    fn fact(&self, it: &Conversation, kind: EventKind, revision: i64) -> NewFact {
        let (actor_kind, actor) = rows::actor_columns(self.by);
        NewFact {
            event_id: self.store.ids.next(),
            kind: kind as i32,
            workspace: it.workspace,
            subject: it.id.uuid(),
            item: None,
            sequence: None,
            revision,
            fence: it.control_epoch,
            actor_kind,
            actor,
            body: Vec::new(),
            at: self.at,
        }
    }

    async fn move_loads(&self, it: &Conversation, changes: &[LoadChange]) -> Result<(), ChangeRefused> {
        // By id, so that two changes that touch the same two members never wait for each other crosswise.
        let mut changes = changes.to_vec();
        changes.sort_by_key(|change| change.member);
        for change in changes {
            let moved = self.move_load(it, change.member, change.by, change.below).await?;
            if !moved {
                return Err(ChangeRefused::CapacityExceeded);
            }
        }
        Ok(())
    }

    async fn move_load(
        &self,
        it: &Conversation,
        member: MemberId,
        by: i32,
        below: Option<i32>,
    ) -> Result<bool, StoreError> {
        let key = [it.workspace.uuid().into(), member.uuid().into()];
        if by < 0 {
            let sql = "UPDATE member_loads SET held = held - 1 WHERE workspace_id = $1 AND member_id = $2";
            let done = self.unit.execute(sql, key).await?;
            return Ok(done.rows_affected() == 1);
        }
        let sql = "INSERT INTO member_loads (workspace_id, member_id, held) VALUES ($1, $2, 1) \
                   ON CONFLICT (workspace_id, member_id) DO UPDATE SET held = member_loads.held + 1 WHERE member_loads.held < $3";
        let values = key.into_iter().chain([below.unwrap_or(i32::MAX).into()]);
        Ok(self.unit.execute(sql, values).await?.rows_affected() == 1)
    }

    /// Carries out what a command or message does to deadlines.
    pub(super) async fn edit_deadlines(
        &self,
        it: &Conversation,
        edits: &[DeadlineEdit],
    ) -> Result<(), StoreError> {
        for edit in edits {
            match *edit {
                DeadlineEdit::Begin(kind, wait) => {
                    let wait = i64::try_from(wait.as_micros()).unwrap_or(i64::MAX);
                    let due = self.at.as_microsecond().saturating_add(wait);
                    self.put_deadline(it, "NOTHING", (kind, due, Stage::First)).await?;
                }
                DeadlineEdit::Reset(kind, due, stage) => {
                    let anew = "UPDATE SET due_at = excluded.due_at, begun_at = excluded.begun_at, stage = excluded.stage";
                    self.put_deadline(it, anew, (kind, due.as_microsecond(), stage)).await?;
                }
                DeadlineEdit::End(kind) => {
                    let sql = "DELETE FROM deadlines WHERE conversation_id = $1 AND kind = $2";
                    self.unit.execute(sql, [it.id.uuid().into(), (kind as i32).into()]).await?;
                }
                DeadlineEdit::EndAll => {
                    let sql = "DELETE FROM deadlines WHERE conversation_id = $1";
                    self.unit.execute(sql, [it.id.uuid().into()]).await?;
                }
            }
        }
        Ok(())
    }

    async fn put_deadline(
        &self,
        it: &Conversation,
        if_one_runs: &str,
        (kind, due, stage): (DeadlineKind, i64, Stage),
    ) -> Result<(), StoreError> {
        let sql = format!(
            "INSERT INTO deadlines (conversation_id, kind, workspace_id, due_at, begun_at, stage) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (conversation_id, kind) DO {if_one_runs}"
        );
        let values = [
            it.id.uuid().into(),
            (kind as i32).into(),
            it.workspace.uuid().into(),
            due.into(),
            self.at.as_microsecond().into(),
            (stage as i32).into(),
        ];
        self.unit.execute(&sql, values).await.map(drop)
    }
}
