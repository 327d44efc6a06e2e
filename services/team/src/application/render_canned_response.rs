//! The text of a canned response as it would be sent.

use std::{collections::HashMap, sync::Arc};

use baton_kit::{data::StoreError, door::fields::MAX_TEXT_BYTES};

use super::ports::{CannedResponseStore, MemberStore, Viewer, WorkspaceStore};
use crate::domain::{
    ids::CannedResponseId,
    template::{Rendered, TooLong},
};

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

/// Why there is no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderCannedError {
    /// The viewer sees no such one.
    #[error("there is no such canned response")]
    NotFound,
    /// It would be longer than a message may be.
    #[error("the text would have {bytes} bytes, and a message may have {most}")]
    TooLong {
        /// How long it would be.
        bytes: usize,
        /// How long it may be.
        most: usize,
        /// The value given that takes up most of it; `None` where its own fallbacks do, or what is known here.
        value: Option<String>,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
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
    /// The text. What is known here is not taken from the asker.
    ///
    /// # Errors
    /// [`RenderCannedError`], each as it says.
    pub async fn run(&self, command: RenderCannedResponseCommand) -> Result<Rendered, RenderCannedError> {
        let RenderCannedResponseCommand { viewer, id, values: mut given } = command;
        let response = self.canned.find(viewer, id).await?.ok_or(RenderCannedError::NotFound)?;
        let known = self.known(viewer).await?;
        given.retain(|name, value| !value.is_empty() && !known.contains_key(name));
        let values = given.iter().chain(&known).map(|(name, value)| (name.clone(), value.clone())).collect();
        response.text.render(&values, MAX_TEXT_BYTES).map_err(|TooLong { bytes, variable }| {
            let value = variable.filter(|name| given.contains_key(name));
            RenderCannedError::TooLong { bytes, most: MAX_TEXT_BYTES, value }
        })
    }

    async fn known(&self, viewer: Viewer) -> Result<HashMap<String, String>, StoreError> {
        let member = match viewer.asker.member {
            Some(id) => self.members.find(viewer.workspace, id).await?.map(|member| member.display_name),
            None => None,
        };
        let workspace = self.workspaces.find(viewer.workspace).await?.map(|workspace| workspace.display_name);
        let names = [(MEMBER_NAME, member), (WORKSPACE_NAME, workspace)];
        Ok(names.into_iter().filter_map(|(of, name)| Some((of.into(), name?.as_str().into()))).collect())
    }
}
