//! Deletes a canned response; its shortcut is free again.

use std::sync::Arc;

use super::ports::{CannedDeletion, CannedResponseStore, DeleteCannedError};

/// The use case.
#[derive(Clone)]
pub struct DeleteCannedResponse {
    /// Where canned responses are.
    pub canned: Arc<dyn CannedResponseStore>,
}

impl DeleteCannedResponse {
    /// Afterwards the viewer sees no such one, whether or not there was one. One that changed since it was seen stays.
    ///
    /// # Errors
    /// [`DeleteCannedError`], each as it says.
    pub async fn run(&self, deletion: CannedDeletion) -> Result<(), DeleteCannedError> {
        self.canned.delete(deletion).await
    }
}
