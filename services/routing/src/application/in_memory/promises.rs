//! Office hours and promises in memory, and a visitor's side that keeps what it was told.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use baton_kit::life::ids::WorkspaceId;
use jiff::Timestamp;
use uuid::Uuid;

use super::{InMemoryDesk, Result, State, Weather};
use crate::{
    application::ports::{Hours, Kept, Lease, PromiseAnswer, Promises, SetError, Teller, Told},
    domain::{
        hours::OfficeHours,
        promise::{Owed, Promise},
        queue::{Entry, Seen},
    },
};

/// A promise as it is kept.
#[derive(Debug, Clone)]
pub struct KeptPromise {
    pub owed: Owed,
    pub told: i64,
    pub next_try: Timestamp,
    pub lease: Option<(Uuid, Timestamp)>,
}

impl State {
    /// What a fact does to the promise of its conversation.
    pub fn owe(&mut self, seen: &Seen, entry: Option<&Entry>) {
        let key = (seen.workspace, seen.conversation);
        let Some(entry) = entry else {
            self.promises.remove(&key);
            return;
        };
        let version = match self.promises.get(&key) {
            Some(kept) if kept.owed.handoff == entry.handoff => return,
            Some(kept) => kept.owed.version + 1,
            None => 1,
        };
        let (workspace, conversation, handoff) = (seen.workspace, seen.conversation, entry.handoff);
        let owed = Owed { workspace, conversation, handoff, asked_at: seen.asked_at, version, tries: 0 };
        let kept = KeptPromise { owed, told: 0, next_try: Timestamp::MIN, lease: None };
        self.promises.insert(key, kept);
    }
}

#[async_trait]
impl Hours for InMemoryDesk {
    async fn get(&self, _: WorkspaceId) -> Result<Kept> {
        Ok(self.state().hours.clone())
    }

    async fn set(
        &self,
        _: WorkspaceId,
        etag: &str,
        hours: OfficeHours,
    ) -> std::result::Result<Kept, SetError> {
        let mut state = self.state();
        if state.hours.etag() != etag {
            return Err(SetError::Stale(state.hours.etag()));
        }
        if state.hours.hours.as_ref() != Some(&hours) {
            state.hours = Kept { hours: Some(hours), revision: state.hours.revision + 1 };
            for kept in state.promises.values_mut() {
                kept.owed.version += 1;
                kept.next_try = Timestamp::MIN;
            }
        }
        Ok(state.hours.clone())
    }

    async fn zones(&self) -> Result<Vec<(WorkspaceId, String)>> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl Promises for InMemoryDesk {
    async fn owed(&self, now: Timestamp, most: u64) -> Result<Vec<Owed>> {
        let state = self.state();
        let is_due = |kept: &&KeptPromise| {
            kept.told < kept.owed.version
                && kept.next_try <= now
                && kept.lease.is_none_or(|(_, until)| until <= now)
        };
        let due = state.promises.values().filter(is_due);
        Ok(due.take(usize::try_from(most).unwrap_or(usize::MAX)).map(|kept| kept.owed.clone()).collect())
    }

    async fn claim(&self, owed: &Owed, lease: Lease) -> Result<bool> {
        let mut state = self.state();
        let Some(kept) = state.promises.get_mut(&(owed.workspace, owed.conversation)) else {
            return Ok(false);
        };
        let free = kept.lease.is_none_or(|(owner, until)| owner == lease.owner || until <= lease.now);
        let same = (kept.owed.version, kept.owed.handoff) == (owed.version, owed.handoff);
        if !free || !same || kept.told >= owed.version {
            return Ok(false);
        }
        kept.lease = Some((lease.owner, lease.until));
        Ok(true)
    }

    async fn settle(&self, owed: &Owed, told: Told) -> Result<()> {
        let mut state = self.state();
        let Some(kept) = state.promises.get_mut(&(owed.workspace, owed.conversation)) else {
            return Ok(());
        };
        kept.lease = None;
        if (kept.owed.version, kept.owed.handoff) != (owed.version, owed.handoff) {
            kept.told = 0;
            return Ok(());
        }
        match told {
            Told::Definite => kept.told = owed.version,
            Told::Unknown(next_try) => {
                kept.next_try = next_try;
                kept.owed.tries += 1;
            }
        }
        Ok(())
    }
}

/// Implements [`Teller`]: keeps every promise that arrived.
#[derive(Default)]
pub struct InMemoryTeller {
    pub told: Mutex<Vec<(Owed, Promise)>>,
    /// What happens to the next calls; then all is well.
    pub weather: Mutex<VecDeque<Weather>>,
    pub ended: Mutex<bool>,
}

impl InMemoryTeller {
    pub fn told(&self) -> MutexGuard<'_, Vec<(Owed, Promise)>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Teller for InMemoryTeller {
    async fn tell(&self, owed: &Owed, promise: &Promise) -> PromiseAnswer {
        let weather = self.weather.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        if matches!(weather, Some(Weather::Lost)) {
            return PromiseAnswer::Unknown("lost".to_owned());
        }
        if *self.ended.lock().unwrap_or_else(PoisonError::into_inner) {
            return PromiseAnswer::Ended;
        }
        self.told().push((owed.clone(), promise.clone()));
        match weather {
            Some(_) => PromiseAnswer::Unknown("reply lost".to_owned()),
            None => PromiseAnswer::Told,
        }
    }
}
