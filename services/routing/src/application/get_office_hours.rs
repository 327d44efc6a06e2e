//! Reads a workspace's office hours.

use std::sync::Arc;

use baton_kit::{data::StoreError, life::ids::WorkspaceId};

use super::ports::{Hours, Kept};

/// The use case.
#[derive(Clone)]
pub struct GetOfficeHours {
    /// Where they are kept.
    pub hours: Arc<dyn Hours>,
}

impl GetOfficeHours {
    /// Those of a workspace.
    pub async fn run(&self, workspace: WorkspaceId) -> Result<Kept, StoreError> {
        self.hours.get(workspace).await
    }
}
