//! Browsers' sessions: made with a contact, renewed by a rotating secret of which only hashes are kept. Each secret has a row of its own,
//! which names the secret before it.

use std::time::Duration;

use async_trait::async_trait;
use baton_kit::{
    data::{Engine, StoreError, Unit},
    life::ids::WorkspaceId,
};
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _,
    sea_query::LockType,
};
use uuid::Uuid;

use super::{
    SqlStore,
    entity::{assistant, contact, head, visitor_session},
    persist::in_scope,
    rows,
};
use crate::{
    application::ports::{
        Scope,
        sessions::{NewSession, RenewedSession, VisitorSessions, WidgetAssistant},
    },
    domain::ids::{AssistantId, ContactId, ConversationId},
};

/// How long a secret may be used.
const SESSION_LIFE: Duration = Duration::from_secs(180 * 24 * 3600);
/// How long a secret is good after the next one was used.
const FORMER_SECRET_LIFE: Duration = Duration::from_secs(60);
/// How many secrets may follow one that is used again and again, its answers lost: the latest.
const FOLLOWERS: i64 = 8;

/// The row of the secret they follow is held meanwhile.
const KEEP_FEW: &str = "DELETE FROM visitor_sessions WHERE former_hash = $1 AND id NOT IN \
     (SELECT id FROM visitor_sessions WHERE former_hash = $1 ORDER BY rotated_at DESC, id DESC LIMIT $2)";

#[async_trait]
impl VisitorSessions for SqlStore {
    async fn assistant_of_key(&self, widget_key: &str) -> Result<Option<WidgetAssistant>, StoreError> {
        let found = assistant::Entity::find().filter(assistant::Column::WidgetKey.eq(widget_key));
        found.one(self.database.reader()).await?.map(known).transpose()
    }

    async fn assistant_of(
        &self,
        scope: Scope,
        conversation: ConversationId,
    ) -> Result<Option<WidgetAssistant>, StoreError> {
        let reader = self.database.reader();
        let head = head::Entity::find_by_id(conversation.uuid()).one(reader).await?;
        let Some(head) = head.filter(|head| in_scope(head, scope)) else { return Ok(None) };
        let found = assistant::Entity::find_by_id(head.assistant_id)
            .filter(assistant::Column::WorkspaceId.eq(scope.workspace.uuid()));
        found.one(reader).await?.map(known).transpose()
    }

    async fn open(&self, session: NewSession) -> Result<(), StoreError> {
        let id = self.ids.next();
        self.database
            .write(move |unit| {
                let session = session.clone();
                Box::pin(async move {
                    let now = session.at.as_microsecond();
                    let contact = contact::ActiveModel {
                        id: Set(session.contact.uuid()),
                        workspace_id: Set(session.workspace.uuid()),
                        external_id: Set(None),
                        created_at: Set(now),
                        ..Default::default()
                    };
                    contact::Entity::insert(contact).exec_without_returning(unit.tx()).await?;
                    let row = visitor_session::ActiveModel {
                        id: Set(id),
                        workspace_id: Set(session.workspace.uuid()),
                        contact_id: Set(session.contact.uuid()),
                        assistant_id: Set(session.assistant.uuid()),
                        secret_hash: Set(session.secret_hash.to_vec()),
                        former_hash: Set(None),
                        rotated_at: Set(now),
                        expires_at: Set(later(session.at, SESSION_LIFE)),
                    };
                    visitor_session::Entity::insert(row).exec_without_returning(unit.tx()).await?;
                    Ok(())
                })
            })
            .await
    }

    async fn renew(
        &self,
        used: [u8; 32],
        next: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<RenewedSession>, StoreError> {
        let id = self.ids.next();
        self.database
            .write(move |unit| {
                Box::pin(async move {
                    let Some(row) = held(unit, used, now).await? else { return Ok(None) };
                    let assistant = assistant::Entity::find_by_id(row.assistant_id).one(unit.tx()).await?;
                    let Some(assistant) = assistant else { return Ok(None) };
                    let contact = ContactId::from_uuid(row.contact_id);
                    retire_former(unit, &row, now).await?;
                    let next = following(row, (id, next), now);
                    visitor_session::Entity::insert(next).exec_without_returning(unit.tx()).await?;
                    let few: [sea_orm::Value; 2] = [used.to_vec().into(), FOLLOWERS.into()];
                    unit.execute(KEEP_FEW, few).await?;
                    Ok(Some(RenewedSession { assistant: known(assistant)?, contact }))
                })
            })
            .await
    }

    async fn forget(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let sql = "DELETE FROM visitor_sessions WHERE id IN \
                   (SELECT id FROM visitor_sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2) \
                   AND expires_at <= $1";
        let values = [now.as_microsecond().into(), i64::from(limit).into()];
        self.database
            .write(move |unit| {
                let values: [sea_orm::Value; 2] = values.clone();
                Box::pin(async move { Ok(unit.execute(sql, values).await?.rows_affected()) })
            })
            .await
    }
}

/// What a secret opens, held until the unit ends.
async fn held(
    unit: &Unit,
    secret: [u8; 32],
    now: Timestamp,
) -> Result<Option<visitor_session::Model>, StoreError> {
    let mut found = visitor_session::Entity::find()
        .filter(visitor_session::Column::SecretHash.eq(secret.to_vec()))
        .filter(visitor_session::Column::ExpiresAt.gt(now.as_microsecond()));
    if unit.engine() == Engine::Postgres {
        found = found.lock(LockType::NoKeyUpdate);
    }
    Ok(found.one(unit.tx()).await?)
}

/// The browser has this secret: the one before it is good for a minute more, for tabs that have no other yet. Until then the browser may
/// have gone without the answer in which this one was, and have that one only.
async fn retire_former(unit: &Unit, used: &visitor_session::Model, now: Timestamp) -> Result<(), StoreError> {
    let Some(former) = &used.former_hash else { return Ok(()) };
    let sql = "UPDATE visitor_sessions SET expires_at = $2 WHERE secret_hash = $1 AND expires_at > $2";
    unit.execute(sql, [former.clone().into(), later(now, FORMER_SECRET_LIFE).into()]).await?;
    Ok(())
}

/// The next secret of the same visitor. Two tabs that renew at once get one each, and both are good.
fn following(
    row: visitor_session::Model,
    (id, secret): (Uuid, [u8; 32]),
    now: Timestamp,
) -> visitor_session::ActiveModel {
    visitor_session::ActiveModel {
        id: Set(id),
        workspace_id: Set(row.workspace_id),
        contact_id: Set(row.contact_id),
        assistant_id: Set(row.assistant_id),
        secret_hash: Set(secret.to_vec()),
        former_hash: Set(Some(row.secret_hash)),
        rotated_at: Set(now.as_microsecond()),
        expires_at: Set(later(now, SESSION_LIFE)),
    }
}

fn known(row: assistant::Model) -> Result<WidgetAssistant, StoreError> {
    let allowed_sites = serde_json::from_str(&row.allowed_sites)
        .map_err(|error| rows::broken("assistants", row.id, error))?;
    Ok(WidgetAssistant {
        workspace: WorkspaceId::from_uuid(row.workspace_id),
        id: AssistantId::from_uuid(row.id),
        name: row.name,
        handoff_enabled: row.handoff_enabled,
        allowed_sites,
    })
}

fn later(at: Timestamp, by: Duration) -> i64 {
    at.as_microsecond().saturating_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX))
}
