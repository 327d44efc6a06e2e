//! Queue and decisions, in SQL. The statements are in the rooms below, by what they are for.

use std::sync::Arc;

use async_trait::async_trait;
use baton_kit::{
    data::{Database, StoreError, Unit},
    life::ids::{SharedIds, WorkspaceId},
};
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, ExprTrait as _, QueryFilter as _, sea_query::Expr,
};

use super::entity::queue;
use crate::{
    application::ports::{Counts, Desk, Explained, Lease, LeftLying, Overdue, Planner},
    domain::{
        decision::{Decision, Settlement},
        ids::{ConversationId, DecisionId},
        queue::Seen,
    },
};

mod apply;
mod by_hand;
mod counts;
mod missed;
mod read;
mod round;
mod settle;

/// Implements [`Desk`].
pub struct SqlDesk {
    database: Database,
    ids: SharedIds,
}

impl SqlDesk {
    /// Over routing's database.
    pub fn new(database: Database, ids: SharedIds) -> Self {
        Self { database, ids }
    }
}

#[async_trait]
impl Desk for SqlDesk {
    async fn apply(&self, seen: Seen) -> Result<(), StoreError> {
        let seen = Arc::new(seen);
        self.database
            .write(move |unit| {
                let seen = Arc::clone(&seen);
                Box::pin(async move { apply::apply(unit, &seen).await })
            })
            .await
    }

    async fn has_waiting(&self, workspace: WorkspaceId) -> Result<bool, StoreError> {
        read::has_waiting(&self.database, workspace).await
    }

    async fn decide(
        &self,
        workspace: WorkspaceId,
        lease: Lease,
        planner: Planner,
    ) -> Result<Vec<Decision>, StoreError> {
        self.database
            .write(move |unit| {
                let planner = Arc::clone(&planner);
                Box::pin(async move {
                    lock(unit, workspace).await?;
                    let planned = planner(round::snapshot(unit, workspace, lease.now).await?);
                    round::store(unit, workspace, planned, lease).await
                })
            })
            .await
    }

    async fn claim(&self, decision: DecisionId, lease: Lease) -> Result<bool, StoreError> {
        self.database.write(move |unit| Box::pin(settle::claim(unit, decision, lease))).await
    }

    async fn settle(&self, settlement: Settlement) -> Result<(), StoreError> {
        let (settlement, ids) = (Arc::new(settlement), Arc::clone(&self.ids));
        self.database
            .write(move |unit| {
                let (settlement, ids) = (Arc::clone(&settlement), Arc::clone(&ids));
                Box::pin(async move { settle::settle(unit, &settlement, &ids).await })
            })
            .await
    }

    async fn unclaimed(&self, now: Timestamp) -> Result<Vec<Decision>, StoreError> {
        read::unclaimed(&self.database, now).await
    }

    async fn overdue(&self, now: Timestamp) -> Result<Vec<Overdue>, StoreError> {
        missed::overdue(&self.database, now).await
    }

    async fn begin_release(
        &self,
        overdue: &Overdue,
        release: &Decision,
        lease: Lease,
    ) -> Result<bool, StoreError> {
        let both = Arc::new((overdue.clone(), release.clone()));
        self.database
            .write(move |unit| {
                let both = Arc::clone(&both);
                Box::pin(async move {
                    lock(unit, both.0.assignment.workspace).await?;
                    missed::begin_release(unit, &both.0, &both.1, lease).await
                })
            })
            .await
    }

    async fn left_lying(&self, given_before: Timestamp) -> Result<Vec<LeftLying>, StoreError> {
        by_hand::left_lying(&self.database, given_before).await
    }

    async fn begin_release_by_hand(
        &self,
        lying: &LeftLying,
        release: &Decision,
        lease: Lease,
    ) -> Result<bool, StoreError> {
        let both = Arc::new((lying.clone(), release.clone()));
        self.database
            .write(move |unit| {
                let both = Arc::clone(&both);
                Box::pin(async move {
                    lock(unit, both.0.workspace).await?;
                    by_hand::begin_release(unit, &both.0, &both.1, lease).await
                })
            })
            .await
    }

    async fn counts(&self, workspace: WorkspaceId) -> Result<Counts, StoreError> {
        counts::counts(&self.database, workspace).await
    }

    async fn waiting_workspaces(&self) -> Result<Vec<WorkspaceId>, StoreError> {
        read::waiting_workspaces(&self.database).await
    }

    async fn explain(
        &self,
        workspace: WorkspaceId,
        conversation: ConversationId,
    ) -> Result<Option<Explained>, StoreError> {
        read::explain(&self.database, workspace, conversation).await
    }
}

/// Holds the workspace's queue row until the unit ends: decisions of one workspace are taken one round after another, whichever
/// replica takes them.
async fn lock(unit: &Unit, workspace: WorkspaceId) -> Result<(), StoreError> {
    let touch = queue::Entity::update_many()
        .col_expr(queue::Column::Rounds, Expr::col(queue::Column::Rounds).add(1))
        .filter(queue::Column::WorkspaceId.eq(workspace.uuid()));
    if touch.clone().exec(unit.tx()).await?.rows_affected > 0 {
        return Ok(());
    }
    let row = queue::ActiveModel { workspace_id: Set(workspace.uuid()), rounds: Set(0) };
    queue::Entity::insert(row).on_conflict_do_nothing().exec_without_returning(unit.tx()).await?;
    touch.exec(unit.tx()).await?;
    Ok(())
}
