//! What a member wants to be told.

use std::sync::Arc;

use baton_kit::{data::StoreError, life::ids::WorkspaceId};

use super::ports::Wishes;
use crate::domain::{
    ids::MemberId,
    preference::{Preference, completed},
};

/// The use case.
#[derive(Clone)]
pub struct GetPreferences {
    /// What people want.
    pub wishes: Arc<dyn Wishes>,
}

impl GetPreferences {
    /// Every kind that members are told of.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn run(&self, workspace: WorkspaceId, member: MemberId) -> Result<Vec<Preference>, StoreError> {
        Ok(completed(&self.wishes.get(workspace, member).await?))
    }
}
