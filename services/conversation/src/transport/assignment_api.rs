//! `AssignmentService`: routing's decisions.

use baton_kit::{
    door::{fields::Fields, refusal::Refusal},
    life::ids::WorkspaceId,
};
use baton_proto::{
    conversation::v1::ReplyPromise,
    internal::conversation::v1::{self as wire, assignment_service_server::AssignmentService},
};
use tonic::{Request, Response, Status};

use super::{standing::instant, status};
use crate::{
    application::{
        command_conversation::{CommandConversation, Target},
        ports::{ConversationReader, Scope},
    },
    domain::{
        commands::Command,
        handoff::Promise,
        ids::{ConversationId, DecisionId},
        message::Actor,
    },
};
use std::sync::Arc;

/// The longest promise, bytes of UTF-8.
const LONGEST_PROMISE: usize = 500;

/// The server.
#[derive(Clone)]
pub struct AssignmentApi {
    /// What it does.
    pub command: CommandConversation,
    /// What members hold.
    pub reader: Arc<dyn ConversationReader>,
}

impl AssignmentApi {
    async fn decide(
        &self,
        (target, decision, command): (Target, DecisionId, Command),
    ) -> Result<i64, Status> {
        let outcome = self.command.decide(target, decision, command).await;
        let changed = outcome.map_err(|refused| status::change(&refused))?;
        Ok(changed.conversation.assignment_version)
    }
}

#[tonic::async_trait]
impl AssignmentService for AssignmentApi {
    async fn assign(
        &self,
        request: Request<wire::AssignRequest>,
    ) -> Result<Response<wire::AssignResponse>, Status> {
        let assignment_version = self.decide(assign(request.get_ref())?).await?;
        Ok(Response::new(wire::AssignResponse { assignment_version }))
    }

    async fn release(
        &self,
        request: Request<wire::ReleaseRequest>,
    ) -> Result<Response<wire::ReleaseResponse>, Status> {
        let assignment_version = self.decide(release(request.get_ref())?).await?;
        Ok(Response::new(wire::ReleaseResponse { assignment_version }))
    }

    async fn set_promise(
        &self,
        request: Request<wire::SetPromiseRequest>,
    ) -> Result<Response<wire::SetPromiseResponse>, Status> {
        let (target, command) = promise(request.into_inner())?;
        let told = self.command.run(target, command).await;
        told.map_err(|refused| status::change(&refused))?;
        Ok(Response::new(wire::SetPromiseResponse {}))
    }

    async fn list_member_loads(
        &self,
        request: Request<wire::ListMemberLoadsRequest>,
    ) -> Result<Response<wire::ListMemberLoadsResponse>, Status> {
        let mut fields = Fields::new();
        let workspace = fields.parsed::<WorkspaceId>("workspace_id", &request.get_ref().workspace_id);
        let (workspace,) = fields.all((workspace,))?;
        let held = self.reader.loads(workspace).await.map_err(|error| status::store(&error))?;
        let load = |(member, held): (crate::domain::ids::MemberId, i32)| wire::MemberLoad {
            member_id: member.to_string(),
            held,
        };
        Ok(Response::new(wire::ListMemberLoadsResponse { loads: held.into_iter().map(load).collect() }))
    }
}

fn by_routing(workspace: WorkspaceId, conversation: ConversationId) -> Target {
    Target { scope: Scope::all_of(workspace), conversation, by: Actor::System }
}

fn assign(wire: &wire::AssignRequest) -> Result<(Target, DecisionId, Command), Refusal> {
    let mut fields = Fields::new();
    let decision = fields.parsed("decision_id", &wire.decision_id);
    let workspace = fields.parsed("workspace_id", &wire.workspace_id);
    let conversation = fields.parsed("conversation_id", &wire.conversation_id);
    let member = fields.parsed("member_id", &wire.member_id);
    let seen = fields.within("expected_assignment_version", wire.expected_assignment_version, 1..=i64::MAX);
    let limit =
        fields.within("limit", wire.limit.into(), 1..=1000).and_then(|limit| i32::try_from(limit).ok());
    let (decision, workspace, conversation, member, seen, limit) =
        fields.all((decision, workspace, conversation, member, seen, limit))?;
    Ok((by_routing(workspace, conversation), decision, Command::Assign { member, limit, seen }))
}

fn release(wire: &wire::ReleaseRequest) -> Result<(Target, DecisionId, Command), Refusal> {
    let mut fields = Fields::new();
    let decision = fields.parsed("decision_id", &wire.decision_id);
    let workspace = fields.parsed("workspace_id", &wire.workspace_id);
    let conversation = fields.parsed("conversation_id", &wire.conversation_id);
    let seen = fields.within("expected_assignment_version", wire.expected_assignment_version, 1..=i64::MAX);
    let (decision, workspace, conversation, seen) = fields.all((decision, workspace, conversation, seen))?;
    Ok((by_routing(workspace, conversation), decision, Command::Release { seen }))
}

fn promise(wire: wire::SetPromiseRequest) -> Result<(Target, Command), Refusal> {
    let mut fields = Fields::new();
    let workspace = fields.parsed("workspace_id", &wire.workspace_id);
    let conversation = fields.parsed("conversation_id", &wire.conversation_id);
    let handoff = fields.parsed("handoff_id", &wire.handoff_id);
    let promise = fields.present("promise", wire.promise).and_then(|given| told(&mut fields, given));
    let due = fields.present("due_time", wire.due_time);
    let due = due.and_then(|due| instant(&mut fields, "due_time", &due));
    let (workspace, conversation, handoff, promise, due) =
        fields.all((workspace, conversation, handoff, promise, due))?;
    Ok((by_routing(workspace, conversation), Command::SetPromise { handoff, promise, due }))
}

fn told(fields: &mut Fields, wire: ReplyPromise) -> Option<Promise> {
    let text = fields.text("promise.text", &wire.text, 0..=LONGEST_PROMISE);
    let by = match &wire.promised_by_time {
        Some(given) => instant(fields, "promise.promised_by_time", given).map(Some),
        None => Some(None),
    };
    Some(Promise { by: by?, text: text?, outside_hours: wire.outside_hours })
}
