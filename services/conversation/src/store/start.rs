//! Starts a conversation with its first message, or posts onto the open one: fifty first messages at once make one conversation.

use std::sync::Arc;

use baton_kit::{
    data::{StoreError, Unit},
    life::ids::WorkspaceId,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::OnConflict,
};

use super::{
    SqlStore,
    entity::{assistant, contact, conversation, head, message},
    persist::Saving,
    rows,
};
use crate::{
    application::ports::{AcceptRefused, ContactChoice, NewConversation, Scope, StartedConversation},
    domain::{
        conversation::{Control, Conversation, Status},
        effects::EventKind,
        ids::{ContactId, ConversationId},
        message::Actor,
        posting::{NewMessage, Writer},
    },
};

/// Two first messages at once collide on the unique index at most once each: the loser then finds the winner's conversation.
const TRIES: usize = 3;

impl SqlStore {
    pub(super) async fn start_or_post(
        &self,
        new: NewConversation,
    ) -> Result<StartedConversation, AcceptRefused> {
        let new = Arc::new(new);
        let mut outcome = self.try_start(&new).await;
        for _ in 1..TRIES {
            let Err(AcceptRefused::Store(StoreError::Conflict { .. })) = outcome else {
                break;
            };
            outcome = self.try_start(&new).await;
        }
        match (outcome, &new.external_id) {
            (Err(AcceptRefused::Store(StoreError::Conflict { constraint })), Some(external_id)) => {
                let taken = self.by_external_id(&new, external_id).await?;
                Err(taken.map_or(
                    AcceptRefused::Store(StoreError::Conflict { constraint }),
                    AcceptRefused::ExternalIdTaken,
                ))
            }
            (outcome, _) => outcome,
        }
    }

    /// The conversation that has the channel's id of it.
    async fn by_external_id(
        &self,
        new: &NewConversation,
        external_id: &str,
    ) -> Result<Option<ConversationId>, StoreError> {
        let found = conversation::Entity::find()
            .filter(conversation::Column::WorkspaceId.eq(new.workspace.uuid()))
            .filter(conversation::Column::Channel.eq(&new.channel))
            .filter(conversation::Column::ExternalId.eq(external_id));
        Ok(found.one(self.database.reader()).await?.map(|row| ConversationId::from_uuid(row.id)))
    }

    async fn try_start(&self, new: &Arc<NewConversation>) -> Result<StartedConversation, AcceptRefused> {
        let (store, new) = (self.clone(), Arc::clone(new));
        self.database
            .write(move |unit| {
                let (store, new) = (store.clone(), Arc::clone(&new));
                Box::pin(async move { store.start_in(unit, &new).await })
            })
            .await
    }

    async fn start_in(
        &self,
        unit: &Unit,
        new: &NewConversation,
    ) -> Result<StartedConversation, AcceptRefused> {
        self.require_assistant(unit, new).await?;
        let contact = self.contact_for(unit, new).await?;
        if let Some(known) = self.repeated_start(unit, new, contact).await? {
            return Ok(known);
        }
        let open = conversation::Entity::find()
            .filter(conversation::Column::AssistantId.eq(new.assistant.uuid()))
            .filter(conversation::Column::ContactId.eq(contact.uuid()))
            .filter(conversation::Column::Status.ne(Status::Resolved as i32));
        let open = open.one(unit.tx()).await.map_err(StoreError::from)?;
        let created = open.is_none();
        let (saving, mut it) = match open {
            Some(row) => self.join(unit, new, contact, ConversationId::from_uuid(row.id)).await?,
            None => self.create(unit, new, contact).await?,
        };
        let first = first_message(new, contact, it.id);
        let message = self.post_in(&saving, &mut it, &first).await?;
        Ok(StartedConversation { conversation: it, message, created })
    }

    async fn require_assistant(&self, unit: &Unit, new: &NewConversation) -> Result<(), AcceptRefused> {
        let found = assistant::Entity::find_by_id(new.assistant.uuid())
            .one(unit.tx())
            .await
            .map_err(StoreError::from)?;
        let ours = found.is_some_and(|row| row.workspace_id == new.workspace.uuid());
        if ours { Ok(()) } else { Err(AcceptRefused::NotFound("assistant")) }
    }

    async fn contact_for(&self, unit: &Unit, new: &NewConversation) -> Result<ContactId, AcceptRefused> {
        match &new.contact {
            ContactChoice::Known(id) => {
                let found =
                    contact::Entity::find_by_id(id.uuid()).one(unit.tx()).await.map_err(StoreError::from)?;
                let ours = found.is_some_and(|row| row.workspace_id == new.workspace.uuid());
                if ours { Ok(*id) } else { Err(AcceptRefused::NotFound("contact")) }
            }
            ContactChoice::External(external_id, id) => Ok(self
                .contact_by_external_id(unit, new.workspace, external_id, (*id, new.at.as_microsecond()))
                .await?),
        }
    }

