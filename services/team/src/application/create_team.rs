//! Makes a team, with or without members.

use std::sync::Arc;

use baton_kit::life::{clock::SharedClock, ids::SharedIds, ids::WorkspaceId};

use super::ports::{Doer, Made, MakeTeamError, NewTeam, Repeatable, TeamStore};
use crate::domain::{
    ids::TeamId,
    name::DisplayName,
    team::{Color, Team, TeamMembers},
};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct CreateTeamCommand {
    /// The request.
    pub request: Repeatable,
    /// Where.
    pub workspace: WorkspaceId,
    /// Who asks.
    pub by: Doer,
    /// The team's name.
    pub name: DisplayName,
    /// What it is for.
    pub description: String,
    /// How it is shown.
    pub color: Color,
    /// Who is in it.
    pub members: TeamMembers,
}

/// The use case.
#[derive(Clone)]
pub struct CreateTeam {
    /// Where teams are.
    pub teams: Arc<dyn TeamStore>,
    /// Time.
    pub clock: SharedClock,
    /// New ids.
    pub ids: SharedIds,
}

impl CreateTeam {
    /// The team; the same one, as it is by then, when the request comes again.
    ///
    /// # Errors
    /// [`MakeTeamError`], each as it says.
    pub async fn run(&self, command: CreateTeamCommand) -> Result<Team, MakeTeamError> {
        let (by, request) = (command.by, command.request.clone());
        let new = NewTeam { team: self.team(command), by, fact_id: self.ids.next() };
        match self.teams.create(new, request).await? {
            Made::Now(team) | Made::Before(team) => Ok(team),
        }
    }

    fn team(&self, command: CreateTeamCommand) -> Team {
        Team {
            id: TeamId::from_uuid(self.ids.next()),
            workspace: command.workspace,
            name: command.name,
            description: command.description,
            color: command.color,
            members: command.members,
            archived: false,
            created_at: self.clock.now(),
            revision: 1,
        }
    }
}
