//! How revocations are heard of.

use async_trait::async_trait;
use baton_kit::data::StoreError;

use crate::domain::revocation::Revocation;

/// Everything that was revoked, in the order in which it was, whichever process did it.
pub trait RevocationLog: Send + Sync + 'static {
    /// Listens from now on: what is revoked after this returned is told.
    fn watch(&self) -> Box<dyn RevocationWatch>;
}

/// Somebody who listens.
#[async_trait]
pub trait RevocationWatch: Send {
    /// What came next, at least one. May be cancelled; nothing is lost then.
    async fn next(&mut self) -> Result<Vec<Revocation>, StoreError>;
}
