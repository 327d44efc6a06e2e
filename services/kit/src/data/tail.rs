//! The newest facts in memory, without a hole, and the number of the last one.
//!
//! Filled by whoever numbers facts; wakes followers. Must not know who follows.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use sea_orm::ConnectionTrait;
use tokio::sync::{Notify, watch};

use super::{Engine, Fact, FactFilter, StoreError, facts};

/// Facts kept in memory.
const RING: usize = 4096;
/// Facts read at once when catching up.
pub(super) const PAGE: u32 = 500;

/// Shared by everything that has to do with one database's facts in this process.
pub(super) struct Tail {
    /// Gapless: each position is one above that before it.
    ring: Mutex<VecDeque<Arc<Fact>>>,
    head: watch::Sender<i64>,
    relay: Notify,
    started: AtomicBool,
}

impl Tail {
    pub fn new() -> Self {
        let head = watch::Sender::new(0);
        Self { ring: Mutex::default(), head, relay: Notify::new(), started: AtomicBool::new(false) }
    }

    /// True for the first caller: it starts the tasks that keep this up to date.
    pub fn claim_start(&self) -> bool {
        !self.started.swap(true, Ordering::Relaxed)
    }

    /// The start failed: the next caller may try.
    pub fn give_up_start(&self) {
        self.started.store(false, Ordering::Relaxed);
    }

    /// The position of the last fact known here; 0 when there is none.
    pub fn head(&self) -> i64 {
        *self.head.borrow()
    }

    pub fn watch_head(&self) -> watch::Receiver<i64> {
        self.head.subscribe()
    }

    /// Something was committed that has no position yet.
    pub fn wake_relay(&self) {
        self.relay.notify_one();
    }

    /// Returns after [`wake_relay`](Self::wake_relay), also one that came before.
    pub async fn relay_woken(&self) {
        self.relay.notified().await;
    }

    /// Starts behind what is in the table: facts up to there are read, not remembered. Once only, before
    /// the first [`push`](Self::push).
    pub fn start_at(&self, position: i64) {
        self.move_head(position);
    }

    /// Takes facts in the order of their positions. Those known already are dropped; before a jump
    /// the older ones are forgotten, so that the ring has no hole.
    pub fn push(&self, facts: Vec<Arc<Fact>>) {
        let Some(last) = facts.last().map(|fact| fact.position) else {
            return;
        };
        let mut ring = self.lock();
        for fact in facts {
            let expected = ring.back().map(|newest| newest.position + 1);
            if expected.is_some_and(|expected| fact.position < expected) {
                continue;
            }
            if expected.is_some_and(|expected| fact.position > expected) {
                ring.clear();
            }
            if ring.len() == RING {
                ring.pop_front();
            }
            ring.push_back(fact);
        }
        drop(ring);
        self.move_head(last);
    }

    /// Reads what the table has beyond the head.
    pub async fn catch_up<C: ConnectionTrait>(&self, db: &C, engine: Engine) -> Result<(), StoreError> {
        loop {
            let facts = facts::read_after(db, engine, self.head(), PAGE, &FactFilter::default()).await?;
            let more = facts.len() == PAGE as usize;
            self.push(facts);
            if !more {
                return Ok(());
            }
        }
    }

    /// Up to `limit` facts that pass `filter` above `position`, if the ring reaches back that far.
    pub fn after(&self, position: i64, limit: u32, filter: &FactFilter) -> Option<Vec<Arc<Fact>>> {
        let ring = self.lock();
        let oldest = ring.front()?.position;
        if position < oldest - 1 {
            return None;
        }
        let known = usize::try_from(position + 1 - oldest).unwrap_or(usize::MAX);
        let newer = ring.iter().skip(known).filter(|fact| filter.passes(fact));
        Some(newer.take(limit as usize).cloned().collect())
    }

    fn move_head(&self, position: i64) {
        self.head.send_if_modified(|head| {
            let moved = position > *head;
            *head = position.max(*head);
            moved
        });
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Arc<Fact>>> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
