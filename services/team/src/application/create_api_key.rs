//! Makes an API key and shows its secret once.

use std::sync::Arc;

use baton_kit::{
    data::StoreError,
    door::principal::Scope,
    life::{clock::SharedClock, ids::SharedIds, ids::WorkspaceId},
};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};

use super::ports::{ApiKeyStore, Doer};
use crate::domain::{
    api_key::{self, ApiKey},
    ids::ApiKeyId,
    name::DisplayName,
    secret::{self, API_KEY_PREFIX, SECRET_BYTES, SecretHash},
};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct CreateApiKeyCommand {
    /// Where.
    pub workspace: WorkspaceId,
    /// Who asks.
    pub by: Doer,
    /// What the asker may do.
    pub held: Vec<Scope>,
    /// The key's name.
    pub display_name: DisplayName,
    /// What the key may do.
    pub scopes: Vec<Scope>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
}

/// Why there is no such key.
#[derive(Debug, thiserror::Error)]
pub enum CreateApiKeyError {
    /// The asker does not hold this scope.
    #[error("a key cannot do more than its maker")]
    MoreThanOwn(Scope),
    /// It would have ended already.
    #[error("the end lies in the past")]
    EndsInThePast,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The use case.
#[derive(Clone)]
pub struct CreateApiKey {
    /// Where keys are.
    pub keys: Arc<dyn ApiKeyStore>,
    /// Time.
    pub clock: SharedClock,
    /// New ids and chance.
    pub ids: SharedIds,
}

impl CreateApiKey {
    /// The key and its secret.
    ///
    /// # Errors
    /// [`CreateApiKeyError`], each as it says.
    pub async fn run(
        &self,
        command: CreateApiKeyCommand,
    ) -> Result<(ApiKey, SecretString), CreateApiKeyError> {
        let now = self.clock.now();
        if let Some(scope) = api_key::beyond(&command.scopes, &command.held) {
            return Err(CreateApiKeyError::MoreThanOwn(scope));
        }
        if command.expires_at.is_some_and(|end| end <= now) {
            return Err(CreateApiKeyError::EndsInThePast);
        }
        let key = ApiKey {
            id: ApiKeyId::from_uuid(self.ids.next()),
            workspace: command.workspace,
            display_name: command.display_name,
            scopes: command.scopes,
            created_at: now,
            expires_at: command.expires_at,
            revoked_at: None,
        };
        let mut chance = [0; SECRET_BYTES];
        self.ids.fill(&mut chance);
        let secret = secret::mint(API_KEY_PREFIX, &chance);
        self.keys.create(key.clone(), SecretHash::of(secret.expose_secret()), command.by).await?;
        Ok((key, secret))
    }
}
