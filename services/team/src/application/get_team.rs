//! Reads one team of the caller's workspace.

use std::sync::Arc;

use baton_kit::{data::StoreError, life::ids::WorkspaceId};

use super::ports::TeamStore;
use crate::domain::{ids::TeamId, team::Team};

/// The use case.
#[derive(Clone)]
pub struct GetTeam {
    /// Where teams are.
    pub teams: Arc<dyn TeamStore>,
}

impl GetTeam {
    /// The team, if this workspace has it.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn run(&self, workspace: WorkspaceId, id: TeamId) -> Result<Option<Team>, StoreError> {
        self.teams.find(workspace, id).await
    }
}
