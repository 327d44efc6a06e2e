//! Lists the members of the caller's workspace, oldest first.

use std::sync::Arc;

use baton_kit::{data::StoreError, life::ids::WorkspaceId};

use super::ports::{After, MemberStore, Page};
use crate::domain::member::Member;

/// The use case.
#[derive(Clone)]
pub struct ListMembers {
    /// Where members are.
    pub members: Arc<dyn MemberStore>,
}

impl ListMembers {
    /// One page.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn run(
        &self,
        workspace: WorkspaceId,
        after: Option<After>,
        size: u32,
    ) -> Result<Page<Member>, StoreError> {
        self.members.list(workspace, after, size).await
    }
}
