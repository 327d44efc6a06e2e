//! Conversation's side of what is found out about a handoff: the first brief of a job counts.

use baton_kit::door::refusal::Refusal;
use baton_proto::{
    common::v1::ErrorReason,
    conversation::v1::Brief,
    internal::conversation::v1::{
        AttachBriefRequest, AttachBriefResponse, SuggestPriorityRequest, SuggestPriorityResponse,
        insight_sink_service_server::InsightSinkService,
    },
};
use prost_types::Timestamp;
use tonic::{Request, Response, Status};

use super::fake_conversation::FakeConversation;

#[tonic::async_trait]
impl InsightSinkService for FakeConversation {
    async fn attach_brief(
        &self,
        request: Request<AttachBriefRequest>,
    ) -> Result<Response<AttachBriefResponse>, Status> {
        let request = request.into_inner();
        let brief = self.known(&request.conversation_id.clone(), |room| {
            room.calls += 1;
            if room.handoff.as_ref().is_none_or(|handoff| handoff.id != request.handoff_id) {
                return Err(Refusal::not_found("handoff"));
            }
            if let Some(first) = room.briefs.iter().find(|first| first.job_id == request.job_id) {
                let same = first.brief == request.brief;
                let reused = || Refusal::new(ErrorReason::RequestIdReused, "another brief");
                return if same { Ok(attached(first)) } else { Err(reused()) };
            }
            room.briefs.push(request.clone());
            Ok(attached(&request))
        })?;
        self.reply().await;
        Ok(Response::new(AttachBriefResponse { brief: Some(brief) }))
    }

    async fn suggest_priority(
        &self,
        request: Request<SuggestPriorityRequest>,
    ) -> Result<Response<SuggestPriorityResponse>, Status> {
        let request = request.into_inner();
        self.known(&request.conversation_id.clone(), |room| {
            room.calls += 1;
            if room.priorities.last() != Some(&request) {
                room.priorities.push(request);
            }
            Ok(())
        })?;
        self.reply().await;
        Ok(Response::new(SuggestPriorityResponse { applied: true }))
    }
}

fn attached(request: &AttachBriefRequest) -> Brief {
    Brief {
        id: "brief_00000000000000000000000001".to_owned(),
        handoff_id: request.handoff_id.clone(),
        create_time: Some(Timestamp { seconds: 1, nanos: 0 }),
        revision: 7,
        ..request.brief.clone().unwrap_or_default()
    }
}
