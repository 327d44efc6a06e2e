//! `InsightSinkService`: what ai finds out about a handoff. What comes is data: checked, bounded, never executed.

use baton_kit::{
    door::{fields::Fields, refusal::Refusal},
    life::ids::WorkspaceId,
};
use baton_proto::internal::conversation::v1::{
    self as wire, insight_sink_service_server::InsightSinkService,
};
use tonic::{Request, Response, Status};

use super::{convert::briefs as convert, status};
use crate::{
    application::{
        attach_brief::{AttachBrief, Finding},
        command_conversation::{CommandConversation, Target},
        ports::Scope,
    },
    domain::{
        commands::Command,
        conversation::{Priority, PrioritySource},
        ids::AssistantId,
        message::Actor,
    },
};

/// The longest reason, bytes of UTF-8.
const LONGEST_REASON: usize = 500;

/// The server.
#[derive(Clone)]
pub struct InsightSinkApi {
    /// Briefs.
    pub briefs: AttachBrief,
    /// Priorities.
    pub command: CommandConversation,
}

#[tonic::async_trait]
impl InsightSinkService for InsightSinkApi {
    async fn attach_brief(
        &self,
        request: Request<wire::AttachBriefRequest>,
    ) -> Result<Response<wire::AttachBriefResponse>, Status> {
        let finding = finding(request.into_inner())?;
        let attached = self.briefs.attach(finding).await;
        let brief = attached.map_err(|refused| status::brief(&refused))?;
        Ok(Response::new(wire::AttachBriefResponse { brief: Some(convert::brief(&brief)) }))
    }

    async fn suggest_priority(
        &self,
        request: Request<wire::SuggestPriorityRequest>,
    ) -> Result<Response<wire::SuggestPriorityResponse>, Status> {
        let (target, priority, command) = suggestion(request.get_ref())?;
        let changed = self.command.run(target, command).await;
        let changed = changed.map_err(|refused| status::change(&refused))?;
        let applied = changed.conversation.priority == Some((priority, PrioritySource::Ai));
        Ok(Response::new(wire::SuggestPriorityResponse { applied }))
    }
}

fn finding(wire: wire::AttachBriefRequest) -> Result<Finding, Refusal> {
    let mut fields = Fields::new();
    let job_id = fields.request_id("job_id", &wire.job_id);
    let workspace = fields.parsed("workspace_id", &wire.workspace_id);
    let conversation = fields.parsed("conversation_id", &wire.conversation_id);
    let handoff = fields.parsed("handoff_id", &wire.handoff_id);
    let findings = convert::findings(&mut fields, wire.brief);
    let (job_id, workspace, conversation, handoff, findings) =
        fields.all((job_id, workspace, conversation, handoff, findings))?;
    Ok(Finding { job_id, workspace, conversation, handoff, findings })
}

fn suggestion(wire: &wire::SuggestPriorityRequest) -> Result<(Target, Priority, Command), Refusal> {
    let mut fields = Fields::new();
    let workspace = fields.parsed::<WorkspaceId>("workspace_id", &wire.workspace_id);
    let conversation = fields.parsed("conversation_id", &wire.conversation_id);
    let handoff = fields.parsed("handoff_id", &wire.handoff_id);
    let priority = fields.choice::<Priority>("priority", wire.priority);
    let reason = fields.text("reason", &wire.reason, 1..=LONGEST_REASON);
    let (workspace, conversation, handoff, priority, reason) =
        fields.all((workspace, conversation, handoff, priority, reason))?;
    let by = Actor::Assistant(AssistantId::from_uuid(uuid::Uuid::nil()));
    let target = Target { scope: Scope::all_of(workspace), conversation, by };
    Ok((target, priority, Command::SuggestPriority { handoff, priority, reason }))
}
