//! Ends a session.

use std::sync::Arc;

use baton_kit::data::StoreError;

use super::ports::SessionStore;
use crate::domain::secret::SecretHash;

/// The use case.
#[derive(Clone)]
pub struct SignOut {
    /// Where sessions are.
    pub sessions: Arc<dyn SessionStore>,
}

impl SignOut {
    /// Afterwards there is no such session, whether or not there was one.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be written.
    pub async fn run(&self, secret: &str) -> Result<(), StoreError> {
        self.sessions.end(SecretHash::of(secret)).await
    }
}
