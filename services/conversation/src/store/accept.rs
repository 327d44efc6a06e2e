//! Accepts a message. On PostgreSQL the usual one goes by the batching writer's one statement; on SQLite, and wherever a command comes first
//! (take-over, re-opening) or the message is refused, the conversation is loaded, the domain asked and the change saved in one transaction.

use std::sync::Arc;

use async_trait::async_trait;
use baton_kit::data::{StoreError, Unit};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use super::{
    SqlStore,
    entity::{conversation, message},
    persist::{Saving, in_scope},
    rows,
};
use crate::{
    application::ports::{
        AcceptRefused, ChangeRefused, MessageAcceptor, NewConversation, Scope, StartedConversation,
    },
    domain::{
        conversation::Conversation,
        effects::Effects,
        ids::ConversationId,
        message::{Actor, Author, Message},
        patience::Now,
        posting::{NewMessage, Writer},
    },
};

#[async_trait]
impl MessageAcceptor for SqlStore {
    async fn accept(&self, scope: Scope, message: NewMessage) -> Result<Message, AcceptRefused> {
        // Before the one statement, which knows of contacts only.
        if !scope.reaches(message.conversation) {
            return Err(AcceptRefused::NotFound("conversation"));
        }
        let message = Arc::new(message);
        if let Some(batcher) = &self.batcher
            && let Some(accepted) = batcher.accept(Arc::clone(&message)).await?
        {
            return Ok(accepted);
        }
        match self.accept_alone(scope, Arc::clone(&message)).await {
            Err(refused) if may_be_a_repeat(&refused) => self.repeated(scope, &message, refused).await,
            outcome => outcome,
        }
    }

    async fn start(&self, new: NewConversation) -> Result<StartedConversation, AcceptRefused> {
        self.start_or_post(new).await
    }
}

/// A repeat is refused by the unique index, or by a guard that moved since the first time.
fn may_be_a_repeat(refused: &AcceptRefused) -> bool {
    matches!(
        refused,
        AcceptRefused::Post(_)
            | AcceptRefused::Store(StoreError::Conflict { .. })
            | AcceptRefused::AnotherOpen(_)
    )
}

impl SqlStore {
    /// Puts messages into their threads by the one statement, as the batching writer does: an entry for each, `None` where it takes the
    /// long way. `None` for all on an engine without it.
    ///
    /// # Errors
    /// When the statement fails as a whole.
    pub async fn accept_directly(
        &self,
        messages: Vec<NewMessage>,
    ) -> Result<Vec<Option<Message>>, StoreError> {
        let traceparents = vec![String::new(); messages.len()];
        let messages: Vec<Arc<NewMessage>> = messages.into_iter().map(Arc::new).collect();
        match &self.batcher {
            Some(batcher) => batcher.accept_all(messages, traceparents).await,
            None => Ok(messages.iter().map(|_| None).collect()),
        }
    }

    /// Puts a message into its thread in a transaction of its own.
    async fn accept_alone(&self, scope: Scope, message: Arc<NewMessage>) -> Result<Message, AcceptRefused> {
        let store = self.clone();
        let write = self.database.write(move |unit| {
            let (store, message) = (store.clone(), Arc::clone(&message));
            Box::pin(async move { store.accept_in(unit, scope, &message).await })
        });
        write.await
    }

    /// Puts a message into its thread within a unit.
    pub(super) async fn accept_in(
        &self,
        unit: &Unit,
        scope: Scope,
        new: &NewMessage,
    ) -> Result<Message, AcceptRefused> {
        let before = self
            .load_held(unit, scope, new.conversation)
            .await?
            .ok_or(AcceptRefused::NotFound("conversation"))?;
        let saving = Saving { store: self, unit, by: actor(&before, &new.writer), at: new.at };
        let mut after = before.clone();
        if !before.may_post_directly(&new.writer) {
            if let Writer::Member { member, .. } = &new.writer {
                self.require_eligible(unit, &before, *member).await.map_err(of_change)?;
            }
            let mut effects = Effects::default();
            after.prepare_post(new, &Now::plain(new.at, self.manner.patience), &mut effects)?;
            saving.save(&before, &mut after, &effects).await.map_err(of_change)?;
        }
        self.post_in(&saving, &mut after, new).await
    }

    /// Adds a message to a conversation that is ready for it.
    pub(super) async fn post_in(
        &self,
        saving: &Saving<'_>,
        it: &mut Conversation,
        new: &NewMessage,
    ) -> Result<Message, AcceptRefused> {
        let mut effects = Effects::default();
        let sequence = it.last_sequence + 1;
        it.count_post(&new.writer, sequence, &Now::plain(new.at, self.manner.patience), &mut effects);
        it.revision += 1;
        let message = Message {
            id: new.id,
            conversation: it.id,
            sequence,
            revision: it.revision,
            author: it.author(&new.writer),
            text: new.text.clone(),
            client_message_id: new.client_message_id.clone(),
            control_epoch: it.control_epoch,
            notice: None,
            sources: sources(&new.writer),
            created_at: new.at,
        };
        super::entity::head::Entity::update(rows::head_row(it))
            .exec(saving.unit.tx())
            .await
            .map_err(StoreError::from)?;
        saving.insert_message(it, &message).await?;
        saving.edit_deadlines(it, &effects.deadlines).await?;
        Ok(message)
    }

