//! The loop of a consumer that holds the lease: facts in order, failures later, the cursor behind both.
//!
//! A cursor never passes a fact that is neither handled nor written down as failed. Must not know what
//! the handler does.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt as _;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::{
    Consumer, HandleError, LostPlace, backoff,
    cursor::{Cursor, CursorError, lease},
    failures::{Change, Failure, Failures},
};
use crate::{
    data::{Fact, FactFilter, FactLog, Follower, StoreError},
    kp,
    life::{clock::SharedClock, ids::SharedIds, telemetry},
};

/// Attempts at a fact before it is given up.
const ATTEMPTS: i32 = 10;
/// Handled facts that a crash may repeat; so many are offered to the handler at once.
const UNWRITTEN: usize = 100;
/// For how long, when there is always a next fact, the cursor may stay behind: a process that dies soon after each start comes further
/// all the same, however slow its handler is.
const BEHIND: Duration = Duration::from_millis(250);
/// How long after the last handled fact the cursor is written.
const SETTLE: Duration = Duration::from_millis(100);
/// How often the lease is looked at, and the failures are read again for what was redriven.
const LOOK: Duration = Duration::from_secs(2);
/// Facts that may wait as failures; with more of them nothing new is taken.
const HELD: usize = 1000;
/// Characters kept of a failure's kind.
const KIND: usize = 200;

pub(super) struct Delivery<'a> {
    consumer: &'a Consumer,
    soft: CancellationToken,
    clock: &'a SharedClock,
    ids: &'a SharedIds,
    cursor: Cursor,
    failures: Failures,
    /// Facts handled since the cursor was written.
    unwritten: usize,
    /// When the lease was last renewed.
    renewed: Duration,
    /// When the failures were last read.
    looked: Duration,
}

/// What to do next.
enum Next {
    Facts(Vec<Arc<Fact>>),
    Retry,
    Settle,
    Look,
    Stop,
}

impl<'a> Delivery<'a> {
    pub fn new(
        consumer: &'a Consumer,
        cursor: Cursor,
        soft: CancellationToken,
        clock: &'a SharedClock,
        ids: &'a SharedIds,
    ) -> Self {
        let (failures, now) = (Failures::default(), clock.monotonic());
        Self { consumer, soft, clock, ids, cursor, failures, unwritten: 0, renewed: now, looked: now }
    }

    /// Consumes until the service drains or the lease is lost.
    pub async fn run(mut self) -> Result<(), StoreError> {
        match self.consume().await {
            Ok(()) => Ok(()),
            Err(CursorError::LeaseLost) => {
                tracing::info!(consumer = self.consumer.name, "another process consumes now");
                Ok(())
            }
            Err(CursorError::Store(error)) => Err(error),
        }
    }

    async fn consume(&mut self) -> Result<(), CursorError> {
        self.failures = Failures::load(self.log().database(), self.consumer.name).await?;
        self.find_place().await?;
        let mut follower = self.log().follow(self.cursor.position);
        loop {
            match self.next(&mut follower).await? {
                Next::Facts(facts) => self.deliver_all(&facts).await?,
                Next::Retry => self.retry().await?,
                Next::Settle => self.write(None).await?,
                Next::Look => self.look().await?,
                Next::Stop => return self.cursor.release().await,
            }
        }
    }

    async fn next(&self, follower: &mut Follower) -> Result<Next, StoreError> {
        let settle = self.unwritten > 0;
        let full = self.failures.len() >= HELD;
        let retry_in = self.failures.next().map(|failure| self.until(failure.next_at));
        let look_in = (self.looked + LOOK).saturating_sub(self.clock.monotonic());
        Ok(tokio::select! {
            biased;
            () = self.soft.cancelled() => Next::Stop,
            () = self.clock.sleep(look_in) => Next::Look,
            () = self.clock.sleep(retry_in.unwrap_or_default()), if retry_in.is_some() => Next::Retry,
            facts = follower.next(), if !full => Next::Facts(facts?),
            () = self.clock.sleep(SETTLE), if settle => Next::Settle,
        })
    }

