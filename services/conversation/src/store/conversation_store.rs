//! Reads conversations and their messages.

use async_trait::async_trait;
use baton_kit::{data::StoreError, life::ids::WorkspaceId};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait as _, EntityTrait as _, ExprTrait as _,
    FromQueryResult as _, IdenStatic as _, Iterable as _, JoinType, QueryFilter as _, QueryOrder as _,
    QueryResult, QuerySelect as _, QueryTrait as _, Select,
};

use super::{
    SqlStore,
    entity::{contact, conversation, handoff, head, member_load, message},
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

/// What the columns of each table are called in the joined row.
const ROW: &str = "c_";
const HEAD: &str = "h_";
const HANDOFF: &str = "o_";

#[async_trait]
impl ConversationReader for SqlStore {
    async fn find(&self, scope: Scope, id: ConversationId) -> Result<Option<Conversation>, StoreError> {
        let query = scoped(scope).filter(conversation::Column::Id.eq(id.uuid()));
        Ok(self.whole(query).await?.pop())
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
        self.whole(ordered.limit(u64::from(page.size))).await
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
        Ok(self.whole(found).await?.pop())
    }

    async fn email_known(&self, conversation: &Conversation) -> Result<bool, StoreError> {
        let known = contact::Entity::find_by_id(conversation.contact.uuid())
            .filter(contact::Column::WorkspaceId.eq(conversation.workspace.uuid()))
            .filter(contact::Column::Email.is_not_null());
        Ok(known.one(self.database.reader()).await?.is_some())
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
    /// Conversations with counters and handoff, by one statement: three would show half of a change that commits in between.
    async fn whole(&self, query: Select<conversation::Entity>) -> Result<Vec<Conversation>, StoreError> {
        let reader = self.database.reader();
        let statement = joined(query).build(reader.get_database_backend());
        let found = reader.query_all_raw(statement).await?;
        found.iter().map(assembled).collect()
    }
}

fn joined(query: Select<conversation::Entity>) -> Select<conversation::Entity> {
    let to_head = conversation::Entity::belongs_to(head::Entity)
        .from(conversation::Column::Id)
        .to(head::Column::ConversationId);
    let to_handoff = conversation::Entity::belongs_to(handoff::Entity)
        .from(conversation::Column::HandoffId)
        .to(handoff::Column::Id);
    let mut query = query
        .join(JoinType::InnerJoin, to_head.into())
        .join(JoinType::LeftJoin, to_handoff.into())
        .select_only();
    for column in conversation::Column::iter() {
        query = query.column_as(column, format!("{ROW}{}", column.as_str()));
    }
    for column in head::Column::iter() {
        query = query.column_as(column, format!("{HEAD}{}", column.as_str()));
    }
    for column in handoff::Column::iter() {
        query = query.column_as(column, format!("{HANDOFF}{}", column.as_str()));
    }
    query
}

fn assembled(found: &QueryResult) -> Result<Conversation, StoreError> {
    let row = conversation::Model::from_query_result(found, ROW)?;
    let head = head::Model::from_query_result(found, HEAD)?;
    let last = handoff::Model::from_query_result_optional(found, HANDOFF)?;
    rows::conversation(row, head, last)
}

fn scoped(scope: Scope) -> Select<conversation::Entity> {
    let mut query =
        conversation::Entity::find().filter(conversation::Column::WorkspaceId.eq(scope.workspace.uuid()));
    if let Some(contact) = scope.contact {
        query = query.filter(conversation::Column::ContactId.eq(contact.uuid()));
    }
    if let Some(only) = scope.only {
        query = query.filter(conversation::Column::Id.eq(only.uuid()));
    }
    query
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
