//! Where mails to members go, asked of team at the moment of sending: addresses are in no fact.

use async_trait::async_trait;
use baton_kit::{door::peer::Peer, life::ids::WorkspaceId};
use baton_proto::team::v1::{GetMemberRequest, member_service_client::MemberServiceClient};

use super::asking::{error_of, in_workspace};
use crate::{
    application::ports::{AskError, Colleagues},
    domain::{ids::MemberId, letter::Addressee},
};

/// Implements [`Colleagues`].
pub struct GrpcColleagues {
    peer: Peer,
}

impl GrpcColleagues {
    /// Calls this peer in notification's own name.
    pub fn new(peer: Peer) -> Self {
        Self { peer }
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
}
