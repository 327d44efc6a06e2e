//! Open mailings, in SQL: taken on, tried, settled.

use std::sync::Arc;

use async_trait::async_trait;
use baton_kit::{
    data::{Database, Engine, StoreError},
    life::ids::{SharedIds, WorkspaceId},
};
use jiff::Timestamp;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _, sea_query::Expr};

use super::{
    entity::{
        mailing::{Column as C, Entity},
        team,
    },
    rows::{micros, moment},
};
use crate::{
    application::ports::{Attempt, Backlog, Lease, Mailings, Settlement},
    domain::{
        decide::Standing,
        ids::TeamId,
        mailing::{Mailing, Terms},
    },
};

pub(super) mod claim;
mod settle;
mod standing;

/// Implements [`Mailings`].
pub struct SqlMailings {
    database: Database,
    ids: SharedIds,
    terms: Terms,
}

impl SqlMailings {
    /// Over notification's database.
    pub fn new(database: Database, ids: SharedIds, terms: Terms) -> Self {
        Self { database, ids, terms }
    }
}

#[async_trait]
impl Mailings for SqlMailings {
    async fn claim(&self, lease: Lease, now: Timestamp, most: usize) -> Result<Vec<Mailing>, StoreError> {
        let (reader, engine) = (self.database.reader(), self.database.engine());
        // Most of the time nothing is due: then nobody is kept waiting by a write.
        if most == 0 || !claim::is_any_due(reader, engine, now).await? {
            return Ok(Vec::new());
        }
        let wanted = claim::Wanted { lease, now, most, terms: self.terms };
        self.database.write(move |unit| Box::pin(async move { claim::claim(unit, wanted).await })).await
    }

    async fn standing(&self, mailing: &Mailing) -> Result<Standing, StoreError> {
        standing::standing(self.database.reader(), mailing).await
    }

    async fn team_name(&self, workspace: WorkspaceId, team: TeamId) -> Result<String, StoreError> {
        let find = team::Entity::find_by_id((workspace.uuid(), team.uuid()));
        Ok(find.one(self.database.reader()).await?.map(|row| row.name).unwrap_or_default())
    }

    async fn begin(&self, mailing: &Mailing, lease: Lease, attempt: Attempt) -> Result<bool, StoreError> {
        let mailing = Arc::new(mailing.clone());
        self.database
            .write(move |unit| {
                let mailing = Arc::clone(&mailing);
                Box::pin(async move { settle::begin(unit, &mailing, lease, attempt).await })
            })
            .await
    }

    async fn settle(
        &self,
        mailing: &Mailing,
        lease: Lease,
        settlement: Settlement,
    ) -> Result<(), StoreError> {
        let both = Arc::new((mailing.clone(), Arc::clone(&self.ids)));
        self.database
            .write(move |unit| {
                let both = Arc::clone(&both);
                Box::pin(async move { settle::settle(unit, &both.0, lease, settlement, &both.1).await })
            })
            .await
    }

    async fn take_over(&self) -> Result<(), StoreError> {
        // A SQLite file has one process: a lease found at the start is that of its former life.
        if self.database.engine() != Engine::Sqlite {
            return Ok(());
        }
        self.database
            .write(|unit| {
                Box::pin(async move {
                    let free = Entity::update_many().col_expr(C::LeaseUntil, Expr::value(0_i64));
                    free.filter(C::LeaseUntil.gt(0)).filter(claim::is_open()).exec(unit.tx()).await?;
                    Ok(())
                })
            })
            .await
    }

    async fn backlog(&self, now: Timestamp) -> Result<Backlog, StoreError> {
        let open = Entity::find().filter(claim::is_open());
        let sql = "SELECT COUNT(*) FROM (SELECT 1 FROM mailing WHERE state <= 2 LIMIT 10000) AS open";
        let counted = super::count(&self.database, sql, []).await?;
        let oldest: Option<Option<i64>> = open
            .select_only()
            .column_as(C::NextAt.min(), "oldest")
            .filter(C::NextAt.lte(micros(now)))
            .into_tuple()
            .one(self.database.reader())
            .await?;
        Ok(Backlog {
            open: u64::try_from(counted).unwrap_or(0),
            oldest_due: oldest.flatten().map(moment).transpose()?,
        })
    }

    async fn forget(&self, before: Timestamp) -> Result<u64, StoreError> {
        let sql = "DELETE FROM mailing WHERE id IN (SELECT id FROM mailing WHERE settled_at < $1 LIMIT 1000)";
        super::forget(&self.database, sql, before).await
    }
}
