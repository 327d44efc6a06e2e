//! What members and contacts want, in SQL.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use baton_kit::{
    data::{Database, StoreError, Unit},
    life::ids::WorkspaceId,
};
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _,
    sea_query::OnConflict,
};

use super::{
    codes,
    entity::{preference, unsubscribed},
    rows::micros,
};
use crate::{
    application::ports::Wishes,
    domain::{
        ids::MemberId,
        kind::{Kind, Recipient},
        preference::Preference,
    },
};

/// Implements [`Wishes`].
pub struct SqlWishes {
    database: Database,
}

impl SqlWishes {
    /// Over notification's database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl Wishes for SqlWishes {
    async fn get(&self, workspace: WorkspaceId, member: MemberId) -> Result<Vec<Preference>, StoreError> {
        let reader = self.database.reader();
        let rows = preference::Entity::find()
            .filter(preference::Column::WorkspaceId.eq(workspace.uuid()))
            .filter(preference::Column::MemberId.eq(member.uuid()))
            .all(reader)
            .await?;
        let ended: Vec<i32> = unsubscribed::Entity::find()
            .select_only()
            .column(unsubscribed::Column::Kind)
            .filter(unsubscribed::Column::WorkspaceId.eq(workspace.uuid()))
            .filter(unsubscribed::Column::RecipientId.eq(member.uuid()))
            .into_tuple()
            .all(reader)
            .await?;
        wanted(rows, &ended.into_iter().collect())
    }

    async fn set(
        &self,
        workspace: WorkspaceId,
        member: MemberId,
        preferences: Vec<Preference>,
    ) -> Result<(), StoreError> {
        let preferences = Arc::new(preferences);
        self.database
            .write(move |unit| {
                let preferences = Arc::clone(&preferences);
                Box::pin(async move { replace(unit, workspace, member, &preferences).await })
            })
            .await
    }

    async fn unsubscribe(
        &self,
        workspace: WorkspaceId,
        recipient: Recipient,
        kinds: Vec<Kind>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let kinds = Arc::new(kinds);
        self.database
            .write(move |unit| {
                let kinds = Arc::clone(&kinds);
                Box::pin(async move {
                    let (_, id) = codes::from_recipient(recipient);
                    for kind in kinds.iter() {
                        let row = unsubscribed::ActiveModel {
                            workspace_id: Set(workspace.uuid()),
                            recipient_id: Set(id),
                            kind: Set(codes::from_kind(*kind)),
                            created_at: Set(micros(at)),
                        };
                        let insert = unsubscribed::Entity::insert(row).on_conflict_do_nothing();
                        insert.exec_without_returning(unit.tx()).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

/// What was set, and off by mail what was ended by a link.
fn wanted(rows: Vec<preference::Model>, ended: &BTreeSet<i32>) -> Result<Vec<Preference>, StoreError> {
    let mut wanted = Vec::new();
    for row in rows {
        wanted.push(Preference { kind: codes::kind(row.kind)?, email: row.email, in_app: row.in_app });
    }
    for code in ended {
        let kind = codes::kind(*code)?;
        match wanted.iter_mut().find(|one| one.kind == kind) {
            Some(set) => set.email = false,
            None => wanted.push(Preference { email: false, ..Preference::usual(kind) }),
        }
    }
    Ok(wanted)
}

async fn replace(
    unit: &Unit,
    workspace: WorkspaceId,
    member: MemberId,
    preferences: &[Preference],
) -> Result<(), StoreError> {
    use preference::Column as C;
    let kept = preferences.iter().map(|one| codes::from_kind(one.kind));
    preference::Entity::delete_many()
        .filter(C::WorkspaceId.eq(workspace.uuid()))
        .filter(C::MemberId.eq(member.uuid()))
        .filter(C::Kind.is_not_in(kept))
        .exec(unit.tx())
        .await?;
    unsubscribed::Entity::delete_many()
        .filter(unsubscribed::Column::WorkspaceId.eq(workspace.uuid()))
        .filter(unsubscribed::Column::RecipientId.eq(member.uuid()))
        .exec(unit.tx())
        .await?;
    for one in preferences {
        let row = preference::ActiveModel {
            workspace_id: Set(workspace.uuid()),
            member_id: Set(member.uuid()),
            kind: Set(codes::from_kind(one.kind)),
            email: Set(one.email),
            in_app: Set(one.in_app),
        };
        // Two may replace at once: each row is of one of them, and none of them fails.
        let replace = OnConflict::columns([C::WorkspaceId, C::MemberId, C::Kind])
            .update_columns([C::Email, C::InApp])
            .to_owned();
        preference::Entity::insert(row).on_conflict(replace).exec_without_returning(unit.tx()).await?;
    }
    Ok(())
}
