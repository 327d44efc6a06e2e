//! Revokes an API key of the caller's workspace.

use std::sync::Arc;

use baton_kit::{
    data::StoreError,
    life::{clock::SharedClock, ids::SharedIds, ids::WorkspaceId},
};

use super::ports::{ApiKeyStore, Doer, KeyRevocation};
use crate::domain::{api_key::ApiKey, ids::ApiKeyId};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct RevokeApiKeyCommand {
    /// Where.
    pub workspace: WorkspaceId,
    /// Who asks.
    pub by: Doer,
    /// Which key.
    pub key: ApiKeyId,
}

/// The use case.
#[derive(Clone)]
pub struct RevokeApiKey {
    /// Where keys are.
    pub keys: Arc<dyn ApiKeyStore>,
    /// Time.
    pub clock: SharedClock,
    /// New ids.
    pub ids: SharedIds,
}

impl RevokeApiKey {
    /// The key as revoked, if this workspace has it.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be written.
    pub async fn run(&self, command: RevokeApiKeyCommand) -> Result<Option<ApiKey>, StoreError> {
        let revocation = KeyRevocation {
            workspace: command.workspace,
            key: command.key,
            by: command.by,
            fact_id: self.ids.next(),
            at: self.clock.now(),
        };
        self.keys.revoke(revocation).await
    }
}