    /// Rebuilds when the facts behind the cursor are not to be had, and moves it to where it goes on.
    async fn find_place(&mut self) -> Result<(), CursorError> {
        let log = self.log().clone();
        let (generation, head, earliest) = (log.generation().await?, log.head(), log.earliest().await?);
        let (why, position) = if generation != self.cursor.generation {
            (LostPlace::AnotherGeneration, head)
        } else if self.cursor.position < earliest - 1 {
            (LostPlace::Pruned, earliest - 1)
        } else {
            return Ok(());
        };
        tracing::warn!(consumer = self.consumer.name, ?why, "a consumer lost its place");
        let rebuilt = self.holding_the_lease(guarded(self.consumer.handler.lost_place(why))).await?;
        rebuilt.map_err(|error| StoreError::Unavailable(error.to_string()))?;
        (self.cursor.generation, self.cursor.position) = (generation, position);
        self.write(None).await
    }

    async fn deliver_all(&mut self, facts: &[Arc<Fact>]) -> Result<(), CursorError> {
        for some in facts.chunks(UNWRITTEN) {
            if self.deliver_together(some).await? {
                self.write_in_time().await?;
            } else {
                self.deliver_each(some).await?;
            }
            if self.soft.is_cancelled() {
                break;
            }
        }
        Ok(())
    }

    /// False if they must come one by one: alone each has its own trace, and its own failure.
    async fn deliver_together(&mut self, facts: &[Arc<Fact>]) -> Result<bool, CursorError> {
        let [_, .., last] = facts else { return Ok(false) };
        if facts.iter().any(|fact| self.failures.hold(fact.subject)) {
            return Ok(false);
        }
        let span = tracing::info_span!("consume", consumer = self.consumer.name, facts = facts.len());
        let handler = Arc::clone(&self.consumer.handler);
        match self.guarding(handler.handle_together(facts).instrument(span)).await? {
            Ok(true) => {
                self.cursor.position = last.position;
                self.unwritten += facts.len();
                Ok(true)
            }
            Ok(false) => Ok(false),
            Err(error) => {
                tracing::info!(consumer = self.consumer.name, %error, "facts are taken one by one");
                Ok(false)
            }
        }
    }

    async fn deliver_each(&mut self, facts: &[Arc<Fact>]) -> Result<(), CursorError> {
        for fact in facts {
            self.deliver(fact).await?;
            self.write_in_time().await?;
            if self.soft.is_cancelled() {
                break;
            }
        }
        Ok(())
    }

    async fn write_in_time(&mut self) -> Result<(), CursorError> {
        let is_behind = self.clock.monotonic().saturating_sub(self.renewed) >= BEHIND;
        if self.unwritten >= UNWRITTEN || (self.unwritten > 0 && is_behind) {
            self.write(None).await?;
        }
        Ok(())
    }

    async fn deliver(&mut self, fact: &Fact) -> Result<(), CursorError> {
        let failed = if self.failures.hold(fact.subject) {
            Some(waiting(fact))
        } else {
            let outcome = self.handle(fact).await?;
            outcome.err().map(|error| self.failed(fact, 1, &error))
        };
        self.cursor.position = fact.position;
        match failed {
            Some(failure) => self.write(Some(Change::Put(failure))).await,
            None => {
                self.unwritten += 1;
                Ok(())
            }
        }
    }

    /// Tries the failure that is due. What waits behind it becomes due when it is gone.
    async fn retry(&mut self) -> Result<(), CursorError> {
        let Some(due) = self.failures.next().cloned() else {
            return Ok(());
        };
        let found = self.log().after(due.position - 1, 1, &FactFilter::default()).await?;
        let Some(fact) = found.first().filter(|fact| fact.position == due.position) else {
            let dead = Failure { dead: true, last_error: "pruned".to_owned(), ..due };
            return self.write(Some(Change::Put(dead))).await;
        };
        let change = match self.handle(fact).await? {
            Ok(()) => Change::Remove(due.position),
            Err(error) => Change::Put(self.failed(fact, due.attempts + 1, &error)),
        };
        self.write(Some(change)).await
    }

