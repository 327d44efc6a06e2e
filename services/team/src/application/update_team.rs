//! Changes the name, the description or the colour of a team.

use std::sync::Arc;

use baton_kit::life::{clock::SharedClock, ids::SharedIds, ids::WorkspaceId};

use super::ports::{ChangeTeamError, Doer, TeamChange, TeamStore};
use crate::domain::{
    etag::Etag,
    ids::TeamId,
    name::DisplayName,
    team::{Color, Team, TeamEdit},
};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct UpdateTeamCommand {
    /// Where.
    pub workspace: WorkspaceId,
    /// Who asks.
    pub by: Doer,
    /// Which team.
    pub team: TeamId,
    /// Its new name, if it gets one.
    pub name: Option<DisplayName>,
    /// Its new description, if it gets one.
    pub description: Option<String>,
    /// Its new colour, if it gets one.
    pub color: Option<Color>,
    /// Which state of the team the asker saw.
    pub etag: Etag,
}

/// The use case.
#[derive(Clone)]
pub struct UpdateTeam {
    /// Where teams are.
    pub teams: Arc<dyn TeamStore>,
    /// Time.
    pub clock: SharedClock,
    /// New ids.
    pub ids: SharedIds,
}

impl UpdateTeam {
    /// The team as changed.
    ///
    /// # Errors
    /// [`ChangeTeamError`], each as it says.
    pub async fn run(&self, command: UpdateTeamCommand) -> Result<Team, ChangeTeamError> {
        let change = TeamChange {
            workspace: command.workspace,
            team: command.team,
            edit: TeamEdit::Describe {
                name: command.name,
                description: command.description,
                color: command.color,
            },
            etag: Some(command.etag),
            by: command.by,
            fact_id: self.ids.next(),
            at: self.clock.now(),
        };
        self.teams.change(change).await
    }
}
