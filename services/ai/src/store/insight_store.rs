//! Jobs in SQL, one a handoff, with leases.
//!
//! Must not know what a job does.

use async_trait::async_trait;
use baton_kit::{
    data::{Database, StoreError, Unit},
    life::{clock::SharedClock, ids::SharedIds},
};
use futures::FutureExt as _;
use jiff::Timestamp;
use sea_orm::{
    ActiveValue::NotSet,
    ColumnTrait as _, EntityTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    Set,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use super::{
    entities::insight::{ActiveModel, Column, Entity, Model},
    rows,
};
use crate::{
    application::ports::{InsightStore, Lease, NewInsight},
    domain::{
        brief::Insight,
        ids::InsightId,
        insight::{InsightJob, JobEnding},
    },
};

/// Jobs in SQL.
pub(crate) struct SqlInsightStore {
    /// The service's database.
    pub database: Database,
    /// Time.
    pub clock: SharedClock,
    /// Ids of jobs.
    pub ids: SharedIds,
}

#[async_trait]
impl InsightStore for SqlInsightStore {
    async fn enqueue(&self, jobs: &[NewInsight]) -> Result<u64, StoreError> {
        let rows: Vec<ActiveModel> = jobs.iter().map(|job| self.row(job)).collect();
        self.database.write(move |unit| enqueue(unit, rows.clone()).boxed()).await
    }

    async fn claim(&self, lease: Lease) -> Result<Option<InsightJob>, StoreError> {
        // Looking costs a read; only a job that is there costs a write.
        if longest_due(self.database.reader(), lease.from).await?.is_none() {
            return Ok(None);
        }
        let claimed: Option<Model> = self.database.write(move |unit| claim(unit, lease).boxed()).await?;
        // Read once it is leased: a row that cannot be read keeps nobody from the others until the lease runs out.
        claimed.map(rows::insight_of).transpose()
    }

    async fn keep(&self, job: InsightId, lease: Lease, made: &Insight) -> Result<bool, StoreError> {
        let made = serde_json::to_string(made).map_err(|error| StoreError::Broken(error.to_string()))?;
        self.database.write(move |unit| keep(unit, job, lease, made.clone()).boxed()).await
    }

    async fn close(&self, job: InsightId, lease: Lease, ending: JobEnding) -> Result<(), StoreError> {
        self.database.write(move |unit| close(unit, job, lease, ending).boxed()).await
    }

    async fn postpone(&self, job: InsightId, lease: Lease, until: Timestamp) -> Result<(), StoreError> {
        self.database.write(move |unit| postpone(unit, job, lease, until).boxed()).await
    }

    async fn forget(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.database.write(move |unit| forget(unit, before).boxed()).await
    }
}

impl SqlInsightStore {
    fn row(&self, job: &NewInsight) -> ActiveModel {
        let now = self.clock.now().as_microsecond();
        ActiveModel {
            id: Set(self.ids.next()),
            workspace_id: Set(job.place.workspace.uuid()),
            conversation_id: Set(job.place.conversation.uuid()),
            handoff_id: Set(job.handoff.uuid()),
            ending: NotSet,
            attempts: Set(0),
            due_at: Set(now),
            lease_token: NotSet,
            lease_until: NotSet,
            made: NotSet,
            traceparent: Set(job.traceparent.clone()),
            created_at: Set(now),
        }
    }
}

async fn enqueue(unit: &Unit, rows: Vec<ActiveModel>) -> Result<u64, StoreError> {
    let once = OnConflict::column(Column::HandoffId).do_nothing().to_owned();
    Ok(Entity::insert_many(rows).on_conflict(once).exec_without_returning(unit.tx()).await?)
}

/// The job that waits longest and that nobody has, or has had for too long.
async fn longest_due<C: sea_orm::ConnectionTrait>(
    db: &C,
    now: Timestamp,
) -> Result<Option<Model>, StoreError> {
    let due = Entity::find()
        .filter(Column::Ending.is_null())
        .filter(Column::DueAt.lte(now.as_microsecond()))
        .filter(is_free(now));
    Ok(due.order_by_asc(Column::DueAt).order_by_asc(Column::Id).limit(1).one(db).await?)
}

fn is_free(now: Timestamp) -> sea_orm::Condition {
    let run_out = Column::LeaseUntil.lt(now.as_microsecond());
    sea_orm::Condition::any().add(Column::LeaseToken.is_null()).add(run_out)
}

async fn claim(unit: &Unit, lease: Lease) -> Result<Option<Model>, StoreError> {
    let Some(found) = longest_due(unit.tx(), lease.from).await? else {
        return Ok(None);
    };
    let until = lease.from.saturating_add(lease.length).unwrap_or(Timestamp::MAX).as_microsecond();
    // Of two workers that found the same, the second finds it no longer free.
    let taken = Entity::update_many()
        .col_expr(Column::LeaseToken, Expr::value(Some(lease.token)))
        .col_expr(Column::LeaseUntil, Expr::value(Some(until)))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .filter(Column::Id.eq(found.id))
        .filter(Column::Ending.is_null())
        .filter(is_free(lease.from))
        .exec(unit.tx())
        .await?;
    if taken.rows_affected == 0 {
        return Ok(None);
    }
    let attempts = found.attempts.saturating_add(1);
    Ok(Some(Model { attempts, ..found }))
}

async fn keep(unit: &Unit, job: InsightId, lease: Lease, made: String) -> Result<bool, StoreError> {
    let put = mine(job, lease).col_expr(Column::Made, Expr::value(Some(made)));
    Ok(put.exec(unit.tx()).await?.rows_affected > 0)
}

async fn close(unit: &Unit, job: InsightId, lease: Lease, ending: JobEnding) -> Result<(), StoreError> {
    let put = freed(job, lease)
        .col_expr(Column::Ending, Expr::value(Some(rows::job_ending_number(ending))))
        .col_expr(Column::Made, Expr::value(None::<String>));
    put.exec(unit.tx()).await?;
    Ok(())
}

async fn postpone(unit: &Unit, job: InsightId, lease: Lease, until: Timestamp) -> Result<(), StoreError> {
    let put = freed(job, lease).col_expr(Column::DueAt, Expr::value(until.as_microsecond()));
    put.exec(unit.tx()).await?;
    Ok(())
}

async fn forget(unit: &Unit, before: Timestamp) -> Result<u64, StoreError> {
    let old = Entity::delete_many()
        .filter(Column::Ending.is_not_null())
        .filter(Column::CreatedAt.lt(before.as_microsecond()));
    Ok(old.exec(unit.tx()).await?.rows_affected)
}

/// An update of a job by whoever leases it.
fn mine(job: InsightId, lease: Lease) -> sea_orm::UpdateMany<Entity> {
    let update = Entity::update_many().filter(Column::Id.eq(job.uuid()));
    update.filter(Column::LeaseToken.eq(lease.token))
}

/// One that ends the lease.
fn freed(job: InsightId, lease: Lease) -> sea_orm::UpdateMany<Entity> {
    mine(job, lease)
        .col_expr(Column::LeaseToken, Expr::value(None::<Uuid>))
        .col_expr(Column::LeaseUntil, Expr::value(None::<i64>))
}

#[cfg(test)]
mod tests;
