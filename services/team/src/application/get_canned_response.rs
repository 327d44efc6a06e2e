//! Reads one canned response that the caller may use.

use std::sync::Arc;

use baton_kit::data::StoreError;

use super::ports::{CannedResponseStore, Viewer};
use crate::domain::{canned::CannedResponse, ids::CannedResponseId};

/// The use case.
#[derive(Clone)]
pub struct GetCannedResponse {
    /// Where canned responses are.
    pub canned: Arc<dyn CannedResponseStore>,
}

impl GetCannedResponse {
    /// The canned response, if the viewer sees it.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn run(
        &self,
        viewer: Viewer,
        id: CannedResponseId,
    ) -> Result<Option<CannedResponse>, StoreError> {
        self.canned.find(viewer, id).await
    }
}
