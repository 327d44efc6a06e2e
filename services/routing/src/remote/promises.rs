//! Telling promises over gRPC. Knows which answers are for good.

use async_trait::async_trait;
use baton_kit::door::{peer::Peer, refusal::reason_of};
use baton_proto::{
    common::v1::ErrorReason,
    conversation::v1::ReplyPromise,
    internal::conversation::v1::{SetPromiseRequest, assignment_service_client::AssignmentServiceClient},
};
use jiff::Timestamp;
use tonic::Status;

use crate::{
    application::ports::{PromiseAnswer, Teller},
    domain::promise::{Owed, Promise},
};

/// Implements [`Teller`].
pub struct GrpcTeller {
    peer: Peer,
}

impl GrpcTeller {
    /// Calls this peer in routing's own name.
    pub fn new(peer: Peer) -> Self {
        Self { peer }
    }
}

#[async_trait]
impl Teller for GrpcTeller {
    async fn tell(&self, owed: &Owed, promise: &Promise) -> PromiseAnswer {
        let request = SetPromiseRequest {
            workspace_id: owed.workspace.to_string(),
            conversation_id: owed.conversation.to_string(),
            handoff_id: owed.handoff.to_string(),
            promise: Some(ReplyPromise {
                promised_by_time: promise.promised_by.map(timestamp),
                text: promise.text.clone(),
                outside_hours: promise.outside_hours,
            }),
            due_time: Some(timestamp(promise.due)),
        };
        let called = AssignmentServiceClient::new(self.peer.as_self()).set_promise(request).await;
        called.map_or_else(|status| answer_of(&status), |_| PromiseAnswer::Told)
    }
}

fn timestamp(at: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: at.as_second(), nanos: at.subsec_nanosecond() }
}

/// Only a refusal that names its reason is for good; whatever else went wrong, the visitor may have been told.
fn answer_of(status: &Status) -> PromiseAnswer {
    use ErrorReason as R;
    match reason_of(status) {
        Some(R::NoOpenHandoff | R::NotFound | R::ConversationClosed | R::HumanInControl | R::WrongState) => {
            PromiseAnswer::Ended
        }
        Some(R::InvalidFields) => PromiseAnswer::Malformed(status.to_string()),
        _ => PromiseAnswer::Unknown(status.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use baton_kit::door::refusal::Refusal;

    use super::*;

    #[test]
    fn only_a_refusal_with_a_known_reason_ends_the_telling() {
        let answer = |reason| answer_of(&Status::from(Refusal::new(reason, "no")));
        for ends in [ErrorReason::NoOpenHandoff, ErrorReason::NotFound] {
            assert_eq!(answer(ends), PromiseAnswer::Ended, "{ends:?}");
        }
        assert!(matches!(answer(ErrorReason::InvalidFields), PromiseAnswer::Malformed(_)));
        for unknown in [
            ErrorReason::Unavailable,
            ErrorReason::DeadlineExceeded,
            ErrorReason::Internal,
            ErrorReason::Unimplemented,
        ] {
            assert!(matches!(answer(unknown), PromiseAnswer::Unknown(_)), "{unknown:?}");
        }
    }
}
