//! What the use cases of canned responses need of the world.

use async_trait::async_trait;
use baton_kit::{data::StoreError, life::ids::WorkspaceId};
use uuid::Uuid;

use super::{Made, MakeError, Page, Repeatable};
use crate::domain::{
    canned::{Asker, CannedEdit, CannedResponse, Shortcut},
    etag::Etag,
    ids::{CannedResponseId, TeamId},
};

/// Who asks, and where. Sees what is the workspace's, its teams' (or every team's) and its own, and nothing else.
#[derive(Debug, Clone, Copy)]
pub struct Viewer {
    /// Where.
    pub workspace: WorkspaceId,
    /// Who.
    pub asker: Asker,
}

/// How far what is listed reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannedScope {
    /// To everybody.
    Workspace,
    /// To a team.
    Team,
    /// To its owner.
    Personal,
}

/// What is listed of everything that the viewer sees; the default is all of it.
#[derive(Debug, Clone, Default)]
pub struct CannedFilter {
    /// Only what reaches so far.
    pub scope: Option<CannedScope>,
    /// Only this team's.
    pub team: Option<TeamId>,
    /// Only what is called up by a word that begins so.
    pub prefix: Option<Shortcut>,
}

/// Where a page of canned responses begins: behind this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AfterShortcut {
    /// The shortcut of the last one of the page before.
    pub shortcut: Shortcut,
    /// Its id.
    pub id: Uuid,
}

/// A canned response to be changed.
#[derive(Debug, Clone)]
pub struct CannedChange {
    /// Where, and who changes it.
    pub viewer: Viewer,
    /// Which one.
    pub id: CannedResponseId,
    /// How.
    pub edit: CannedEdit,
    /// Which state it must be in.
    pub etag: Etag,
}

/// A canned response to be deleted.
#[derive(Debug, Clone)]
pub struct CannedDeletion {
    /// Where, and who deletes it.
    pub viewer: Viewer,
    /// Which one.
    pub id: CannedResponseId,
    /// Which state it must be in; `None` for any.
    pub etag: Option<Etag>,
}

/// Why a canned response was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MakeCannedError {
    /// It is not for the maker to make what reaches so far.
    #[error("only who manages the staff makes what everybody or a team uses")]
    Denied,
    /// The workspace has no such team.
    #[error("there is no such team")]
    UnknownTeam,
    /// Whose it would be was removed.
    #[error("the member was removed")]
    OwnerRemoved,
    /// Where it would be, there are as many as there may be.
    #[error("there are as many of them as there may be")]
    Full {
        /// How many that is.
        limit: u64,
    },
    /// The same request made it before, and it was deleted since.
    #[error("it was deleted since it was made")]
    Deleted,
    /// As for everything that is made.
    #[error(transparent)]
    Make(#[from] MakeError),
}

impl From<StoreError> for MakeCannedError {
    fn from(error: StoreError) -> Self {
        Self::Make(error.into())
    }
}

/// Why a canned response was not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeCannedError {
    /// The viewer sees no such one.
    #[error("there is no such canned response")]
    NotFound,
    /// The viewer may use it, but not change it.
    #[error("only who manages the staff changes what everybody or a team uses")]
    Denied,
    /// It is no longer as it was seen.
    #[error("the canned response is no longer as it was seen")]
    Stale {
        /// What it is now.
        current: Etag,
    },
    /// Another one of the same reach has the shortcut.
    #[error("the shortcut is taken")]
    Taken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a canned response was not deleted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeleteCannedError {
    /// The viewer may use it, but not delete it.
    #[error("only who manages the staff deletes what everybody or a team uses")]
    Denied,
    /// It is no longer as it was seen.
    #[error("the canned response is no longer as it was seen")]
    Stale {
        /// What it is now.
        current: Etag,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Keeps canned responses. Whoever is removed has none afterwards: the store of members sees to it.
#[async_trait]
pub trait CannedResponseStore: Send + Sync + 'static {
    /// Keeps a new one, unless the workspace, the team or the member that it is for has
    /// [`MOST_OF_A_PLACE`](crate::domain::canned::MOST_OF_A_PLACE): of two at once that would be the last, one is kept.
    async fn create(
        &self,
        response: CannedResponse,
        request: Repeatable,
    ) -> Result<Made<CannedResponse>, MakeCannedError>;

    /// One that the viewer sees.
    async fn find(&self, viewer: Viewer, id: CannedResponseId) -> Result<Option<CannedResponse>, StoreError>;

    /// What the viewer sees, by shortcut, then by creation.
    async fn list(
        &self,
        viewer: Viewer,
        filter: CannedFilter,
        after: Option<AfterShortcut>,
        size: u32,
    ) -> Result<Page<CannedResponse, AfterShortcut>, StoreError>;

    /// Changes one, as it then is; nothing where nothing changes.
    async fn change(&self, change: CannedChange) -> Result<CannedResponse, ChangeCannedError>;

    /// Deletes one, as it then is; nothing where the viewer sees none.
    async fn delete(&self, deletion: CannedDeletion) -> Result<(), DeleteCannedError>;
}
