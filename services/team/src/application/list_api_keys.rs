//! Lists the API keys of the caller's workspace, oldest first.

use std::sync::Arc;

use baton_kit::{data::StoreError, life::ids::WorkspaceId};

use super::ports::{After, ApiKeyStore, Page};
use crate::domain::api_key::ApiKey;

/// The use case.
#[derive(Clone)]
pub struct ListApiKeys {
    /// Where keys are.
    pub keys: Arc<dyn ApiKeyStore>,
}

impl ListApiKeys {
    /// One page.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn run(
        &self,
        workspace: WorkspaceId,
        after: Option<After>,
        size: u32,
    ) -> Result<Page<ApiKey>, StoreError> {
        self.keys.list(workspace, after, size).await
    }
}
