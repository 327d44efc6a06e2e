//! What is needed to call people and assistants by name.

use async_trait::async_trait;
use baton_kit::data::StoreError;

use crate::domain::names::{Names, Speakers};

/// Looks names up.
#[async_trait]
pub trait NameFinder: Send + Sync {
    /// Those of whoever is named in rows of whatever workspaces, by one statement; none if nobody is to be looked up. Not for ids that
    /// a caller gave.
    async fn names_anywhere(&self, of: &Speakers) -> Result<Names, StoreError>;
}