    async fn handle(&mut self, fact: &Fact) -> Result<Result<(), HandleError>, CursorError> {
        let Fact { position, kind, .. } = *fact;
        let span = tracing::info_span!("consume", consumer = self.consumer.name, position, kind);
        telemetry::set_parent_from(&span, fact.traceparent.as_deref());
        let handler = Arc::clone(&self.consumer.handler);
        self.guarding(handler.handle(fact).instrument(span)).await
    }

    /// Runs a handler: under the lease, and a panic is an error.
    async fn guarding<T>(
        &mut self,
        handling: impl Future<Output = Result<T, HandleError>>,
    ) -> Result<Result<T, HandleError>, CursorError> {
        kp!("consume.before_handling", self.consumer.name);
        let outcome = self.holding_the_lease(guarded(handling)).await;
        kp!("consume.after_handling", self.consumer.name);
        outcome
    }

    /// Runs what may take long, renewing the lease meanwhile.
    async fn holding_the_lease<F: Future>(&mut self, work: F) -> Result<F::Output, CursorError> {
        // After a pause of the whole process somebody else may be at work already.
        self.renew_after(self.lease()).await?;
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                biased;
                output = &mut work => return Ok(output),
                () = self.clock.sleep(LOOK) => self.renew_after(self.lease() / 3).await?,
            }
        }
    }

    fn failed(&self, fact: &Fact, attempts: i32, error: &HandleError) -> Failure {
        let (kind, poison) = match error {
            HandleError::Retry(kind) => (kind, false),
            HandleError::Poison(kind) => (kind, true),
        };
        let (consumer, position) = (self.consumer.name, fact.position);
        let dead = poison || attempts >= ATTEMPTS;
        if dead {
            tracing::error!(consumer, position, attempts, kind, "a fact is given up");
        } else {
            tracing::info!(consumer, position, attempts, kind, "a fact will be tried again");
        }
        let pause = i64::try_from(backoff::pause(attempts, self.ids).as_micros()).unwrap_or(i64::MAX);
        Failure {
            position,
            subject: fact.subject,
            attempts,
            next_at: self.clock.now().as_microsecond().saturating_add(pause),
            last_error: kind.chars().take(KIND).collect(),
            dead,
        }
    }

    async fn look(&mut self) -> Result<(), CursorError> {
        self.renew_after(self.lease() / 3).await?;
        self.failures = Failures::load(self.log().database(), self.consumer.name).await?;
        self.looked = self.clock.monotonic();
        Ok(())
    }

    /// Renews a lease that was last renewed so long ago, and learns whether it is lost.
    async fn renew_after(&mut self, age: Duration) -> Result<(), CursorError> {
        if self.clock.monotonic().saturating_sub(self.renewed) < age {
            return Ok(());
        }
        self.write(None).await
    }

    fn lease(&self) -> Duration {
        lease(self.log().database().engine())
    }

    async fn write(&mut self, change: Option<Change>) -> Result<(), CursorError> {
        let at = self.clock.monotonic();
        self.cursor.write(change.clone()).await?;
        kp!("consume.after_cursor", self.consumer.name);
        if let Some(change) = &change {
            self.failures.apply(change);
        }
        (self.unwritten, self.renewed) = (0, at);
        Ok(())
    }

    fn until(&self, at: i64) -> Duration {
        let micros = at.saturating_sub(self.clock.now().as_microsecond());
        Duration::from_micros(u64::try_from(micros).unwrap_or(0))
    }

    fn log(&self) -> &FactLog {
        &self.consumer.log
    }
}

/// Behind an earlier fact of its subject.
fn waiting(fact: &Fact) -> Failure {
    let (position, subject) = (fact.position, fact.subject);
    let last_error = "waits behind an earlier fact of its subject".to_owned();
    Failure { position, subject, attempts: 0, next_at: 0, last_error, dead: false }
}

async fn guarded<T>(handling: impl Future<Output = Result<T, HandleError>>) -> Result<T, HandleError> {
    let outcome = AssertUnwindSafe(handling).catch_unwind().await;
    outcome.unwrap_or_else(|_| Err(HandleError::Retry("panic".to_owned())))
}
