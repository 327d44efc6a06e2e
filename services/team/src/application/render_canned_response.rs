//! The text of a canned response as it would be sent.

use std::{collections::HashMap, sync::Arc};

use baton_kit::data::StoreError;

use super::ports::{CannedResponseStore, MemberStore, Viewer, WorkspaceStore};
use crate::domain::{ids::CannedResponseId, template::Rendered};

/// The name of the member who asks; of a key nobody's.
const MEMBER_NAME: &str = "member.name";
/// The name of the workspace.
const WORKSPACE_NAME: &str = "workspace.name";

/// What is asked for.
#[derive(Debug, Clone)]
pub struct RenderCannedResponseCommand {
    /// Where, and who asks.
    pub viewer: Viewer,
    /// Which one.
    pub id: CannedResponseId,
    /// Values by variable.
    pub values: HashMap<String, String>,
}

/// The use case.
#[derive(Clone)]
pub struct RenderCannedResponse {
    /// Where canned responses are.
    pub canned: Arc<dyn CannedResponseStore>,
    /// Where members are.
    pub members: Arc<dyn MemberStore>,
    /// Where workspaces are.
    pub workspaces: Arc<dyn WorkspaceStore>,
}

impl RenderCannedResponse {
    /// The text, if the viewer sees such a canned response. What is known here is not taken from the asker.
    ///
    /// # Errors
    /// [`StoreError`] when something cannot be read.
    pub async fn run(&self, command: RenderCannedResponseCommand) -> Result<Option<Rendered>, StoreError> {
        let RenderCannedResponseCommand { viewer, id, mut values } = command;
        let Some(response) = self.canned.find(viewer, id).await? else {
            return Ok(None);
        };
        values.extend(self.known(viewer).await?);
        Ok(Some(response.text.render(&values)))
    }

    async fn known(&self, viewer: Viewer) -> Result<Vec<(String, String)>, StoreError> {
        let member = match viewer.asker.member {
            Some(id) => self.members.find(viewer.workspace, id).await?.map(|member| member.display_name),
            None => None,
        };
        let workspace = self.workspaces.find(viewer.workspace).await?.map(|workspace| workspace.display_name);
        let names = [(MEMBER_NAME, member), (WORKSPACE_NAME, workspace)];
        Ok(names.into_iter().filter_map(|(of, name)| Some((of.into(), name?.as_str().into()))).collect())
    }
}
