//! Makes a canned response.

use std::sync::Arc;

use baton_kit::life::{clock::SharedClock, ids::SharedIds};

use super::ports::{CannedResponseStore, Made, MakeCannedError, Repeatable, Viewer};
use crate::domain::{
    canned::{CannedResponse, Reach, Shortcut},
    ids::CannedResponseId,
    name::DisplayName,
    template::Template,
};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct CreateCannedResponseCommand {
    /// The request.
    pub request: Repeatable,
    /// Where, and who asks.
    pub viewer: Viewer,
    /// Who may use it.
    pub reach: Reach,
    /// By what it is called up.
    pub shortcut: Shortcut,
    /// Shown in lists.
    pub title: DisplayName,
    /// What is said.
    pub text: Template,
}

/// The use case.
#[derive(Clone)]
pub struct CreateCannedResponse {
    /// Where canned responses are.
    pub canned: Arc<dyn CannedResponseStore>,
    /// Time.
    pub clock: SharedClock,
    /// New ids.
    pub ids: SharedIds,
}

impl CreateCannedResponse {
    /// The canned response; the same one, as it is by then, when the request comes again.
    ///
    /// # Errors
    /// [`MakeCannedError`], each as it says.
    pub async fn run(&self, command: CreateCannedResponseCommand) -> Result<CannedResponse, MakeCannedError> {
        if !command.viewer.asker.may_change(command.reach) {
            return Err(MakeCannedError::Denied);
        }
        let request = command.request.clone();
        match self.canned.create(self.response(command), request).await? {
            Made::Now(response) | Made::Before(response) => Ok(response),
        }
    }

    fn response(&self, command: CreateCannedResponseCommand) -> CannedResponse {
        CannedResponse {
            id: CannedResponseId::from_uuid(self.ids.next()),
            workspace: command.viewer.workspace,
            reach: command.reach,
            shortcut: command.shortcut,
            title: command.title,
            text: command.text,
            created_at: self.clock.now(),
            revision: 1,
        }
    }
}
