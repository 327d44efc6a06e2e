//! Lists who ever said whether they take conversations.

use std::sync::Arc;

use baton_kit::{data::StoreError, life::ids::WorkspaceId};

use super::ports::Staff;
use crate::domain::{availability::Availability, ids::MemberId};

/// The use case.
#[derive(Clone)]
pub struct ListAvailability {
    /// Where it is kept.
    pub staff: Arc<dyn Staff>,
}

/// A page, and after whom the next begins.
pub type Page = (Vec<Availability>, Option<MemberId>);

impl ListAvailability {
    /// The page of `size` after a member.
    pub async fn run(
        &self,
        workspace: WorkspaceId,
        after: Option<MemberId>,
        size: u32,
    ) -> Result<Page, StoreError> {
        let mut page = self.staff.list(workspace, after, size.saturating_add(1)).await?;
        let more = page.len() > size as usize;
        page.truncate(size as usize);
        let next = page.last().filter(|_| more).map(|last| last.member);
        Ok((page, next))
    }
}
