//! Replaces the members of a team.

use std::sync::Arc;

use baton_kit::life::{clock::SharedClock, ids::SharedIds, ids::WorkspaceId};

use super::ports::{ChangeTeamError, Doer, TeamChange, TeamStore};
use crate::domain::{
    etag::Etag,
    ids::TeamId,
    team::{Team, TeamEdit, TeamMembers},
};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct SetTeamMembersCommand {
    /// Where.
    pub workspace: WorkspaceId,
    /// Who asks.
    pub by: Doer,
    /// Which team.
    pub team: TeamId,
    /// Who is in it from now on.
    pub members: TeamMembers,
    /// Which state of the team the asker saw.
    pub etag: Etag,
}

/// The use case.
#[derive(Clone)]
pub struct SetTeamMembers {
    /// Where teams are.
    pub teams: Arc<dyn TeamStore>,
    /// Time.
    pub clock: SharedClock,
    /// New ids.
    pub ids: SharedIds,
}

impl SetTeamMembers {
    /// The team as changed.
    ///
    /// # Errors
    /// [`ChangeTeamError`], each as it says.
    pub async fn run(&self, command: SetTeamMembersCommand) -> Result<Team, ChangeTeamError> {
        let change = TeamChange {
            workspace: command.workspace,
            team: command.team,
            edit: TeamEdit::Members(command.members),
            etag: Some(command.etag),
            by: command.by,
            fact_id: self.ids.next(),
            at: self.clock.now(),
        };
        self.teams.change(change).await
    }
}
