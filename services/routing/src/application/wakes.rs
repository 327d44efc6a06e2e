//! Which workspaces are to be looked at: each at most once in the queue and at most once in work, a wake while in work counts after it.
//!
//! Bounded: what does not fit is found by the sweep. Must not know what is done with a workspace.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use baton_kit::life::ids::WorkspaceId;
use tokio::sync::Notify;

/// Handle; clones share.
#[derive(Clone)]
pub struct Wakes {
    inner: Arc<Inner>,
}

struct Inner {
    state: Mutex<State>,
    bell: Notify,
    most: usize,
}

#[derive(Default)]
struct State {
    queue: VecDeque<WorkspaceId>,
    queued: BTreeSet<WorkspaceId>,
    in_work: BTreeSet<WorkspaceId>,
    again: BTreeSet<WorkspaceId>,
    later: BTreeSet<WorkspaceId>,
}

impl Wakes {
    /// Holds at most `most` waiting workspaces.
    pub fn new(most: usize) -> Self {
        Self { inner: Arc::new(Inner { state: Mutex::default(), bell: Notify::new(), most }) }
    }

    /// Has a workspace looked at now.
    pub fn wake(&self, workspace: WorkspaceId) {
        if self.state().enter(workspace, self.inner.most) {
            self.inner.bell.notify_one();
        }
    }

    /// Has a workspace looked at with the next sweep.
    pub fn later(&self, workspace: WorkspaceId) {
        let mut state = self.state();
        if state.later.len() < self.inner.most {
            state.later.insert(workspace);
        }
    }

    /// Wakes those put off.
    pub fn wake_later_ones(&self) {
        let later = std::mem::take(&mut self.state().later);
        later.into_iter().for_each(|workspace| self.wake(workspace));
    }

    /// The next workspace, when there is one; nobody else gets it until the turn is dropped.
    pub async fn next(&self) -> Turn {
        loop {
            if let Some(turn) = self.try_next() {
                return turn;
            }
            self.inner.bell.notified().await;
        }
    }

    /// The next workspace, if there is one.
    pub fn try_next(&self) -> Option<Turn> {
        let mut state = self.state();
        let workspace = state.queue.pop_front()?;
        state.queued.remove(&workspace);
        state.in_work.insert(workspace);
        let more = !state.queue.is_empty();
        drop(state);
        if more {
            // A bell rung for two may have been heard by one.
            self.inner.bell.notify_one();
        }
        Some(Turn { workspace, wakes: self.clone() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether it stands in the queue now and did not before.
    fn enter(&mut self, workspace: WorkspaceId, most: usize) -> bool {
        if self.in_work.contains(&workspace) {
            self.again.insert(workspace);
            return false;
        }
        if self.queue.len() >= most || !self.queued.insert(workspace) {
            return false;
        }
        self.queue.push_back(workspace);
        true
    }
}

/// A workspace in work.
pub struct Turn {
    /// The workspace.
    pub workspace: WorkspaceId,
    wakes: Wakes,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut state = self.wakes.state();
        state.in_work.remove(&self.workspace);
        let again = state.again.remove(&self.workspace);
        drop(state);
        if again {
            self.wakes.wake(self.workspace);
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn workspace(n: u128) -> WorkspaceId {
        WorkspaceId::from_uuid(Uuid::from_u128(n))
    }

    #[test]
    fn wakes_of_one_workspace_are_one() {
        let wakes = Wakes::new(10);
        wakes.wake(workspace(1));
        wakes.wake(workspace(1));
        let turn = wakes.try_next().unwrap();
        assert!(wakes.try_next().is_none());
        drop(turn);
        assert!(wakes.try_next().is_none());
    }

    #[test]
    fn a_wake_during_the_work_counts_after_it() {
        let wakes = Wakes::new(10);
        wakes.wake(workspace(1));
        let turn = wakes.try_next().unwrap();
        wakes.wake(workspace(1));
        assert!(wakes.try_next().is_none());
        drop(turn);
        assert!(wakes.try_next().is_some());
    }

    #[test]
    fn no_more_than_the_bound_are_kept() {
        let wakes = Wakes::new(2);
        (0..5).for_each(|n| wakes.wake(workspace(n)));
        let turns: Vec<_> = std::iter::from_fn(|| wakes.try_next()).collect();
        assert_eq!(turns.len(), 2);
    }

    #[test]
    fn what_is_put_off_waits_for_the_sweep() {
        let wakes = Wakes::new(2);
        wakes.later(workspace(1));
        assert!(wakes.try_next().is_none());
        wakes.wake_later_ones();
        assert!(wakes.try_next().is_some());
    }
}
