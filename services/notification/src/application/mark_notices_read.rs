//! Marks a member's notices as read.

use std::sync::Arc;

use baton_kit::{
    data::StoreError,
    life::{clock::SharedClock, ids::WorkspaceId},
};

use super::ports::Notices;
use crate::domain::ids::{MemberId, NoticeId};

/// The use case.
#[derive(Clone)]
pub struct MarkNoticesRead {
    /// Notices.
    pub notices: Arc<dyn Notices>,
    /// Time.
    pub clock: SharedClock,
}

impl MarkNoticesRead {
    /// Marks these, or all if none is named; how many are not read still.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn run(
        &self,
        workspace: WorkspaceId,
        member: MemberId,
        ids: Vec<NoticeId>,
    ) -> Result<i32, StoreError> {
        self.notices.mark_read(workspace, member, ids, self.clock.now()).await?;
        self.notices.unread(workspace, member).await
    }
}
