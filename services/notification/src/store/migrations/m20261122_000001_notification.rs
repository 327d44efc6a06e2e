//! Who is there, what is known of conversations, mailings, notices, the ledger, and what members and contacts want.

use sea_orm_migration::prelude::*;

/// A mailing is open in states 1 (waits) and 2 (was tried); in 3 it was sent.
const INDEXES: &[&str] = &[
    "CREATE INDEX mailing_due ON mailing (next_at) WHERE state <= 2",
    "CREATE INDEX mailing_leased ON mailing (lease_until) WHERE state <= 2 AND lease_until > 0",
    "CREATE INDEX mailing_recipient ON mailing (workspace_id, conversation_id, recipient_id, settled_at)",
    "CREATE INDEX mailing_settled ON mailing (settled_at) WHERE settled_at IS NOT NULL",
    "CREATE INDEX notice_member ON notice (workspace_id, member_id, created_at, id)",
    "CREATE INDEX notice_unread ON notice (workspace_id, member_id, created_at, id) WHERE read_at IS NULL",
    "CREATE INDEX notice_age ON notice (created_at)",
    "CREATE UNIQUE INDEX notice_mailing ON notice (mailing_id)",
    "CREATE INDEX ledger_workspace ON ledger (workspace_id, created_at, id)",
    "CREATE INDEX ledger_conversation ON ledger (workspace_id, conversation_id, created_at, id)",
    "CREATE INDEX ledger_recipient ON ledger (workspace_id, recipient_id, created_at, id)",
    "CREATE INDEX ledger_age ON ledger (created_at)",
];

/// The tables; `UUID` stands for the engine's own type of ids.
const TABLES: &[&str] = &[
    "CREATE TABLE member (\
     workspace_id UUID NOT NULL, member_id UUID NOT NULL, revision BIGINT NOT NULL, eligible BOOLEAN NOT NULL,\
     PRIMARY KEY (workspace_id, member_id))",
    "CREATE TABLE team (\
     workspace_id UUID NOT NULL, team_id UUID NOT NULL, revision BIGINT NOT NULL, name TEXT NOT NULL, members TEXT NOT NULL,\
     PRIMARY KEY (workspace_id, team_id))",
    "CREATE TABLE conversation (\
     workspace_id UUID NOT NULL, conversation_id UUID NOT NULL, revision BIGINT NOT NULL, contact_id UUID,\
     assignee_id UUID, team_id UUID, looked_for_id UUID, answered_upto BIGINT NOT NULL,\
     PRIMARY KEY (workspace_id, conversation_id))",
    "CREATE TABLE read_mark (\
     workspace_id UUID NOT NULL, conversation_id UUID NOT NULL, member_id UUID NOT NULL, sequence BIGINT NOT NULL,\
     PRIMARY KEY (workspace_id, conversation_id, member_id))",
    "CREATE TABLE mailing (\
     id UUID NOT NULL PRIMARY KEY, workspace_id UUID NOT NULL, kind INTEGER NOT NULL,\
     recipient_kind INTEGER NOT NULL, recipient_id UUID NOT NULL, conversation_id UUID NOT NULL,\
     subject TEXT NOT NULL, sequence BIGINT NOT NULL, since BIGINT NOT NULL, state INTEGER NOT NULL,\
     next_at BIGINT NOT NULL, lease_owner UUID, lease_until BIGINT NOT NULL, attempts INTEGER NOT NULL,\
     tries INTEGER NOT NULL, upto BIGINT, settled_at BIGINT, traceparent TEXT,\
     UNIQUE (workspace_id, conversation_id, kind, recipient_id, subject))",
    "CREATE TABLE claim (id INTEGER NOT NULL PRIMARY KEY, rounds BIGINT NOT NULL)",
    "INSERT INTO claim (id, rounds) VALUES (1, 0)",
    "CREATE TABLE notice (\
     id UUID NOT NULL PRIMARY KEY, workspace_id UUID NOT NULL, member_id UUID NOT NULL, kind INTEGER NOT NULL,\
     conversation_id UUID NOT NULL, mailing_id UUID NOT NULL, created_at BIGINT NOT NULL, read_at BIGINT)",
    "CREATE TABLE ledger (\
     id UUID NOT NULL PRIMARY KEY, workspace_id UUID NOT NULL, kind INTEGER NOT NULL, channel INTEGER NOT NULL,\
     recipient_kind INTEGER NOT NULL, recipient_id UUID NOT NULL, conversation_id UUID NOT NULL,\
     decision INTEGER NOT NULL, reason INTEGER NOT NULL, attempt INTEGER NOT NULL, created_at BIGINT NOT NULL,\
     mailing_id UUID)",
    "CREATE TABLE preference (\
     workspace_id UUID NOT NULL, member_id UUID NOT NULL, kind INTEGER NOT NULL, email BOOLEAN NOT NULL,\
     in_app BOOLEAN NOT NULL, PRIMARY KEY (workspace_id, member_id, kind))",
    "CREATE TABLE unsubscribed (\
     workspace_id UUID NOT NULL, recipient_id UUID NOT NULL, kind INTEGER NOT NULL, created_at BIGINT NOT NULL,\
     PRIMARY KEY (workspace_id, recipient_id, kind))",
];

/// This step.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let ids = if manager.get_database_backend() == sea_orm::DbBackend::Sqlite { "BLOB" } else { "UUID" };
        for table in TABLES {
            connection.execute_unprepared(&table.replace("UUID", ids)).await?;
        }
        for index in INDEXES {
            connection.execute_unprepared(index).await?;
        }
        Ok(())
    }
}
