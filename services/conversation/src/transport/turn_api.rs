//! `TurnService`: what an assistant's turn needs and how it ends.

use std::sync::Arc;

use baton_kit::{
    door::{fields::Fields, refusal::Refusal},
    life::{clock::SharedClock, ids::WorkspaceId},
};
use baton_proto::{
    common::v1::ErrorReason,
    internal::conversation::v1::{self as wire, turn_service_server::TurnService},
};
use tonic::{Request, Response, Status};

use super::{convert, status};
use crate::{
    application::{
        command_conversation::{CommandConversation, Target},
        ports::{
            Scope,
            deadlines::{DeadlineFinder, Progress},
        },
        read_conversation::ReadConversation,
        report_activity::ReportActivity,
    },
    domain::{
        activity::Delta,
        commands::Command,
        ids::{AssistantId, ContactId, ConversationId},
        message::Actor,
    },
};

/// The server.
#[derive(Clone)]
pub struct TurnApi {
    /// Reading.
    pub read: ReadConversation,
    /// Ending.
    pub command: CommandConversation,
    /// Signs of life.
    pub deadlines: Arc<dyn DeadlineFinder>,
    /// Growing answers.
    pub activity: ReportActivity,
    /// Time.
    pub clock: SharedClock,
}

#[tonic::async_trait]
impl TurnService for TurnApi {
    async fn get_turn_context(
        &self,
        request: Request<wire::GetTurnContextRequest>,
    ) -> Result<Response<wire::GetTurnContextResponse>, Status> {
        let (workspace, id) = address(&request.get_ref().workspace_id, &request.get_ref().conversation_id)?;
        let found = self.read.for_turn(Scope::all_of(workspace), id).await;
        let (it, messages) = found.map_err(|refused| status::read(&refused))?;
        Ok(Response::new(wire::GetTurnContextResponse {
            conversation: Some(convert::conversation(&it)),
            messages: messages.iter().map(convert::message).collect(),
            ai_since_sequence: it.ai_since_sequence,
            unanswered_sequence: it.unanswered_sequence(),
            instruction: it.instruction,
        }))
    }

    async fn report_progress(
        &self,
        request: Request<wire::ReportProgressRequest>,
    ) -> Result<Response<wire::ReportProgressResponse>, Status> {
        let wire = request.get_ref();
        let (workspace, id) = address(&wire.workspace_id, &wire.conversation_id)?;
        let noted = self.deadlines.progress(workspace, id, wire.control_epoch, self.clock.now()).await;
        match noted.map_err(|error| status::store(&error))? {
            Progress::Noted => Ok(Response::new(wire::ReportProgressResponse {})),
            Progress::Stale => {
                Err(Refusal::new(ErrorReason::StaleEpoch, "control changed since the turn began").into())
            }
            Progress::NotFound => Err(Refusal::not_found("conversation").into()),
        }
    }

    async fn finish_turn(
        &self,
        request: Request<wire::FinishTurnRequest>,
    ) -> Result<Response<wire::FinishTurnResponse>, Status> {
        let (target, ending) = finish(request.get_ref())?;
        let outcome = match ending {
            Ending::Failed { epoch } => self.command.ai_unavailable(target, epoch).await,
            Ending::Done(command) => self.command.run(target, command).await,
            // Requesting the handoff has ended the turn already.
            Ending::Nothing => return Ok(Response::new(wire::FinishTurnResponse {})),
        };
        outcome.map_err(|refused| status::change(&refused))?;
        Ok(Response::new(wire::FinishTurnResponse {}))
    }

    async fn push_delta(
        &self,
        request: Request<wire::PushDeltaRequest>,
    ) -> Result<Response<wire::PushDeltaResponse>, Status> {
        let (workspace, conversation, contact, delta) = piece(request.into_inner())?;
        self.activity.delta(Scope::all_of(workspace), conversation, contact, delta);
        Ok(Response::new(wire::PushDeltaResponse {}))
    }
}

/// How a turn ends.
enum Ending {
    Done(Command),
    Failed { epoch: i64 },
    Nothing,
}

fn address(workspace: &str, conversation: &str) -> Result<(WorkspaceId, ConversationId), Refusal> {
    let mut fields = Fields::new();
    let workspace = fields.parsed("workspace_id", workspace);
    let conversation = fields.parsed("conversation_id", conversation);
    fields.all((workspace, conversation))
}

fn piece(wire: wire::PushDeltaRequest) -> Result<(WorkspaceId, ConversationId, ContactId, Delta), Refusal> {
    let mut fields = Fields::new();
    let workspace = fields.parsed("workspace_id", &wire.workspace_id);
    let conversation = fields.parsed("conversation_id", &wire.conversation_id);
    let contact = fields.parsed("contact_id", &wire.contact_id);
    let delta = convert::activity::delta(&mut fields, wire.delta);
    fields.all((workspace, conversation, contact, delta))
}

/// Which assistant it is the conversation knows.
fn by_assistant(workspace: WorkspaceId, conversation: ConversationId) -> Target {
    let by = Actor::Assistant(AssistantId::from_uuid(uuid::Uuid::nil()));
    Target { scope: Scope::all_of(workspace), conversation, by }
}

fn finish(wire: &wire::FinishTurnRequest) -> Result<(Target, Ending), Refusal> {
    let mut fields = Fields::new();
    let workspace = fields.parsed("workspace_id", &wire.workspace_id);
    let conversation = fields.parsed("conversation_id", &wire.conversation_id);
    let epoch = fields.within("control_epoch", wire.control_epoch, 1..=i64::MAX);
    let visitor_sequence = fields.within("visitor_sequence", wire.visitor_sequence, 0..=i64::MAX);
    let outcome = fields.choice::<wire::TurnOutcome>("outcome", wire.outcome);
    let (workspace, conversation, epoch, visitor_sequence, outcome) =
        fields.all((workspace, conversation, epoch, visitor_sequence, outcome))?;
    let target = by_assistant(workspace, conversation);
    let ending = match outcome {
        wire::TurnOutcome::Failed => Ending::Failed { epoch },
        wire::TurnOutcome::HandedOff => Ending::Nothing,
        wire::TurnOutcome::Answered | wire::TurnOutcome::Nothing | wire::TurnOutcome::Unspecified => {
            Ending::Done(Command::FinishTurn { epoch, visitor_sequence })
        }
    };
    Ok((target, ending))
}
