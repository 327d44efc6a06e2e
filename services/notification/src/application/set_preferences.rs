//! Replaces what a member wants to be told, and ends what links in mails switched off.

use std::sync::Arc;

use baton_kit::{data::StoreError, life::ids::WorkspaceId};

use super::ports::Wishes;
use crate::domain::{
    ids::MemberId,
    preference::{Preference, completed},
};

/// The use case.
#[derive(Clone)]
pub struct SetPreferences {
    /// What people want.
    pub wishes: Arc<dyn Wishes>,
}

impl SetPreferences {
    /// Every kind, as it is now; those left out are as usual.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn run(
        &self,
        workspace: WorkspaceId,
        member: MemberId,
        preferences: Vec<Preference>,
    ) -> Result<Vec<Preference>, StoreError> {
        let now = completed(&preferences);
        self.wishes.set(workspace, member, preferences).await?;
        Ok(now)
    }
}
