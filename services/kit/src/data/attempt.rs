//! What happened to the statements of the running attempt at a unit of work, noted beside it.
//!
//! The work's own error type says nothing about its database cause, and work may swallow an error.
//! Must not know who runs the work.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

tokio::task_local! {
    static MARKS: Arc<Marks>;
}

#[derive(Debug, Default)]
pub(super) struct Marks {
    failed: AtomicBool,
    again: AtomicBool,
}

impl Marks {
    /// A statement failed. PostgreSQL then answers COMMIT with a silent ROLLBACK, so work that goes
    /// on all the same must not be called a success.
    pub fn a_statement_failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }

    /// The database said that the same transaction may succeed next time.
    pub fn another_attempt_asked(&self) -> bool {
        self.again.load(Ordering::Relaxed)
    }
}

/// Runs the future of one attempt, noting into `marks`.
pub(super) async fn noting<F: Future>(marks: Arc<Marks>, attempt: F) -> F::Output {
    MARKS.scope(marks, attempt).await
}

/// Called for every failed statement; does nothing outside an attempt.
pub(super) fn note_failure() {
    let _ = MARKS.try_with(|marks| marks.failed.store(true, Ordering::Relaxed));
}

/// Asks for the whole transaction to be run again; does nothing outside an attempt.
pub(super) fn ask_for_another() {
    let _ = MARKS.try_with(|marks| marks.again.store(true, Ordering::Relaxed));
}