    async fn contact_by_external_id(
        &self,
        unit: &Unit,
        workspace: WorkspaceId,
        external_id: &str,
        (id, created_at): (ContactId, i64),
    ) -> Result<ContactId, StoreError> {
        let row = contact::ActiveModel {
            id: Set(id.uuid()),
            workspace_id: Set(workspace.uuid()),
            external_id: Set(Some(external_id.to_owned())),
            created_at: Set(created_at),
            ..Default::default()
        };
        let unless_known = OnConflict::new().do_nothing().to_owned();
        contact::Entity::insert(row).on_conflict(unless_known).exec_without_returning(unit.tx()).await?;
        let found = contact::Entity::find()
            .filter(contact::Column::WorkspaceId.eq(workspace.uuid()))
            .filter(contact::Column::ExternalId.eq(external_id));
        let found = found.one(unit.tx()).await?;
        found
            .map(|row| ContactId::from_uuid(row.id))
            .ok_or_else(|| StoreError::Broken("contacts: a row just made is missing".into()))
    }

    /// The first outcome of the same start, also if the conversation was resolved since.
    async fn repeated_start(
        &self,
        unit: &Unit,
        new: &NewConversation,
        by: ContactId,
    ) -> Result<Option<StartedConversation>, AcceptRefused> {
        let known = message::Entity::find()
            .filter(message::Column::AuthorId.eq(by.uuid()))
            .filter(message::Column::ClientMessageId.eq(&new.client_message_id))
            .filter(message::Column::WorkspaceId.eq(new.workspace.uuid()));
        let Some(row) = known.one(unit.tx()).await.map_err(StoreError::from)? else {
            return Ok(None);
        };
        let message = rows::message(row)?;
        let scope = Scope::all_of_contact(new.workspace, by);
        let found = self.load_held(unit, scope, message.conversation).await?;
        let Some(conversation) = found.filter(|it| it.assistant == new.assistant) else {
            return Ok(None);
        };
        if message.text != new.text {
            return Err(AcceptRefused::Reused);
        }
        Ok(Some(StartedConversation { created: message.sequence == 1, conversation, message }))
    }

    async fn join<'a>(
        &'a self,
        unit: &'a Unit,
        new: &NewConversation,
        by: ContactId,
        id: ConversationId,
    ) -> Result<(Saving<'a>, Conversation), AcceptRefused> {
        let scope = Scope::all_of_contact(new.workspace, by);
        let it = self.load_held(unit, scope, id).await?.ok_or(AcceptRefused::NotFound("conversation"))?;
        if it.status == Status::Resolved {
            // Resolved between being found and being held. The next try finds no open one.
            return Err(AcceptRefused::Store(StoreError::Conflict { constraint: None }));
        }
        Ok((Saving { store: self, unit, by: Actor::Visitor(by), at: new.at }, it))
    }

    async fn create<'a>(
        &'a self,
        unit: &'a Unit,
        new: &NewConversation,
        by: ContactId,
    ) -> Result<(Saving<'a>, Conversation), AcceptRefused> {
        let it = fresh(new, by);
        conversation::Entity::insert(rows::conversation_row(&it))
            .exec_without_returning(unit.tx())
            .await
            .map_err(StoreError::from)?;
        head::Entity::insert(rows::head_row(&it))
            .exec_without_returning(unit.tx())
            .await
            .map_err(StoreError::from)?;
        let saving = Saving { store: self, unit, by: Actor::Visitor(by), at: new.at };
        saving.publish_state(&it, EventKind::ConversationStarted, it.revision).await?;
        Ok((saving, it))
    }
}

fn fresh(new: &NewConversation, contact: ContactId) -> Conversation {
    Conversation {
        id: new.id,
        workspace: new.workspace,
        assistant: new.assistant,
        contact,
        channel: new.channel.clone(),
        external_id: new.external_id.clone(),
        origin: new.origin.to_owned(),
        status: Status::Open,
        control: Control::Ai,
        control_epoch: 1,
        assignment_version: 1,
        assignee: None,
        last_assignee: None,
        team: None,
        priority: None,
        priority_reason: String::new(),
        priority_said_at: None,
        snoozed_until: None,
        instruction: String::new(),
        handoff: None,
        last_sequence: 0,
        revision: 1,
        last_member_sequence: 0,
        last_visitor_sequence: 0,
        answered_sequence: 0,
        ai_since_sequence: 0,
        created_at: new.at,
        last_activity_at: new.at,
    }
}

fn first_message(new: &NewConversation, by: ContactId, conversation: ConversationId) -> NewMessage {
    NewMessage {
        id: new.message,
        workspace: new.workspace,
        conversation,
        writer: Writer::Visitor(by),
        text: new.text.clone(),
        client_message_id: new.client_message_id.clone(),
        at: new.at,
    }
}
