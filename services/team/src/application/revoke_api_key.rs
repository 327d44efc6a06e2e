//! Revokes an API key of the caller's workspace.

use std::sync::Arc;

use baton_kit::{
    data::StoreError,
    life::{clock::SharedClock, ids::WorkspaceId},
};

use super::ports::ApiKeyStore;
use crate::domain::{api_key::ApiKey, ids::ApiKeyId};

/// The use case.
#[derive(Clone)]
pub struct RevokeApiKey {
    /// Where keys are.
    pub keys: Arc<dyn ApiKeyStore>,
    /// Time.
    pub clock: SharedClock,
}

impl RevokeApiKey {
    /// The key as revoked, if this workspace has it.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be written.
    pub async fn run(&self, workspace: WorkspaceId, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
        self.keys.revoke(workspace, id, self.clock.now()).await
    }
}
