//! Reads conversations and their messages.

use async_trait::async_trait;
use baton_kit::{data::StoreError, life::ids::WorkspaceId};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait as _, EntityTrait as _, ExprTrait as _,
    FromQueryResult as _, IdenStatic as _, Iterable as _, JoinType, QueryFilter as _, QueryOrder as _,
    QueryResult, QuerySelect as _, QueryTrait as _, Select,
    sea_query::{Expr, IntoCondition as _},
};

use super::{
    SqlStore,
    entity::{contact, conversation, handoff, head, member_load, message},
    rows,
};
use crate::{
    application::ports::{
        ConversationReader, ListCursor, ListFilter, Page, Scope,
        lists::{LastMessage, Listed},
    },
    domain::{
        conversation::Conversation,
        ids::{AssistantId, ConversationId, MemberId},
        message::{AuthorKind, Message, Notice},
    },
};

/// What the columns of each table are called in the joined row.
const ROW: &str = "c_";
const HEAD: &str = "h_";
const HANDOFF: &str = "o_";
/// How much of a message a list shows, characters.
const GLANCE: usize = 200;

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
    ) -> Result<Vec<Listed>, StoreError> {
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
        let reader = self.database.reader();
        let page = joined(ordered.limit(u64::from(page.size)));
        let statement = with_last_word(page).build(reader.get_database_backend());
        reader.query_all_raw(statement).await?.iter().map(listed).collect()
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

/// With what a list says beside: what the contact is called, and how the last message begins.
fn with_last_word(query: Select<conversation::Entity>) -> Select<conversation::Entity> {
    let to_contact = conversation::Entity::belongs_to(contact::Entity)
        .from(conversation::Column::ContactId)
        .to(contact::Column::Id);
    let is_last = |_, message| {
        let last = Expr::col((head::Entity, head::Column::LastSequence));
        Expr::col((message, message::Column::Sequence)).eq(last).into_condition()
    };
    let to_last = conversation::Entity::belongs_to(message::Entity)
        .from(conversation::Column::Id)
        .to(message::Column::ConversationId)
        .on_condition(is_last);
    query
        .join(JoinType::LeftJoin, to_contact.into())
        .join(JoinType::LeftJoin, to_last.into())
        .column_as(contact::Column::DisplayName, "l_contact_name")
        .column_as(Expr::cust(format!("SUBSTR(messages.body, 1, {GLANCE})")), "l_text")
        .column_as(message::Column::AuthorKind, "l_author_kind")
        .column_as(message::Column::Notice, "l_notice")
        .column_as(message::Column::CreatedAt, "l_created_at")
}

fn listed(found: &QueryResult) -> Result<Listed, StoreError> {
    let conversation = assembled(found)?;
    let contact_name: Option<String> = found.try_get("", "l_contact_name")?;
    let text: Option<String> = found.try_get("", "l_text")?;
    let last = text.map(|text| last_message(found, &conversation, text)).transpose()?;
    Ok(Listed { conversation, contact_name: contact_name.unwrap_or_default(), last })
}

fn last_message(found: &QueryResult, of: &Conversation, text: String) -> Result<LastMessage, StoreError> {
    let broken = |what: &str, number: i32| {
        StoreError::Broken(format!("messages {} {}: {what} is {number}", of.id, of.last_sequence))
    };
    let author = AuthorKind::try_from(found.try_get::<i32>("", "l_author_kind")?);
    let notice: Option<i32> = found.try_get("", "l_notice")?;
    Ok(LastMessage {
        text,
        author: author.map_err(|number| broken("author_kind", number))?,
        notice: notice.map(Notice::try_from).transpose().map_err(|number| broken("notice", number))?,
        created_at: rows::time("messages", of.id.uuid(), found.try_get("", "l_created_at")?)?,
    })
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
