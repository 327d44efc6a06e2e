//! Lists the canned responses that the caller may use, by shortcut.

use std::sync::Arc;

use baton_kit::data::StoreError;

use super::ports::{AfterShortcut, CannedFilter, CannedResponseStore, Page, Viewer};
use crate::domain::canned::CannedResponse;

/// The use case.
#[derive(Clone)]
pub struct ListCannedResponses {
    /// Where canned responses are.
    pub canned: Arc<dyn CannedResponseStore>,
}

impl ListCannedResponses {
    /// One page.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn run(
        &self,
        viewer: Viewer,
        filter: CannedFilter,
        after: Option<AfterShortcut>,
        size: u32,
    ) -> Result<Page<CannedResponse, AfterShortcut>, StoreError> {
        self.canned.list(viewer, filter, after, size).await
    }
}
