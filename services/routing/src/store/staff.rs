//! Members and what they said, in SQL.

use std::sync::Arc;

use async_trait::async_trait;
use baton_kit::{
    data::{Database, NewFact, StoreError, Unit},
    life::ids::{SharedIds, WorkspaceId},
};
use baton_proto::{common::v1::ActorKind, routing::v1 as wire};
use jiff::Timestamp;
use prost::Message as _;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, TryInsertResult, sea_query::Expr,
};

use super::{
    codes,
    entity::{availability, member},
    rows::micros,
    teams,
};
use crate::{
    application::ports::{MemberSeen, Staff, TeamSeen},
    domain::{
        availability::{Availability, Word, say},
        ids::MemberId,
    },
};

/// The kind of fact that says whether a member takes conversations.
const AVAILABILITY_CHANGED: i32 = 1;

/// Implements [`Staff`].
pub struct SqlStaff {
    database: Database,
    ids: SharedIds,
}

impl SqlStaff {
    /// Over routing's database.
    pub fn new(database: Database, ids: SharedIds) -> Self {
        Self { database, ids }
    }
}

#[async_trait]
impl Staff for SqlStaff {
    async fn apply(&self, seen: MemberSeen) -> Result<(), StoreError> {
        self.database.write(move |unit| Box::pin(apply(unit, seen))).await
    }

    async fn apply_team(&self, seen: TeamSeen) -> Result<(), StoreError> {
        let seen = Arc::new(seen);
        self.database
            .write(move |unit| {
                let seen = Arc::clone(&seen);
                Box::pin(async move { teams::apply(unit, &seen).await })
            })
            .await
    }

    async fn say(
        &self,
        workspace: WorkspaceId,
        word: Word,
        first_limit: i32,
    ) -> Result<Availability, StoreError> {
        let ids = Arc::clone(&self.ids);
        self.database
            .write(move |unit| {
                let ids = Arc::clone(&ids);
                Box::pin(async move {
                    let (said, changed) = store_word(unit, workspace, &word, first_limit).await?;
                    if changed {
                        publish(
                            unit,
                            workspace,
                            &said,
                            Said { ids: &ids, by: ActorKind::Member, at: word.at },
                        )
                        .await?;
                    }
                    Ok(said)
                })
            })
            .await
    }

    async fn list(
        &self,
        workspace: WorkspaceId,
        after: Option<MemberId>,
        most: u32,
    ) -> Result<Vec<Availability>, StoreError> {
        let mut select =
            availability::Entity::find().filter(availability::Column::WorkspaceId.eq(workspace.uuid()));
        if let Some(after) = after {
            select = select.filter(availability::Column::MemberId.gt(after.uuid()));
        }
        let select = select.order_by_asc(availability::Column::MemberId).limit(u64::from(most));
        let rows = select.all(self.database.reader()).await?;
        rows.into_iter().map(Availability::try_from).collect()
    }
}

async fn apply(unit: &Unit, seen: MemberSeen) -> Result<(), StoreError> {
    let newer = member::Entity::update_many()
        .col_expr(member::Column::Revision, Expr::value(seen.revision))
        .col_expr(member::Column::Active, Expr::value(seen.active))
        .col_expr(member::Column::MayReply, Expr::value(seen.may_reply))
        .filter(member::Column::WorkspaceId.eq(seen.workspace.uuid()))
        .filter(member::Column::MemberId.eq(seen.member.uuid()))
        .filter(member::Column::Revision.lt(seen.revision));
    if newer.clone().exec(unit.tx()).await?.rows_affected > 0 {
        return Ok(());
    }
    let row = member::ActiveModel {
        workspace_id: Set(seen.workspace.uuid()),
        member_id: Set(seen.member.uuid()),
        revision: Set(seen.revision),
        active: Set(seen.active),
        may_reply: Set(seen.may_reply),
    };
    member::Entity::insert(row).on_conflict_do_nothing().exec_without_returning(unit.tx()).await?;
    // Another consumer may have inserted an older one meanwhile.
    newer.exec(unit.tx()).await?;
    Ok(())
}

