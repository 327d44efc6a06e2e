//! Reads conversations and their messages.

use async_trait::async_trait;
use baton_kit::{data::StoreError, life::ids::WorkspaceId};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use uuid::Uuid;

use super::{
    SqlStore,
    entity::{conversation, handoff, head, member_load, message},
    rows,
};
use crate::{
    application::ports::{ConversationReader, ListCursor, ListFilter, Page, Scope},
    domain::{
        conversation::Conversation,
        ids::{AssistantId, ConversationId, MemberId},
        message::Message,
    },
};

#[async_trait]
impl ConversationReader for SqlStore {
    async fn find(&self, scope: Scope, id: ConversationId) -> Result<Option<Conversation>, StoreError> {
        let found =
            scoped(scope).filter(conversation::Column::Id.eq(id.uuid())).all(self.database.reader()).await?;
        Ok(self.whole(found).await?.pop())
    }

    async fn list(
        &self,
        workspace: WorkspaceId,
        filter: ListFilter,
        page: Page<ListCursor>,
    ) -> Result<Vec<Conversation>, StoreError> {
        let mut query = filtered(scoped(Scope::all_of(workspace)), filter);
        if let Some(after) = page.after {
            let same_time = conversation::Column::CreatedAt
                .eq(after.created_at)
                .and(conversation::Column::Id.lt(after.id.uuid()));
            query = query.filter(
                Condition::any().add(conversation::Column::CreatedAt.lt(after.created_at)).add(same_time),
            );
        }
        let ordered =
            query.order_by_desc(conversation::Column::CreatedAt).order_by_desc(conversation::Column::Id);
        let found = ordered.limit(u64::from(page.size)).all(self.database.reader()).await?;
        self.whole(found).await
    }

    async fn messages(
        &self,
        conversation: &Conversation,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Message>, StoreError> {
        let found = thread(conversation)
            .filter(message::Column::Sequence.gt(after))
            .order_by_asc(message::Column::Sequence)
            .limit(u64::from(limit));
        found.all(self.database.reader()).await?.into_iter().map(rows::message).collect()
    }

    async fn newest_messages(
        &self,
        conversation: &Conversation,
        limit: u32,
    ) -> Result<Vec<Message>, StoreError> {
        let found = thread(conversation).order_by_desc(message::Column::Sequence).limit(u64::from(limit));
        found.all(self.database.reader()).await?.into_iter().rev().map(rows::message).collect()
    }

    async fn newest_of(
        &self,
        scope: Scope,
        assistant: AssistantId,
    ) -> Result<Option<Conversation>, StoreError> {
        let found = scoped(scope)
            .filter(conversation::Column::AssistantId.eq(assistant.uuid()))
            .order_by_desc(conversation::Column::CreatedAt)
            .order_by_desc(conversation::Column::Id)
            .limit(1);
        let found = found.all(self.database.reader()).await?;
        Ok(self.whole(found).await?.pop())
    }

    async fn loads(&self, workspace: WorkspaceId) -> Result<Vec<(MemberId, i32)>, StoreError> {
        let held = member_load::Entity::find()
            .filter(member_load::Column::WorkspaceId.eq(workspace.uuid()))
            .filter(member_load::Column::Held.gt(0));
        let held = held.all(self.database.reader()).await?;
        Ok(held.into_iter().map(|row| (MemberId::from_uuid(row.member_id), row.held)).collect())
    }
}

impl SqlStore {
    /// Adds counters and handoffs to a page of conversations: two statements, whatever its size.
    async fn whole(&self, found: Vec<conversation::Model>) -> Result<Vec<Conversation>, StoreError> {
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<Uuid> = found.iter().map(|row| row.id).collect();
        let handoffs: Vec<Uuid> = found.iter().filter_map(|row| row.handoff_id).collect();
        let heads = head::Entity::find()
            .filter(head::Column::ConversationId.is_in(ids))
            .all(self.database.reader())
            .await?;
        let handoffs = match handoffs.is_empty() {
            true => Vec::new(),
            false => {
                handoff::Entity::find()
                    .filter(handoff::Column::Id.is_in(handoffs))
                    .all(self.database.reader())
                    .await?
            }
        };
        let assemble = |row: conversation::Model| {
            let head = heads.iter().find(|head| head.conversation_id == row.id).cloned();
            let head =
                head.ok_or_else(|| StoreError::Broken(format!("conversations {}: no head", row.id)))?;
            let last = handoffs.iter().find(|handoff| Some(handoff.id) == row.handoff_id).cloned();
            rows::conversation(row, head, last)
        };
        found.into_iter().map(assemble).collect()
    }
}

fn scoped(scope: Scope) -> sea_orm::Select<conversation::Entity> {
    let query =
        conversation::Entity::find().filter(conversation::Column::WorkspaceId.eq(scope.workspace.uuid()));
    match scope.contact {
        Some(contact) => query.filter(conversation::Column::ContactId.eq(contact.uuid())),
        None => query,
    }
}

fn filtered(
    query: sea_orm::Select<conversation::Entity>,
    filter: ListFilter,
) -> sea_orm::Select<conversation::Entity> {
    let mut condition = Condition::all();
    if let Some(control) = filter.control {
        condition = condition.add(conversation::Column::Control.eq(control as i32));
    }
    if let Some(status) = filter.status {
        condition = condition.add(conversation::Column::Status.eq(status as i32));
    }
    match filter.assignee {
        Some(Some(member)) => condition = condition.add(conversation::Column::AssigneeId.eq(member.uuid())),
        Some(None) => condition = condition.add(conversation::Column::AssigneeId.is_null()),
        None => {}
    }
    if let Some(team) = filter.team {
        condition = condition.add(conversation::Column::TeamId.eq(team.uuid()));
    }
    query.filter(condition)
}

fn thread(conversation: &Conversation) -> sea_orm::Select<message::Entity> {
    message::Entity::find()
        .filter(message::Column::WorkspaceId.eq(conversation.workspace.uuid()))
        .filter(message::Column::ConversationId.eq(conversation.id.uuid()))
}
