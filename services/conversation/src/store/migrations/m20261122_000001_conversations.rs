//! Conversations, their counters, messages, handoffs, deadlines and what members hold.

use sea_orm_migration::prelude::*;

const UP: &[&str] = &[
    "CREATE TABLE conversations (\
     id UUID PRIMARY KEY, workspace_id UUID NOT NULL, assistant_id UUID NOT NULL, contact_id UUID NOT NULL,\
     channel TEXT NOT NULL, external_id TEXT, origin TEXT NOT NULL, status INTEGER NOT NULL,\
     control INTEGER NOT NULL, assignee_id UUID, last_assignee_id UUID, team_id UUID,\
     priority INTEGER, priority_source INTEGER, handoff_id UUID, open_handoff_id UUID, created_at BIGINT NOT NULL,\
     CHECK ((control = 2) = (open_handoff_id IS NOT NULL)))",
    // One open conversation per assistant and contact, also for fifty first messages at once.
    "CREATE UNIQUE INDEX conversations_one_open ON conversations (assistant_id, contact_id) WHERE status <> 3",
    "CREATE UNIQUE INDEX conversations_external ON conversations (workspace_id, channel, external_id) \
     WHERE external_id IS NOT NULL",
    "CREATE INDEX conversations_list ON conversations (workspace_id, created_at, id)",
    "CREATE INDEX conversations_control ON conversations (workspace_id, control, created_at, id)",
    "CREATE INDEX conversations_assignee ON conversations (workspace_id, assignee_id, created_at, id)",
    "CREATE INDEX conversations_team ON conversations (workspace_id, team_id, created_at, id)",
    "CREATE INDEX conversations_contact ON conversations (contact_id, created_at, id)",
    // Narrow and hot: what every message touches, with the guards it needs, and no index a message would move.
    "CREATE TABLE conversation_heads (\
     conversation_id UUID PRIMARY KEY, workspace_id UUID NOT NULL, contact_id UUID NOT NULL, assistant_id UUID NOT NULL,\
     status INTEGER NOT NULL, control INTEGER NOT NULL, control_epoch BIGINT NOT NULL,\
     assignment_version BIGINT NOT NULL, assignee_id UUID, last_sequence BIGINT NOT NULL, revision BIGINT NOT NULL,\
     last_member_sequence BIGINT NOT NULL, last_visitor_sequence BIGINT NOT NULL, answered_sequence BIGINT NOT NULL,\
     ai_since_sequence BIGINT NOT NULL, last_activity_at BIGINT NOT NULL)",
    "CREATE TABLE messages (\
     id UUID PRIMARY KEY, workspace_id UUID NOT NULL, conversation_id UUID NOT NULL, sequence BIGINT NOT NULL,\
     revision BIGINT NOT NULL, author_kind INTEGER NOT NULL, author_id UUID NOT NULL, client_message_id TEXT NOT NULL,\
     body TEXT NOT NULL, control_epoch BIGINT NOT NULL, notice INTEGER, sources TEXT, external_id TEXT,\
     delivery_state INTEGER NOT NULL, created_at BIGINT NOT NULL)",
    "CREATE UNIQUE INDEX messages_sequence ON messages (conversation_id, sequence)",
    "CREATE UNIQUE INDEX messages_client_id ON messages (author_id, client_message_id, conversation_id, author_kind)",
    "CREATE TABLE handoffs (\
     id UUID PRIMARY KEY, workspace_id UUID NOT NULL, conversation_id UUID NOT NULL, state INTEGER NOT NULL,\
     reason INTEGER NOT NULL, previous_id UUID, created_at BIGINT NOT NULL, waiting_since BIGINT NOT NULL,\
     closed_at BIGINT)",
    "CREATE UNIQUE INDEX handoffs_one_open ON handoffs (conversation_id) WHERE state IN (1, 2)",
    "CREATE TABLE deadlines (\
     conversation_id UUID NOT NULL, kind INTEGER NOT NULL, workspace_id UUID NOT NULL, due_at BIGINT NOT NULL,\
     begun_at BIGINT NOT NULL, PRIMARY KEY (conversation_id, kind))",
    "CREATE INDEX deadlines_due ON deadlines (due_at)",
    "CREATE TABLE member_loads (\
     workspace_id UUID NOT NULL, member_id UUID NOT NULL, held INTEGER NOT NULL, PRIMARY KEY (workspace_id, member_id),\
     CHECK (held >= 0))",
];

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, UP).await
    }
}
