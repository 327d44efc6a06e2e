//! Conversation over gRPC. Knows which answers are for good and which leave the outcome unknown.

use std::collections::BTreeMap;

use async_trait::async_trait;
use baton_kit::{
    door::{
        peer::{Line, Peer},
        refusal::reason_of,
    },
    life::ids::WorkspaceId,
};
use baton_proto::{
    common::v1::ErrorReason,
    internal::conversation::v1::{
        AssignRequest, ListMemberLoadsRequest, MemberLoad, ReleaseRequest,
        assignment_service_client::AssignmentServiceClient,
    },
};
use tonic::Status;

use crate::{
    application::ports::{Answer, Conversations},
    domain::{
        decision::{Decision, Kind, Outcome, Refused},
        ids::MemberId,
    },
};

/// Implements [`Conversations`].
pub struct GrpcConversations {
    peer: Peer,
}

impl GrpcConversations {
    /// Calls this peer in routing's own name.
    pub fn new(peer: Peer) -> Self {
        Self { peer }
    }

    fn client(&self) -> AssignmentServiceClient<Line> {
        AssignmentServiceClient::new(self.peer.as_self())
    }

    async fn assign(&self, decision: &Decision, member: MemberId) -> Result<Outcome, Status> {
        let request = AssignRequest {
            decision_id: decision.id.to_string(),
            workspace_id: decision.workspace.to_string(),
            conversation_id: decision.conversation.to_string(),
            member_id: member.to_string(),
            expected_assignment_version: decision.assignment_version,
            limit: decision.limit,
        };
        let response = self.client().assign(request).await?.into_inner();
        Ok(Outcome::Assigned(response.assignment_version))
    }

    async fn release(&self, decision: &Decision) -> Result<Outcome, Status> {
        let request = ReleaseRequest {
            decision_id: decision.id.to_string(),
            workspace_id: decision.workspace.to_string(),
            conversation_id: decision.conversation.to_string(),
            expected_assignment_version: decision.assignment_version,
        };
        let response = self.client().release(request).await?.into_inner();
        Ok(Outcome::Released(response.assignment_version))
    }
}

#[async_trait]
impl Conversations for GrpcConversations {
    async fn carry_out(&self, decision: &Decision) -> Answer {
        let called = match (decision.kind, decision.member) {
            (Kind::Assign, Some(member)) => self.assign(decision, member).await,
            (Kind::Assign, None) => return Answer::Definite(Outcome::Nobody),
            (Kind::Release, _) => self.release(decision).await,
        };
        called.map_or_else(|status| answer_of(&status), Answer::Definite)
    }

    async fn loads(&self, workspace: WorkspaceId) -> Result<BTreeMap<MemberId, i32>, String> {
        let request = ListMemberLoadsRequest { workspace_id: workspace.to_string() };
        let response = self.client().list_member_loads(request).await.map_err(|status| status.to_string())?;
        let load = |load: MemberLoad| Some((load.member_id.parse().ok()?, load.held));
        Ok(response.into_inner().loads.into_iter().filter_map(load).collect())
    }
}

/// Only a refusal that names its reason is for good; whatever else went wrong, the call may have been carried out.
fn answer_of(status: &Status) -> Answer {
    use ErrorReason as R;
    let refused = match reason_of(status) {
        Some(
            R::StaleVersion
            | R::StaleEpoch
            | R::NoOpenHandoff
            | R::WrongState
            | R::NotFound
            | R::ConversationClosed
            | R::HumanInControl,
        ) => Refused::Stale,
        Some(R::CapacityExceeded) => Refused::CapacityExceeded,
        Some(R::MemberNotEligible) => Refused::MemberNotEligible,
        Some(R::InvalidFields | R::RequestIdReused) => {
            tracing::error!(%status, "conversation does not understand a decision");
            Refused::Malformed
        }
        _ => return Answer::Unknown(status.to_string()),
    };
    Answer::Definite(Outcome::Refused(refused))
}

#[cfg(test)]
mod tests {
    use baton_kit::door::refusal::Refusal;

    use super::*;

    #[test]
    fn only_a_refusal_with_a_known_reason_is_for_good() {
        let table = [
            (ErrorReason::StaleVersion, Some(Refused::Stale)),
            (ErrorReason::NoOpenHandoff, Some(Refused::Stale)),
            (ErrorReason::NotFound, Some(Refused::Stale)),
            (ErrorReason::CapacityExceeded, Some(Refused::CapacityExceeded)),
            (ErrorReason::MemberNotEligible, Some(Refused::MemberNotEligible)),
            (ErrorReason::Unavailable, None),
            (ErrorReason::DeadlineExceeded, None),
            (ErrorReason::RequestInFlight, None),
            (ErrorReason::Internal, None),
            (ErrorReason::Unauthenticated, None),
        ];
        for (reason, expected) in table {
            let answer = answer_of(&Status::from(Refusal::new(reason, "no")));
            let refused = match answer {
                Answer::Definite(Outcome::Refused(refused)) => Some(refused),
                _ => None,
            };
            assert_eq!(refused, expected, "{reason:?}");
        }
    }
}
