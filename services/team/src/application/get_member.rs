//! Reads one member of the caller's workspace.

use std::sync::Arc;

use baton_kit::{data::StoreError, life::ids::WorkspaceId};

use super::ports::MemberStore;
use crate::domain::{ids::MemberId, member::Member};

/// The use case.
#[derive(Clone)]
pub struct GetMember {
    /// Where members are.
    pub members: Arc<dyn MemberStore>,
}

impl GetMember {
    /// The member, if this workspace has it.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn run(&self, workspace: WorkspaceId, id: MemberId) -> Result<Option<Member>, StoreError> {
        self.members.find(workspace, id).await
    }
}
