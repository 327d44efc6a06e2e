//! Makes the first workspace where none was asked for over the wire: the demo workspace of a first start.

use baton_kit::{data::StoreError, life::ids::WorkspaceId};
use uuid::Uuid;

use super::{
    create_workspace::{CreateWorkspace, CreateWorkspaceCommand, CreateWorkspaceError},
    ports::Page,
};
use crate::domain::{
    email::EmailAddress,
    ids::MemberId,
    workspace::{Slug, Workspace},
};

/// Owners are among the first who came; a workspace whose first page holds none has lost them.
const FIRST_PAGE: u32 = 200;

/// What is there now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bootstrapped {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Its owner.
    pub owner: Uuid,
    /// Whether it was made now.
    pub created: bool,
}

/// The use case.
#[derive(Clone)]
pub struct BootstrapWorkspace {
    /// Makes it if it is missing.
    pub create: CreateWorkspace,
}

impl BootstrapWorkspace {
    /// The workspace with this slug, made if it is missing. One that is there is left as it is, password included.
    ///
    /// # Errors
    /// [`CreateWorkspaceError`], each as it says.
    pub async fn run(&self, command: CreateWorkspaceCommand) -> Result<Bootstrapped, CreateWorkspaceError> {
        let (slug, email) = (command.slug.clone(), command.owner_email.clone());
        if let Some(found) = self.existing(&slug, &email).await? {
            return Ok(found);
        }
        match self.create.run(command).await {
            Ok((workspace, owner)) => {
                Ok(Bootstrapped { workspace: workspace.id, owner: owner.uuid(), created: true })
            }
            // Two first starts at once: one of them wins.
            Err(CreateWorkspaceError::SlugTaken | CreateWorkspaceError::RequestIdReused) => {
                self.existing(&slug, &email).await?.ok_or(CreateWorkspaceError::SlugTaken)
            }
            Err(error) => Err(error),
        }
    }

    async fn existing(&self, slug: &Slug, email: &EmailAddress) -> Result<Option<Bootstrapped>, StoreError> {
        let Some(workspace) = self.create.workspaces.find_by_slug(slug).await? else {
            return Ok(None);
        };
        let owner = self.owner(&workspace, email).await?;
        Ok(Some(Bootstrapped { workspace: workspace.id, owner: owner.uuid(), created: false }))
    }

    /// The owner with this address, else the oldest.
    async fn owner(&self, workspace: &Workspace, email: &EmailAddress) -> Result<MemberId, StoreError> {
        let members = &self.create.members;
        if let Some((member, _)) = members.find_with_password(workspace.id, email).await?
            && member.is_owner()
        {
            return Ok(member.id);
        }
        let Page { rows, .. } = members.list(workspace.id, None, FIRST_PAGE).await?;
        let owner = rows.iter().find(|member| member.is_owner());
        owner
            .map(|member| member.id)
            .ok_or_else(|| StoreError::Broken(format!("{} has no owner", workspace.id)))
    }
}
