//! The workspaces whose stored time zone this binary does not know: they are taken as open, and somebody must hear of it.
//!
//! Must not know how the alarm is raised.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use baton_kit::life::ids::WorkspaceId;

/// Handle; clones share.
#[derive(Debug, Clone, Default)]
pub struct UnknownZones {
    workspaces: Arc<Mutex<BTreeSet<WorkspaceId>>>,
}

impl UnknownZones {
    /// How many there are, as far as they were met.
    pub fn count(&self) -> usize {
        self.workspaces.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// A workspace's office hours were read.
    pub fn met(&self, workspace: WorkspaceId, zone: &str, known: bool) {
        let mut workspaces = self.workspaces.lock().unwrap_or_else(PoisonError::into_inner);
        if known {
            workspaces.remove(&workspace);
        } else if workspaces.insert(workspace) {
            // Once a workspace, not once a question.
            tracing::error!(%workspace, zone, "a stored time zone is not known; its office hours are taken as open");
        }
    }
}
