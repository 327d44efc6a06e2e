//! A member's notices, newest first.

use std::sync::Arc;

use baton_kit::{data::StoreError, life::ids::WorkspaceId};

use super::ports::{Before, Notices, NoticesWanted};
use crate::domain::{ids::MemberId, notice::Notice};

/// A page of notices.
#[derive(Debug, Clone)]
pub struct Page {
    /// The page.
    pub notices: Vec<Notice>,
    /// Where the next one begins; `None` after the last.
    pub next: Option<Before>,
    /// How many are not read, counted to 100.
    pub unread: i32,
}

/// The use case.
#[derive(Clone)]
pub struct ListNotices {
    /// Notices.
    pub notices: Arc<dyn Notices>,
}

impl ListNotices {
    /// Lists them.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn run(
        &self,
        workspace: WorkspaceId,
        member: MemberId,
        wanted: NoticesWanted,
    ) -> Result<Page, StoreError> {
        let more = NoticesWanted { most: wanted.most.saturating_add(1), ..wanted };
        let mut notices = self.notices.list(workspace, member, more).await?;
        let size = usize::try_from(wanted.most).unwrap_or(usize::MAX);
        let further = notices.len() > size;
        notices.truncate(size);
        let last = notices.last().filter(|_| further);
        let next = last.map(|notice| Before { at: notice.at, id: notice.id.uuid() });
        let unread = self.notices.unread(workspace, member).await?;
        Ok(Page { notices, next, unread })
    }
}
