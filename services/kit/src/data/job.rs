//! One unit of work on its way through a database: what to run, what came of it, whom to tell.
//!
//! Hides the caller's types from the engines. Must not know which engine runs it.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::{FutureExt as _, future::BoxFuture};
use tokio::sync::oneshot;
use tracing::{Instrument as _, Span};

use super::{StoreError, Unit, attempt};

/// How long one attempt may take. Far above any request's budget: work that takes longer awaits
/// something else than its transaction, and on SQLite everybody stands behind it.
const LIMIT: Duration = Duration::from_secs(10);

/// Work whose types are forgotten.
pub(super) trait Job: Send {
    /// Runs one attempt; whether its changes are to be kept. Never panics.
    fn run<'a>(&'a mut self, unit: &'a Unit) -> BoxFuture<'a, bool>;

    /// Tells the caller: what the last attempt returned, unless it was a success that did not reach
    /// the database (`Err`).
    fn answer(self: Box<Self>, end: Result<(), StoreError>);
}

/// A job, and where its outcome will be.
pub(super) fn job<T, E, F>(work: F) -> (Box<dyn Job>, oneshot::Receiver<Result<T, E>>)
where
    F: for<'u> Fn(&'u Unit) -> BoxFuture<'u, Result<T, E>> + Send + Sync + 'static,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    let (caller, outcome) = oneshot::channel();
    let job = Work { work, span: Span::current(), outcome: None, caller };
    (Box::new(job), outcome)
}

struct Work<F, T, E> {
    work: F,
    /// The caller's, so that log lines and facts of the work belong to its trace.
    span: Span,
    outcome: Option<Result<T, E>>,
    caller: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Job for Work<F, T, E>
where
    F: for<'u> Fn(&'u Unit) -> BoxFuture<'u, Result<T, E>> + Send + Sync,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run<'a>(&'a mut self, unit: &'a Unit) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            let work = async { (self.work)(unit).await };
            let caught = AssertUnwindSafe(work).catch_unwind().instrument(self.span.clone());
            let marks = unit.marks();
            let outcome = match within(LIMIT, attempt::noting(Arc::clone(marks), caught)).await {
                Ok(Ok(Ok(_))) if marks.a_statement_failed() => Err(swallowed().into()),
                Ok(Ok(outcome)) => outcome,
                Ok(Err(panic)) => Err(panicked(&*panic).into()),
                Err(overdue) => Err(overdue.into()),
            };
            self.outcome.insert(outcome).is_ok()
        })
    }

    fn answer(self: Box<Self>, end: Result<(), StoreError>) {
        let outcome = match (self.outcome, end) {
            (Some(Err(refusal)), _) => Err(refusal),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (_, Err(error)) => Err(error.into()),
            (None, Ok(())) => Err(StoreError::Broken("work was answered before it ran".to_owned()).into()),
        };
        // The caller may have gone: the work is done all the same.
        let _ = self.caller.send(outcome);
    }
}

#[expect(clippy::disallowed_methods, reason = "a guard against a fault, in real time: no test may scale it")]
async fn within<F: Future>(limit: Duration, work: F) -> Result<F::Output, StoreError> {
    // Also of work that awaits its transaction alone, on a machine or a server that stands still for a while: it may go well next time.
    let overdue =
        || StoreError::Unavailable(format!("work did not end within {limit:?}; what does it await?"));
    tokio::time::timeout(limit, work).await.map_err(|_| overdue())
}

fn swallowed() -> StoreError {
    StoreError::Broken("a statement failed and the work went on: the transaction is rolled back".to_owned())
}

fn panicked(panic: &(dyn std::any::Any + Send)) -> StoreError {
    let text = panic.downcast_ref::<&'static str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    tracing::error!(panic = text.unwrap_or("(no message)"), "work on the database panicked");
    StoreError::Broken("the work panicked".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_that_does_not_end_in_time_may_be_sent_again() {
        let overdue = within(Duration::ZERO, std::future::pending::<()>()).await;
        assert!(matches!(overdue, Err(StoreError::Unavailable(_))), "{overdue:?}");
        assert_eq!(within(LIMIT, async { 7 }).await, Ok(7));
    }
}