/// What a member's word makes of what stood before, stored, and whether that is a change.
async fn store_word(
    unit: &Unit,
    workspace: WorkspaceId,
    word: &Word,
    first_limit: i32,
) -> Result<(Availability, bool), StoreError> {
    let known = match find(unit, workspace, word.member).await? {
        Some(known) => known,
        None => {
            let said = say(None, word, first_limit);
            if insert(unit, workspace, &said).await? {
                return Ok((said, true));
            }
            // Their first word came twice at the same moment: the other one stands before this.
            let missing =
                || StoreError::Broken("an availability is neither there nor can it be inserted".to_owned());
            find(unit, workspace, word.member).await?.ok_or_else(missing)?
        }
    };
    let said = say(Some(&known), word, first_limit);
    if said == known {
        return Ok((known, false));
    }
    save(unit, workspace, &said).await?;
    Ok((said, true))
}

/// What a member said last, locked until the unit ends.
pub async fn find(
    unit: &Unit,
    workspace: WorkspaceId,
    member: MemberId,
) -> Result<Option<Availability>, StoreError> {
    let find = availability::Entity::find_by_id((workspace.uuid(), member.uuid())).lock_exclusive();
    find.one(unit.tx()).await?.map(Availability::try_from).transpose()
}

/// Whether it was the first word of the member.
async fn insert(unit: &Unit, workspace: WorkspaceId, said: &Availability) -> Result<bool, StoreError> {
    let row = availability::ActiveModel {
        workspace_id: Set(workspace.uuid()),
        member_id: Set(said.member.uuid()),
        state: Set(codes::from_state(said.state)),
        capacity: Set(said.limit),
        revision: Set(said.revision),
        online_since: Set(said.online_since.map(micros)),
        last_given_at: Set(None),
    };
    let inserted =
        availability::Entity::insert(row).on_conflict_do_nothing().exec_without_returning(unit.tx()).await?;
    Ok(matches!(inserted, TryInsertResult::Inserted(1..)))
}

/// Writes what a member says now over what was found.
pub async fn save(unit: &Unit, workspace: WorkspaceId, said: &Availability) -> Result<(), StoreError> {
    availability::Entity::update_many()
        .col_expr(availability::Column::State, Expr::value(codes::from_state(said.state)))
        .col_expr(availability::Column::Capacity, Expr::value(said.limit))
        .col_expr(availability::Column::Revision, Expr::value(said.revision))
        .col_expr(availability::Column::OnlineSince, Expr::value(said.online_since.map(micros)))
        .filter(availability::Column::WorkspaceId.eq(workspace.uuid()))
        .filter(availability::Column::MemberId.eq(said.member.uuid()))
        .exec(unit.tx())
        .await?;
    Ok(())
}

/// Who made an availability what it is, and when.
pub struct Said<'a> {
    /// For the fact's id.
    pub ids: &'a SharedIds,
    /// The member, or routing itself.
    pub by: ActorKind,
    /// When.
    pub at: Timestamp,
}

/// Publishes what a member's availability is now.
pub async fn publish(
    unit: &Unit,
    workspace: WorkspaceId,
    now: &Availability,
    said: Said<'_>,
) -> Result<(), StoreError> {
    let body = wire::AvailabilityChanged {
        availability: Some(wire::MemberAvailability {
            member_id: now.member.to_string(),
            state: codes::from_state(now.state),
            limit: now.limit,
        }),
        revision: now.revision,
    };
    unit.publish(NewFact {
        event_id: said.ids.next(),
        kind: AVAILABILITY_CHANGED,
        workspace,
        subject: now.member.uuid(),
        item: None,
        sequence: None,
        revision: now.revision,
        fence: 0,
        actor_kind: said.by as i32,
        actor: (said.by == ActorKind::Member).then(|| now.member.uuid()),
        body: body.encode_to_vec(),
        at: said.at,
    })
    .await
}
