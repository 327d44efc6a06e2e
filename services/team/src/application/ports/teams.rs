//! What the use cases of teams need of the world.

use async_trait::async_trait;
use baton_kit::{data::StoreError, life::ids::WorkspaceId};
use jiff::Timestamp;
use uuid::Uuid;

use super::{After, Doer, Made, MakeError, Page, Repeatable};
use crate::domain::{
    etag::Etag,
    ids::{MemberId, TeamId},
    team::{Team, TeamEdit},
};

/// A team to be made.
#[derive(Debug, Clone)]
pub struct NewTeam {
    /// The team.
    pub team: Team,
    /// Who makes it.
    pub by: Doer,
    /// Id of the fact that tells of it.
    pub fact_id: Uuid,
}

/// A team to be changed.
#[derive(Debug, Clone)]
pub struct TeamChange {
    /// Where.
    pub workspace: WorkspaceId,
    /// Which one.
    pub team: TeamId,
    /// How.
    pub edit: TeamEdit,
    /// Which state it must be in; `None` for any.
    pub etag: Option<Etag>,
    /// Who changes it.
    pub by: Doer,
    /// Id of the fact that tells of it.
    pub fact_id: Uuid,
    /// When.
    pub at: Timestamp,
}

/// Why a team was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MakeTeamError {
    /// These are no active members of the workspace.
    #[error("some are no active members of the workspace")]
    UnknownMembers(Vec<MemberId>),
    /// As for everything that is made.
    #[error(transparent)]
    Make(#[from] MakeError),
}

impl From<StoreError> for MakeTeamError {
    fn from(error: StoreError) -> Self {
        Self::Make(error.into())
    }
}

/// Why a team was not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeTeamError {
    /// The workspace has no such team.
    #[error("there is no such team")]
    NotFound,
    /// It is no longer as it was seen.
    #[error("the team is no longer as it was seen")]
    Stale {
        /// What it is now.
        current: Etag,
    },
    /// These are no active members of the workspace.
    #[error("some are no active members of the workspace")]
    UnknownMembers(Vec<MemberId>),
    /// Another team has the name.
    #[error("the name is taken")]
    Taken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Keeps teams.
#[async_trait]
pub trait TeamStore: Send + Sync + 'static {
    /// Keeps a new team, and the fact that tells of it.
    async fn create(&self, new: NewTeam, request: Repeatable) -> Result<Made<Team>, MakeTeamError>;

    /// A team of this workspace.
    async fn find(&self, workspace: WorkspaceId, id: TeamId) -> Result<Option<Team>, StoreError>;

    /// The workspace's teams, oldest first.
    async fn list(
        &self,
        workspace: WorkspaceId,
        after: Option<After>,
        size: u32,
    ) -> Result<Page<Team>, StoreError>;

    /// Changes a team, as it then is, and keeps the fact that tells of it; nothing where nothing changes.
    async fn change(&self, change: TeamChange) -> Result<Team, ChangeTeamError>;
}
