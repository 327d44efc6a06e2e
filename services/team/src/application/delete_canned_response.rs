//! Deletes a canned response; its shortcut is free again.

use std::sync::Arc;

use super::ports::{CannedResponseStore, DeleteCannedError, Viewer};
use crate::domain::ids::CannedResponseId;

/// The use case.
#[derive(Clone)]
pub struct DeleteCannedResponse {
    /// Where canned responses are.
    pub canned: Arc<dyn CannedResponseStore>,
}

impl DeleteCannedResponse {
    /// Afterwards the viewer sees no such one, whether or not there was one.
    ///
    /// # Errors
    /// [`DeleteCannedError`], each as it says.
    pub async fn run(&self, viewer: Viewer, id: CannedResponseId) -> Result<(), DeleteCannedError> {
        self.canned.delete(viewer, id).await
    }
}
