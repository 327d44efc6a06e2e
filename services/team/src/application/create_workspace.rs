//! Makes a workspace with its first owner.

use std::sync::Arc;

use baton_kit::{
    data::StoreError,
    life::{clock::SharedClock, ids::SharedIds, ids::WorkspaceId},
};

use super::ports::{
    Doer, Made, MakeError, NewMember, NewWorkspace, Passwords, PasswordsError, Repeatable, Verdict,
};
use super::ports::{MemberStore, WorkspaceStore};
use crate::domain::{
    canned::{CannedResponse, Reach, Shortcut},
    email::EmailAddress,
    ids::{CannedResponseId, MemberId},
    member::Member,
    name::DisplayName,
    password::NewPassword,
    role::Roles,
    template::Template,
    workspace::{Slug, Workspace},
};

/// A canned response that a workspace begins with, for everybody in it.
#[derive(Debug, Clone)]
pub struct FirstReply {
    /// By what it is called up.
    pub shortcut: Shortcut,
    /// Shown in lists.
    pub title: DisplayName,
    /// What is said.
    pub text: Template,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct CreateWorkspaceCommand {
    /// The request.
    pub request: Repeatable,
    /// Unique.
    pub slug: Slug,
    /// Shown to people.
    pub display_name: DisplayName,
    /// The first owner's address.
    pub owner_email: EmailAddress,
    /// The first owner's name.
    pub owner_name: DisplayName,
    /// The first owner's password.
    pub owner_password: NewPassword,
    /// What it begins with; of different shortcuts.
    pub replies: Vec<FirstReply>,
}

/// Why there is no such workspace now.
#[derive(Debug, thiserror::Error)]
pub enum CreateWorkspaceError {
    /// Another workspace has the slug.
    #[error("the slug is taken")]
    SlugTaken,
    /// The request id was used for something else.
    #[error("the request id was used for something else")]
    RequestIdReused,
    /// Passwords cannot be hashed.
    #[error(transparent)]
    Passwords(#[from] PasswordsError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<MakeError> for CreateWorkspaceError {
    fn from(error: MakeError) -> Self {
        match error {
            MakeError::Taken => Self::SlugTaken,
            MakeError::RequestIdReused => Self::RequestIdReused,
            MakeError::Store(error) => Self::Store(error),
        }
    }
}

/// The use case.
#[derive(Clone)]
pub struct CreateWorkspace {
    /// Where workspaces are.
    pub workspaces: Arc<dyn WorkspaceStore>,
    /// Where members are.
    pub members: Arc<dyn MemberStore>,
    /// Hashes.
    pub passwords: Arc<dyn Passwords>,
    /// Time.
    pub clock: SharedClock,
    /// New ids.
    pub ids: SharedIds,
}

impl CreateWorkspace {
    /// The workspace and its owner; the same ones when the request comes again.
    ///
    /// # Errors
    /// [`CreateWorkspaceError`], each as it says.
    pub async fn run(
        &self,
        command: CreateWorkspaceCommand,
    ) -> Result<(Workspace, MemberId), CreateWorkspaceError> {
        let hash = self.passwords.hash(command.owner_password.secret()).await?;
        let workspace = self.workspace(&command);
        let owner = NewMember {
            member: self.owner(&command, &workspace),
            password: hash,
            by: Doer::System,
            fact_id: self.ids.next(),
        };
        let replies = command.replies.iter().map(|reply| self.reply(reply, &workspace)).collect();
        let new = NewWorkspace { workspace, owner, replies };
        match self.workspaces.create(new, command.request.clone()).await? {
            Made::Now(made) => Ok(made),
            Made::Before(made) => self.same_password(&command, made).await,
        }
    }

    fn workspace(&self, command: &CreateWorkspaceCommand) -> Workspace {
        Workspace {
            id: WorkspaceId::from_uuid(self.ids.next()),
            slug: command.slug.clone(),
            display_name: command.display_name.clone(),
            created_at: self.clock.now(),
        }
    }

    fn owner(&self, command: &CreateWorkspaceCommand, workspace: &Workspace) -> Member {
        Member {
            id: MemberId::from_uuid(self.ids.next()),
            workspace: workspace.id,
            display_name: command.owner_name.clone(),
            email: command.owner_email.clone(),
            roles: Roles::owner(),
            active: true,
            created_at: workspace.created_at,
            revision: 1,
        }
    }

    fn reply(&self, reply: &FirstReply, workspace: &Workspace) -> CannedResponse {
        CannedResponse {
            id: CannedResponseId::from_uuid(self.ids.next()),
            workspace: workspace.id,
            reach: Reach::Workspace,
            shortcut: reply.shortcut.clone(),
            title: reply.title.clone(),
            text: reply.text.clone(),
            created_at: workspace.created_at,
            revision: 1,
        }
    }

    /// The password is no part of the fingerprint, so a repeat is compared with what was kept.
    async fn same_password(
        &self,
        command: &CreateWorkspaceCommand,
        made: (Workspace, MemberId),
    ) -> Result<(Workspace, MemberId), CreateWorkspaceError> {
        let known = self.members.find_with_password(made.0.id, &command.owner_email).await?;
        let hash = known.as_ref().map(|(_, hash)| hash);
        match self.passwords.verify(command.owner_password.secret(), hash).await? {
            Verdict::Right | Verdict::RightButWeak => Ok(made),
            Verdict::Wrong => Err(CreateWorkspaceError::RequestIdReused),
        }
    }
}