    /// Whether a refused message was accepted before: the same text is the stored message, another text is refused.
    async fn repeated(
        &self,
        scope: Scope,
        new: &NewMessage,
        refused: AcceptRefused,
    ) -> Result<Message, AcceptRefused> {
        let head = super::entity::head::Entity::find_by_id(new.conversation.uuid());
        let head = head.one(self.database.reader()).await.map_err(StoreError::from)?;
        let Some(head) = head.filter(|head| in_scope(head, scope)) else {
            return Err(refused);
        };
        let author = author_of(&new.writer, head.assistant_id);
        let known = self.find_by_client_id(new.conversation, author, &new.client_message_id).await?;
        match known {
            Some(known) if known.text == new.text => Ok(known),
            Some(_) => Err(AcceptRefused::Reused),
            None => self.name_conflict(scope, &head, refused).await,
        }
    }

    /// A unique index other than that of messages refused: a second open conversation.
    async fn name_conflict(
        &self,
        scope: Scope,
        head: &super::entity::head::Model,
        refused: AcceptRefused,
    ) -> Result<Message, AcceptRefused> {
        if !matches!(&refused, AcceptRefused::Store(error) if error.is_conflict_on("conversations")) {
            return Err(refused);
        }
        let open = self.open_one(head.assistant_id, head.contact_id).await?;
        Err(open.map_or(refused, |id| AcceptRefused::AnotherOpen(Some(id).filter(|id| scope.reaches(*id)))))
    }

    /// The one conversation of a contact with an assistant that is not resolved.
    pub(super) async fn open_one(
        &self,
        assistant: uuid::Uuid,
        contact: uuid::Uuid,
    ) -> Result<Option<ConversationId>, StoreError> {
        let open = conversation::Entity::find()
            .filter(conversation::Column::AssistantId.eq(assistant))
            .filter(conversation::Column::ContactId.eq(contact))
            .filter(conversation::Column::Status.ne(crate::domain::conversation::Status::Resolved as i32));
        let open = open.one(self.database.reader()).await?;
        Ok(open.map(|row| ConversationId::from_uuid(row.id)))
    }

    async fn find_by_client_id(
        &self,
        conversation: ConversationId,
        author: Author,
        client_id: &str,
    ) -> Result<Option<Message>, StoreError> {
        let (kind, id) = rows::author_columns(author);
        let found = message::Entity::find()
            .filter(message::Column::AuthorId.eq(id))
            .filter(message::Column::ClientMessageId.eq(client_id))
            .filter(message::Column::ConversationId.eq(conversation.uuid()))
            .filter(message::Column::AuthorKind.eq(kind));
        found.one(self.database.reader()).await?.map(rows::message).transpose()
    }
}

fn sources(writer: &Writer) -> Vec<crate::domain::message::Source> {
    match writer {
        Writer::Assistant { sources, .. } => sources.clone(),
        Writer::Visitor(_) | Writer::Member { .. } => Vec::new(),
    }
}

fn author_of(writer: &Writer, assistant: uuid::Uuid) -> Author {
    match writer {
        Writer::Visitor(contact) => Author::Visitor(*contact),
        Writer::Member { member, .. } => Author::Member(*member),
        Writer::Assistant { .. } => Author::Ai(crate::domain::ids::AssistantId::from_uuid(assistant)),
    }
}

fn actor(it: &Conversation, writer: &Writer) -> Actor {
    match writer {
        Writer::Visitor(contact) => Actor::Visitor(*contact),
        Writer::Member { member, .. } => Actor::Member(*member),
        Writer::Assistant { .. } => Actor::Assistant(it.assistant),
    }
}

/// The commands that a message implies are bound by no limit and no version; what is left is the store's.
fn of_change(refused: ChangeRefused) -> AcceptRefused {
    match refused {
        ChangeRefused::NotFound => AcceptRefused::NotFound("conversation"),
        ChangeRefused::Refused(refused) => AcceptRefused::Post(refused.into()),
        ChangeRefused::NotEligible => AcceptRefused::NotEligible,
        ChangeRefused::AnotherOpen(id) => AcceptRefused::AnotherOpen(id),
        ChangeRefused::CapacityExceeded
        | ChangeRefused::Reused
        | ChangeRefused::NoSuchTeam
        | ChangeRefused::AddressKnown => AcceptRefused::Store(StoreError::Broken(refused.to_string())),
        ChangeRefused::Store(error) => AcceptRefused::Store(error),
    }
}
