//! Names of workspaces, kept for some minutes: they stand in every mail and hardly ever change.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use baton_kit::life::{clock::SharedClock, ids::WorkspaceId};

/// How long one is kept.
const KEPT_FOR: Duration = Duration::from_secs(300);
/// How many are kept; then all are forgotten, and asked for again.
const KEPT: usize = 10_000;

/// What is kept.
pub struct Names {
    clock: SharedClock,
    names: Mutex<HashMap<WorkspaceId, (String, Duration)>>,
}

impl Names {
    /// None yet.
    pub fn new(clock: SharedClock) -> Self {
        Self { clock, names: Mutex::default() }
    }

    /// One that is kept still.
    pub fn of(&self, workspace: WorkspaceId) -> Option<String> {
        let now = self.clock.monotonic();
        let kept = self.kept();
        let (name, since) = kept.get(&workspace)?;
        (now.saturating_sub(*since) < KEPT_FOR).then(|| name.clone())
    }

    /// Keeps one from now on.
    pub fn keep(&self, workspace: WorkspaceId, name: String) {
        let since = self.clock.monotonic();
        let mut kept = self.kept();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(workspace, (name, since));
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<WorkspaceId, (String, Duration)>> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use baton_kit_testing::clock::FakeClock;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_name_is_kept_for_some_minutes_and_of_its_workspace_only() {
        let clock = FakeClock::new();
        let (names, of) = (Names::new(clock.shared()), |n| WorkspaceId::from_uuid(Uuid::from_u128(n)));
        names.keep(of(1), "Acme".to_owned());
        clock.advance(KEPT_FOR - Duration::from_secs(1));
        assert_eq!((names.of(of(1)).as_deref(), names.of(of(2))), (Some("Acme"), None));
        clock.advance(Duration::from_secs(1));
        assert_eq!(names.of(of(1)), None);
        names.keep(of(1), "Acme & Sons".to_owned());
        assert_eq!(names.of(of(1)).as_deref(), Some("Acme & Sons"));
    }

    #[test]
    fn no_more_are_kept_than_fit() {
        let names = Names::new(FakeClock::new().shared());
        for n in 0..=KEPT {
            names.keep(WorkspaceId::from_uuid(Uuid::from_u128(n as u128)), String::new());
        }
        assert_eq!(names.kept().len(), 1);
    }
}
