//! Where mails to members go, and what a workspace calls itself, asked of team at the moment of sending: neither is in a fact.

use async_trait::async_trait;
use baton_kit::{
    door::peer::Peer,
    life::{clock::SharedClock, ids::WorkspaceId},
};
use baton_proto::team::v1::{
    GetMemberRequest, GetWorkspaceRequest, member_service_client::MemberServiceClient,
    workspace_service_client::WorkspaceServiceClient,
};

use super::{
    asking::{error_of, in_workspace},
    names::Names,
};
use crate::{
    application::ports::{AskError, Colleagues},
    domain::{ids::MemberId, letter::Addressee},
};

/// Implements [`Colleagues`].
pub struct GrpcColleagues {
    peer: Peer,
    names: Names,
}

impl GrpcColleagues {
    /// Calls this peer in notification's own name.
    pub fn new(peer: Peer, clock: SharedClock) -> Self {
        Self { peer, names: Names::new(clock) }
    }

    async fn ask_name(&self, workspace: WorkspaceId) -> Result<String, AskError> {
        let request = in_workspace(workspace, GetWorkspaceRequest {})?;
        let asked = WorkspaceServiceClient::new(self.peer.as_self()).get_workspace(request).await;
        let found = asked.map_err(|status| error_of(&status))?.into_inner().workspace;
        Ok(found.unwrap_or_default().display_name)
    }
}

#[async_trait]
impl Colleagues for GrpcColleagues {
    async fn addressee(&self, workspace: WorkspaceId, member: MemberId) -> Result<Addressee, AskError> {
        let request = in_workspace(workspace, GetMemberRequest { member_id: member.to_string() })?;
        let asked = MemberServiceClient::new(self.peer.as_self()).get_member(request).await;
        let member = asked.map_err(|status| error_of(&status))?.into_inner().member.unwrap_or_default();
        if !member.active {
            return Err(AskError::Gone);
        }
        Ok(Addressee { name: member.display_name, address: member.email })
    }

    async fn workspace_name(&self, workspace: WorkspaceId) -> Result<String, AskError> {
        if let Some(name) = self.names.of(workspace) {
            return Ok(name);
        }
        let name = self.ask_name(workspace).await?;
        self.names.keep(workspace, name.clone());
        Ok(name)
    }
}
