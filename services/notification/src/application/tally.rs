//! Numbers for operators: what was decided about mails, how many wait, and since when.

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use baton_kit::life::{clock::SharedClock, telemetry::Metrics};
use opentelemetry::KeyValue;

use super::ports::Backlog;
use crate::domain::{kind::Kind, mailing::Outcome};

/// Nothing is due.
const NOTHING: i64 = i64::MAX;

/// Counts. Clones share.
#[derive(Clone)]
pub struct Tally {
    decided: Arc<dyn Fn(Kind, &'static str, &'static str) + Send + Sync>,
    waiting: Arc<AtomicU64>,
    oldest: Arc<AtomicI64>,
}

impl Tally {
    /// Among the numbers of a process.
    pub fn new(metrics: &Metrics, clock: SharedClock) -> Self {
        let mails = metrics
            .counter("baton_notification_mails_total", "What was decided about mails, by kind and reason.");
        let decided = move |kind: Kind, decision: &'static str, reason: &'static str| {
            let labels = [("kind", kind.word()), ("decision", decision), ("reason", reason)];
            mails.add(1, &labels.map(|(name, value)| KeyValue::new(name, value)));
        };
        let (waiting, oldest) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicI64::new(NOTHING)));
        let counted = Arc::clone(&waiting);
        metrics.gauge_of(
            "baton_notification_mails_waiting",
            "Mails that wait to be sent or decided against.",
            move || counted.load(Ordering::Relaxed) as f64,
        );
        let due = Arc::clone(&oldest);
        metrics.gauge_of(
            "baton_notification_oldest_due_seconds",
            "For how long the oldest mail is due that was neither sent nor decided against.",
            move || {
                let since = due.load(Ordering::Relaxed);
                let late = clock.now().as_microsecond().saturating_sub(since).max(0);
                late as f64 / 1e6
            },
        );
        Self { decided: Arc::new(decided), waiting, oldest }
    }

    /// Something was decided about a mail.
    pub fn decided(&self, kind: Kind, outcome: Outcome) {
        if let Some((decision, reason)) = outcome.entry() {
            (self.decided)(kind, decision.word(), reason.word());
        }
    }

    /// What waits now.
    pub fn waits(&self, backlog: Backlog) {
        self.waiting.store(backlog.open, Ordering::Relaxed);
        let oldest = backlog.oldest_due.map_or(NOTHING, jiff::Timestamp::as_microsecond);
        self.oldest.store(oldest, Ordering::Relaxed);
    }
}
