//! Sessions in the database.

use async_trait::async_trait;
use baton_kit::{
    data::{Database, StoreError, Unit},
    life::ids::WorkspaceId,
};
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, sea_query::Expr,
};

use super::{
    entity::{member, session},
    facts, turns,
    values::{hash_bytes, moment},
};
use crate::{
    application::ports::{SessionEnd, SessionStore},
    domain::{ids::MemberId, member::Member, secret::SecretHash, session::Session},
};

/// Implements the port over SQL.
#[derive(Debug, Clone)]
pub(crate) struct SqlSessionStore {
    database: Database,
}

impl SqlSessionStore {
    pub(crate) fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl SessionStore for SqlSessionStore {
    async fn open(&self, session: Session, idle_since: Timestamp) -> Result<bool, StoreError> {
        self.database
            .write(move |unit| {
                let session = session.clone();
                Box::pin(async move { open(unit, session, idle_since).await })
            })
            .await
    }

    async fn find(&self, hash: SecretHash) -> Result<Option<(Session, Member)>, StoreError> {
        let reader = self.database.reader();
        let Some(row) = session::Entity::find_by_id(hash_bytes(hash)).one(reader).await? else {
            return Ok(None);
        };
        let owner = member::Entity::find()
            .filter(member::Column::WorkspaceId.eq(row.workspace_id))
            .filter(member::Column::Id.eq(row.member_id));
        let Some(owner) = owner.one(reader).await? else {
            return Ok(None);
        };
        Ok(Some((session_of(row, hash)?, owner.try_into()?)))
    }

    async fn note_seen(&self, session: &Session, now: Timestamp) -> Result<(), StoreError> {
        let (hash, now) = (hash_bytes(session.hash), now.as_microsecond());
        self.database
            .write(move |unit| {
                // Only forwards: two at once may finish in either order.
                let update = session::Entity::update_many()
                    .col_expr(session::Column::LastSeenAt, Expr::value(now))
                    .filter(session::Column::SecretHash.eq(hash.clone()))
                    .filter(session::Column::LastSeenAt.lt(now));
                Box::pin(async move { Ok(update.exec(unit.tx()).await.map(drop)?) })
            })
            .await
    }

    async fn end(&self, end: SessionEnd) -> Result<(), StoreError> {
        self.database.write(move |unit| Box::pin(async move { self::end(unit, end).await })).await
    }
}

async fn open(unit: &Unit, session: Session, idle_since: Timestamp) -> Result<bool, StoreError> {
    if !turns::stays_on_the_staff(unit, session.workspace, session.member).await? {
        return Ok(false);
    }
    let over = Condition::any()
        .add(session::Column::ExpiresAt.lte(session.created_at.as_microsecond()))
        .add(session::Column::LastSeenAt.lte(idle_since.as_microsecond()));
    session::Entity::delete_many()
        .filter(session::Column::WorkspaceId.eq(session.workspace.uuid()))
        .filter(session::Column::MemberId.eq(session.member.uuid()))
        .filter(over)
        .exec(unit.tx())
        .await?;
    let row = session::ActiveModel {
        secret_hash: Set(hash_bytes(session.hash)),
        workspace_id: Set(session.workspace.uuid()),
        member_id: Set(session.member.uuid()),
        created_at: Set(session.created_at.as_microsecond()),
        last_seen_at: Set(session.last_seen_at.as_microsecond()),
        expires_at: Set(session.expires_at.as_microsecond()),
    };
    session::Entity::insert(row).exec_without_returning(unit.tx()).await?;
    Ok(true)
}

/// Told once, however often it is ended: a row is deleted by one.
async fn end(unit: &Unit, end: SessionEnd) -> Result<(), StoreError> {
    let delete = session::Entity::delete_by_id(hash_bytes(end.hash));
    let Some(row) = delete.exec_with_returning(unit.tx()).await? else { return Ok(()) };
    unit.publish(facts::session_ended(&session_of(row, end.hash)?, end)).await
}

fn session_of(row: session::Model, hash: SecretHash) -> Result<Session, StoreError> {
    let place = format!("a session of member {}", row.member_id);
    Ok(Session {
        hash,
        workspace: WorkspaceId::from_uuid(row.workspace_id),
        member: MemberId::from_uuid(row.member_id),
        created_at: moment(&place, row.created_at)?,
        last_seen_at: moment(&place, row.last_seen_at)?,
        expires_at: moment(&place, row.expires_at)?,
    })
}
