//! The one writer of a SQLite file: whatever is waiting goes into one transaction, a savepoint each.
//!
//! One COMMIT, that is one fsync, serves up to 64 callers; nobody waits for company. Must not know
//! what the jobs do.

use std::sync::Arc;

use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::{DatabaseOptions, Engine, Fact, StoreError, Unit, connect, job::Job, tail::Tail, transaction};
use crate::{kp, life::clock::SharedClock};

/// Jobs that share one COMMIT.
const BATCH: usize = 64;
/// Jobs that wait; the next caller waits for a place, and may give up.
const QUEUE: usize = 1024;

/// What the writer needs beside its connection.
pub(super) struct Settings {
    pub options: DatabaseOptions,
    pub clock: SharedClock,
    pub tail: Arc<Tail>,
}

/// The way to the writer.
pub(super) struct Writer {
    queue: mpsc::Sender<Queued>,
    stop: CancellationToken,
    stopped: CancellationToken,
}

/// A place in the queue.
pub(super) struct Place(mpsc::OwnedPermit<Queued>);

struct Queued {
    job: Box<dyn Job>,
    /// Dropped when the job is answered.
    _waiting: oneshot::Sender<()>,
}

impl Writer {
    /// Waits for a place; nothing is queued when the caller gives up. `None` when there is no writer
    /// any more.
    pub async fn place(&self) -> Option<Place> {
        self.queue.clone().reserve_owned().await.ok().map(Place)
    }

    /// Finishes what is queued and closes the connection.
    pub async fn stop(&self) {
        self.stop.cancel();
        self.stopped.cancelled().await;
    }
}

impl Place {
    /// Queues the job and waits for its end, which does not depend on that.
    pub async fn take(self, job: Box<dyn Job>) {
        let (waiting, done) = oneshot::channel();
        self.0.send(Queued { job, _waiting: waiting });
        let _ = done.await;
    }
}

/// Starts the writer. It serves until `hard`, until it is stopped or until nobody can reach it, and
/// then finishes what is queued.
pub(super) fn start(connection: DatabaseConnection, settings: Settings, hard: &CancellationToken) -> Writer {
    let (queue, jobs) = mpsc::channel(QUEUE);
    let (stop, stopped) = (hard.child_token(), CancellationToken::new());
    let task = Task { connection, settings, stop: stop.clone(), _stopped: stopped.clone().drop_guard() };
    #[expect(
        clippy::disallowed_methods,
        reason = "never dropped half-way, also not at hard; each write is tracked by its caller"
    )]
    tokio::spawn(task.serve(jobs));
    Writer { queue, stop, stopped }
}

struct Task {
    connection: DatabaseConnection,
    settings: Settings,
    stop: CancellationToken,
    _stopped: tokio_util::sync::DropGuard,
}

impl Task {
    async fn serve(mut self, mut jobs: mpsc::Receiver<Queued>) {
        let mut waiting = Vec::with_capacity(BATCH);
        loop {
            tokio::select! {
                biased;
                () = self.stop.cancelled(), if !jobs.is_closed() => jobs.close(),
                taken = jobs.recv_many(&mut waiting, BATCH) => {
                    if taken == 0 { break }
                    self.run(&mut waiting).await;
                    waiting.clear();
                }
            }
        }
        let _ = self.connection.close_by_ref().await;
    }

    async fn run(&mut self, batch: &mut Vec<Queued>) {
        let end = match self.commit(batch).await {
            Ok(facts) => {
                self.settings.tail.push(facts);
                Ok(())
            }
            Err(error) => {
                self.recover().await;
                // Whatever it was for the batch, for its members it is bad luck.
                Err(StoreError::Unavailable(format!("the commit failed: {error}")))
            }
        };
        for Queued { job, _waiting } in batch.drain(..) {
            job.answer(end.clone());
        }
    }

    /// Runs the jobs and commits; the facts of those that succeeded, in the order of their numbers.
    async fn commit(&self, batch: &mut [Queued]) -> Result<Vec<Arc<Fact>>, DbErr> {
        let outer = transaction::begin(&self.connection).await?;
        let facts = match batch {
            [alone] => self.run_in(outer, alone.job.as_mut()).await?,
            several => {
                let mut facts = Vec::new();
                for Queued { job, .. } in several {
                    facts
                        .append(&mut self.run_in(transaction::savepoint(&outer).await?, job.as_mut()).await?);
                }
                outer.commit().await?;
                facts
            }
        };
        kp!("write.after_commit", self.settings.options.service);
        Ok(facts)
    }

    /// Runs one job in a transaction or savepoint of its own and ends that. An error means that
    /// SQLite gave up the whole transaction.
    async fn run_in(&self, tx: DatabaseTransaction, job: &mut dyn Job) -> Result<Vec<Arc<Fact>>, DbErr> {
        let unit = Unit::new(tx, Engine::Sqlite, Arc::clone(&self.settings.clock));
        let keep = job.run(&unit).await;
        let ended = unit.end();
        if keep {
            kp!("write.before_commit", self.settings.options.service);
            ended.tx.commit().await?;
            return Ok(ended.numbered);
        }
        ended.tx.rollback().await?;
        Ok(Vec::new())
    }

    /// After a failed COMMIT nobody knows how deep in transactions the connection is: take a new one,
    /// and look up what did land.
    async fn recover(&mut self) {
        let service = self.settings.options.service;
        let _ = self.connection.close_by_ref().await;
        match connect::sqlite_writer(&self.settings.options).await {
            Ok(connection) => self.connection = connection,
            Err(error) => tracing::error!(service, %error, "the writer has no connection"),
        }
        if let Err(error) = self.settings.tail.catch_up(&self.connection, Engine::Sqlite).await {
            tracing::warn!(service, %error, "the feed could not be read after a failed commit");
        }
    }
}
