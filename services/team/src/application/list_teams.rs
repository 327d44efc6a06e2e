//! Lists the teams of the caller's workspace, oldest first.

use std::sync::Arc;

use baton_kit::{data::StoreError, life::ids::WorkspaceId};

use super::ports::{After, Page, TeamStore};
use crate::domain::team::Team;

/// The use case.
#[derive(Clone)]
pub struct ListTeams {
    /// Where teams are.
    pub teams: Arc<dyn TeamStore>,
}

impl ListTeams {
    /// One page.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn run(
        &self,
        workspace: WorkspaceId,
        after: Option<After>,
        size: u32,
    ) -> Result<Page<Team>, StoreError> {
        self.teams.list(workspace, after, size).await
    }
}
