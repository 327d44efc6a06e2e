//! Ends a session.

use std::sync::Arc;

use baton_kit::{
    data::StoreError,
    life::{clock::SharedClock, ids::SharedIds},
};

use super::ports::{SessionEnd, SessionStore};
use crate::domain::secret::SecretHash;

/// The use case.
#[derive(Clone)]
pub struct SignOut {
    /// Where sessions are.
    pub sessions: Arc<dyn SessionStore>,
    /// Time.
    pub clock: SharedClock,
    /// New ids.
    pub ids: SharedIds,
}

impl SignOut {
    /// Afterwards there is no such session, whether or not there was one.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be written.
    pub async fn run(&self, secret: &str) -> Result<(), StoreError> {
        let end = SessionEnd { hash: SecretHash::of(secret), fact_id: self.ids.next(), at: self.clock.now() };
        self.sessions.end(end).await
    }
}
