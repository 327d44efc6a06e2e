//! Reads the caller's own workspace.

use std::sync::Arc;

use baton_kit::{data::StoreError, life::ids::WorkspaceId};

use super::ports::WorkspaceStore;
use crate::domain::workspace::Workspace;

/// The use case.
#[derive(Clone)]
pub struct GetWorkspace {
    /// Where workspaces are.
    pub workspaces: Arc<dyn WorkspaceStore>,
}

impl GetWorkspace {
    /// The workspace, if there is one.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn run(&self, id: WorkspaceId) -> Result<Option<Workspace>, StoreError> {
        self.workspaces.find(id).await
    }
}
