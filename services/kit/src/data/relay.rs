//! Numbering on PostgreSQL: one leader gives positions to committed facts, so that a reader at N has
//! seen everything up to N. (Ids are taken before commit, and commits overtake each other.)
//!
//! The leader holds a lease by the database's clock and names its token in every change: paused past
//! its lease it changes nothing. Must not know who reads the facts.

use std::{sync::Arc, time::Duration};

use sea_orm::{ConnectionTrait as _, DatabaseConnection};

use crate::kp;

use super::{Database, Engine, Fact, OpenError, StoreError, connect, facts, listen, transaction};

/// How often unnumbered facts are looked for without having been told.
const SWEEP: Duration = Duration::from_millis(500);
/// Facts numbered in one transaction.
const BATCH: i64 = 500;

/// Takes the lease if nobody has it. The token rises, so that the former leader's is worth nothing.
const LEAD: &str = "UPDATE relay SET token = token + 1, lease_until = clock_timestamp() + interval '5 seconds' \
     WHERE id = 1 AND lease_until < clock_timestamp() RETURNING token";

/// Fence, counter and lease in one: begins every numbering transaction and holds the row until its end.
const FENCE: &str = "UPDATE relay SET lease_until = clock_timestamp() + interval '5 seconds' \
     WHERE id = 1 AND token = $1 RETURNING next";

/// Gives the oldest unnumbered facts the next positions and moves the counter by as many. Sees, as a
/// later statement than the fence, everything that was numbered before it.
const NUMBER: &str = "WITH batch AS (\
     SELECT entry, row_number() OVER (ORDER BY entry) - 1 AS place FROM (\
     SELECT entry FROM outbox WHERE position IS NULL ORDER BY entry LIMIT $2) AS oldest), \
     numbered AS (UPDATE outbox SET position = $1 + batch.place FROM batch \
     WHERE outbox.entry = batch.entry RETURNING outbox.*), \
     moved AS (UPDATE relay SET next = next + (SELECT count(*) FROM numbered) WHERE id = 1) \
     SELECT * FROM numbered ORDER BY position";

/// Whether there is anything to do: facts to number, or a lease that grows old.
const PROBE: &str = "SELECT EXISTS (SELECT 1 FROM outbox WHERE position IS NULL) \
     OR lease_until < clock_timestamp() + interval '3 seconds' FROM relay WHERE id = 1";

const RELEASE: &str = "UPDATE relay SET lease_until = '-infinity' WHERE id = 1 AND token = $1";

/// One process's part in numbering: leads, or stands by.
pub(super) struct Relay {
    database: Database,
    connection: DatabaseConnection,
    token: Option<i64>,
    failing: bool,
    /// A batch failed after it may have been committed: its facts have positions and nobody was told.
    untold: bool,
}

impl Relay {
    /// With a connection of its own: it must not queue behind the requests that wait for it.
    pub async fn open(database: &Database) -> Result<Self, OpenError> {
        let connection = connect::postgres_own(database.options()).await?;
        Ok(Self { database: database.clone(), connection, token: None, failing: false, untold: false })
    }

    /// Numbers until the service drains, then once more, and gives the lease back.
    pub async fn run(mut self) {
        let soft = self.database.life().soft();
        let mut woken = false;
        while !soft.is_cancelled() {
            let outcome = self.step(woken).await;
            self.untold |= outcome.is_err();
            self.report(outcome);
            woken = tokio::select! {
                () = soft.cancelled() => false,
                () = self.database.tail().relay_woken() => true,
                () = self.database.clock().sleep(SWEEP) => false,
            };
        }
        let outcome = self.finish().await;
        self.report(outcome);
        let _ = self.connection.close_by_ref().await;
    }

    async fn step(&mut self, woken: bool) -> Result<(), StoreError> {
        let Some(token) = self.lead().await? else {
            if woken {
                listen::wake_leader(&self.database, &self.connection).await?;
            }
            // A hint may be lost.
            return self.database.tail().catch_up(&self.connection, Engine::Postgres).await;
        };
        if self.untold {
            self.database.tail().catch_up(&self.connection, Engine::Postgres).await?;
            listen::announce(&self.database, &self.connection, self.database.tail().head()).await?;
            self.untold = false;
        }
        if woken || self.probe().await? {
            while let Some(BATCH) = self.number(token).await? {}
        }
        Ok(())
    }

    /// The token of this process's lead, if it has or gets it.
    async fn lead(&mut self) -> Result<Option<i64>, StoreError> {
        if self.token.is_none() {
            let statement = Engine::Postgres.statement(LEAD, []);
            let row = self.connection.query_one_raw(statement).await?;
            self.token = row.map(|row| row.try_get_by_index(0)).transpose()?;
            if self.token.is_some() {
                // What the former leader numbered comes before what this one will.
                self.database.tail().catch_up(&self.connection, Engine::Postgres).await?;
            }
        }
        Ok(self.token)
    }

    async fn probe(&self) -> Result<bool, StoreError> {
        let row = self.connection.query_one_raw(Engine::Postgres.statement(PROBE, [])).await?;
        let row = row.ok_or_else(|| StoreError::Broken("relay has no row".to_owned()))?;
        Ok(row.try_get_by_index(0)?)
    }

    /// Numbers one batch and tells everybody; how many it were, `None` when the lead is lost.
    async fn number(&mut self, token: i64) -> Result<Option<i64>, StoreError> {
        let Some(facts) = self.number_in_transaction(token).await? else {
            self.token = None;
            return Ok(None);
        };
        let (count, last) = (facts.len(), facts.last().map(|fact| fact.position));
        self.database.tail().push(facts);
        if let Some(head) = last {
            listen::announce(&self.database, &self.connection, head).await?;
        }
        Ok(i64::try_from(count).ok())
    }

    async fn number_in_transaction(&self, token: i64) -> Result<Option<Vec<Arc<Fact>>>, StoreError> {
        let tx = transaction::begin(&self.connection).await?;
        let fence = tx.query_one_raw(Engine::Postgres.statement(FENCE, [token.into()])).await?;
        let Some(fence) = fence else {
            tx.rollback().await?;
            return Ok(None);
        };
        let next: i64 = fence.try_get_by_index(0)?;
        let rows = tx.query_all_raw(Engine::Postgres.statement(NUMBER, [next.into(), BATCH.into()])).await?;
        let facts = rows.iter().map(|row| facts::fact(row).map(Arc::new)).collect::<Result<_, _>>()?;
        let service = self.database.options().service;
        kp!("number.before_commit", service);
        tx.commit().await?;
        kp!("number.after_commit", service);
        Ok(Some(facts))
    }

    async fn finish(&mut self) -> Result<(), StoreError> {
        let Some(token) = self.token else { return Ok(()) };
        while let Some(BATCH) = self.number(token).await? {}
        self.connection.execute_raw(Engine::Postgres.statement(RELEASE, [token.into()])).await?;
        Ok(())
    }

    /// Says when numbering begins to fail and when it works again, not each time.
    fn report(&mut self, outcome: Result<(), StoreError>) {
        let service = self.database.options().service;
        match outcome {
            Err(error) if !self.failing => tracing::warn!(service, %error, "facts are not numbered"),
            Ok(()) if self.failing => tracing::info!(service, "facts are numbered again"),
            Ok(()) | Err(_) => return,
        }
        self.failing = !self.failing;
    }
}
