//! What facts lead to, in SQL: all of it in the transaction that notes the fact, so that hearing it again changes nothing.

use std::sync::Arc;

use async_trait::async_trait;
use baton_kit::{
    data::{Database, StoreError, Unit},
    life::ids::SharedIds,
};
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _, sea_query::Expr,
};

use super::{
    entity::conversation::{self, Column as C},
    rows::{day, moment},
    staff,
};
use crate::{
    application::ports::{Answer, Book, MemberSeen, Noted, Place, TeamSeen},
    domain::{
        ids::{HandoffId, MemberId, TeamId},
        mailing::Terms,
        news::{self, Change, Known},
    },
};

mod answers;
mod telling;

/// What nothing was heard of since the day of a moment, and that says nothing any more: of a conversation that somebody still has, it would
/// be news again that they have it. The moment is asked again outside, for what was touched while the statement waited.
const FORGET: [&str; 2] = [
    "DELETE FROM conversation WHERE (workspace_id, conversation_id) IN \
     (SELECT workspace_id, conversation_id FROM conversation WHERE touched_at < $1 \
      AND (resolved OR (assignee_id IS NULL AND team_id IS NULL AND looked_for_id IS NULL)) LIMIT 1000) \
     AND touched_at < $1",
    "DELETE FROM read_mark WHERE (workspace_id, conversation_id, member_id) IN \
     (SELECT r.workspace_id, r.conversation_id, r.member_id FROM read_mark r WHERE r.touched_at < $1 \
      AND NOT EXISTS (SELECT 1 FROM conversation c \
                      WHERE c.workspace_id = r.workspace_id AND c.conversation_id = r.conversation_id) LIMIT 1000) \
     AND touched_at < $1",
];

/// The revision of a conversation of which nothing is known: below every other.
const UNHEARD_OF: i64 = i64::MIN;

/// Implements [`Book`].
#[derive(Clone)]
pub struct SqlBook {
    database: Database,
    ids: SharedIds,
    terms: Terms,
}

impl SqlBook {
    /// Over notification's database.
    pub fn new(database: Database, ids: SharedIds, terms: Terms) -> Self {
        Self { database, ids, terms }
    }
}

#[async_trait]
impl Book for SqlBook {
    async fn member(&self, seen: MemberSeen) -> Result<(), StoreError> {
        self.database.write(move |unit| Box::pin(async move { staff::member(unit, &seen).await })).await
    }

    async fn team(&self, seen: TeamSeen) -> Result<(), StoreError> {
        let seen = Arc::new(seen);
        self.database
            .write(move |unit| {
                let seen = Arc::clone(&seen);
                Box::pin(async move { staff::team(unit, &seen).await })
            })
            .await
    }

    async fn read(&self, place: Place, member: MemberId, sequence: i64) -> Result<(), StoreError> {
        let place = Arc::new(place);
        self.database
            .write(move |unit| {
                let place = Arc::clone(&place);
                Box::pin(async move { staff::read(unit, &place, member, sequence).await })
            })
            .await
    }

    async fn change(&self, place: Place, change: Change) -> Result<(), StoreError> {
        let heard = Arc::new((self.clone(), place, change));
        self.database
            .write(move |unit| {
                let heard = Arc::clone(&heard);
                Box::pin(async move { heard.0.note_change(unit, &heard.1, &heard.2).await })
            })
            .await
    }

    async fn answer(&self, place: Place, answer: Answer) -> Result<Noted, StoreError> {
        let heard = Arc::new((self.clone(), place));
        self.database
            .write(move |unit| {
                let heard = Arc::clone(&heard);
                Box::pin(async move { heard.0.note_answer(unit, &heard.1, answer).await })
            })
            .await
    }

    async fn forget(&self, before: Timestamp) -> Result<u64, StoreError> {
        let (mut gone, before) = (0, moment(day(before))?);
        for sql in FORGET {
            gone += super::forget(&self.database, sql, before).await?;
        }
        Ok(gone)
    }
}

impl SqlBook {
    async fn note_change(&self, unit: &Unit, place: &Place, change: &Change) -> Result<(), StoreError> {
        let before = held(unit, place).await?;
        if before.revision >= change.state.revision {
            return Ok(());
        }
        keep(unit, place, change, &before).await?;
        if !self.terms.is_too_late(place.at, place.heard_at) {
            for occasion in news::occasions(&known(&before), change) {
                self.tell(unit, place, change, (&occasion, before.revision == UNHEARD_OF)).await?;
            }
        }
        Ok(())
    }
}

/// The row of a conversation, held until the unit ends: facts of one conversation are noted one after another.
async fn held(unit: &Unit, place: &Place) -> Result<conversation::Model, StoreError> {
    let key = (place.workspace.uuid(), place.conversation.uuid());
    let find = || conversation::Entity::find_by_id(key).lock_exclusive().one(unit.tx());
    if let Some(row) = find().await? {
        return Ok(row);
    }
    let row = conversation::ActiveModel {
        workspace_id: Set(key.0),
        conversation_id: Set(key.1),
        revision: Set(UNHEARD_OF),
        contact_id: Set(None),
        assignee_id: Set(None),
        team_id: Set(None),
        looked_for_id: Set(None),
        resolved: Set(false),
        answered_upto: Set(0),
        touched_at: Set(day(place.heard_at)),
    };
    conversation::Entity::insert(row).on_conflict_do_nothing().exec_without_returning(unit.tx()).await?;
    let missing = || StoreError::Broken("a conversation is neither there nor can it be inserted".to_owned());
    find().await?.ok_or_else(missing)
}

fn known(row: &conversation::Model) -> Known {
    Known {
        assignee: row.assignee_id.map(MemberId::from_uuid),
        team: row.team_id.map(TeamId::from_uuid),
        looked_for: row.looked_for_id.map(HandoffId::from_uuid),
    }
}

async fn keep(
    unit: &Unit,
    place: &Place,
    change: &Change,
    before: &conversation::Model,
) -> Result<(), StoreError> {
    let state = &change.state;
    // The last one stays: nobody is asked twice about one handoff that was given and came back.
    let looked_for = state.looked_for.map(HandoffId::uuid).or(before.looked_for_id);
    of(place)
        .col_expr(C::Revision, Expr::value(state.revision))
        .col_expr(C::ContactId, Expr::value(Some(state.contact.uuid())))
        .col_expr(C::AssigneeId, Expr::value(state.assignee.map(MemberId::uuid)))
        .col_expr(C::TeamId, Expr::value(state.team.map(TeamId::uuid)))
        .col_expr(C::LookedForId, Expr::value(looked_for))
        .col_expr(C::Resolved, Expr::value(state.resolved))
        .col_expr(C::TouchedAt, Expr::value(day(place.heard_at)))
        .exec(unit.tx())
        .await?;
    Ok(())
}

fn of(place: &Place) -> sea_orm::UpdateMany<conversation::Entity> {
    conversation::Entity::update_many()
        .filter(C::WorkspaceId.eq(place.workspace.uuid()))
        .filter(C::ConversationId.eq(place.conversation.uuid()))
}
