//! Changes the shortcut, the title or the text of a canned response.

use std::sync::Arc;

use super::ports::{CannedChange, CannedResponseStore, ChangeCannedError};
use crate::domain::canned::CannedResponse;

/// The use case.
#[derive(Clone)]
pub struct UpdateCannedResponse {
    /// Where canned responses are.
    pub canned: Arc<dyn CannedResponseStore>,
}

impl UpdateCannedResponse {
    /// The canned response as changed.
    ///
    /// # Errors
    /// [`ChangeCannedError`], each as it says.
    pub async fn run(&self, change: CannedChange) -> Result<CannedResponse, ChangeCannedError> {
        self.canned.change(change).await
    }
}
