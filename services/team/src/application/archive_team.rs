//! Archives a team for good.

use std::sync::Arc;

use baton_kit::life::{clock::SharedClock, ids::SharedIds, ids::WorkspaceId};

use super::ports::{ChangeTeamError, Doer, TeamChange, TeamStore};
use crate::domain::{
    ids::TeamId,
    team::{Team, TeamEdit},
};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct ArchiveTeamCommand {
    /// Where.
    pub workspace: WorkspaceId,
    /// Who asks.
    pub by: Doer,
    /// Which team.
    pub team: TeamId,
}

/// The use case.
#[derive(Clone)]
pub struct ArchiveTeam {
    /// Where teams are.
    pub teams: Arc<dyn TeamStore>,
    /// Time.
    pub clock: SharedClock,
    /// New ids.
    pub ids: SharedIds,
}

impl ArchiveTeam {
    /// The team as archived, now or before.
    ///
    /// # Errors
    /// [`ChangeTeamError`], each as it says.
    pub async fn run(&self, command: ArchiveTeamCommand) -> Result<Team, ChangeTeamError> {
        let change = TeamChange {
            workspace: command.workspace,
            team: command.team,
            edit: TeamEdit::Archive,
            etag: None,
            by: command.by,
            fact_id: self.ids.next(),
            at: self.clock.now(),
        };
        self.teams.change(change).await
    }
}
