//! `HandoffService`: the passage between the AI and people.

use baton_kit::door::{
    fields::Fields,
    principal::{Caller, Kind},
    refusal::Refusal,
};
use baton_proto::conversation::v1::{self as wire, handoff_service_server::HandoffService};
use tonic::{Request, Response, Status};

use super::{
    conversation_api::{conversation_id, versioned},
    convert, status, who,
};
use crate::{
    application::{command_conversation::CommandConversation, ports::Changed},
    domain::{
        commands::{Command, Turn},
        handoff::HandoffReason,
        ids::ConversationId,
    },
};

/// The server.
#[derive(Clone)]
pub struct HandoffApi {
    /// What it does.
    pub command: CommandConversation,
}

impl HandoffApi {
    async fn run(
        &self,
        caller: &Caller,
        id: ConversationId,
        command: Command,
    ) -> Result<wire::Conversation, Status> {
        let outcome = self.command.run(who::target(caller, id)?, command).await;
        outcome.map(converted).map_err(|refused| status::change(&refused).into())
    }
}

fn converted(changed: Changed) -> wire::Conversation {
    convert::conversation(&changed.conversation)
}

#[tonic::async_trait]
impl HandoffService for HandoffApi {
    async fn request_handoff(
        &self,
        request: Request<wire::RequestHandoffRequest>,
    ) -> Result<Response<wire::RequestHandoffResponse>, Status> {
        let caller = who::caller(&request)?;
        let (id, reason, turn) = handoff_request(&caller, request.get_ref())?;
        let outcome = self.command.request_handoff(who::target(&caller, id)?, reason, turn).await;
        let changed = outcome.map_err(|refused| status::change(&refused))?;
        let created = changed.happened;
        Ok(Response::new(wire::RequestHandoffResponse { conversation: Some(converted(changed)), created }))
    }

    async fn take_over(
        &self,
        request: Request<wire::TakeOverRequest>,
    ) -> Result<Response<wire::TakeOverResponse>, Status> {
        let caller = who::caller(&request)?;
        let (id, seen) =
            versioned(&request.get_ref().conversation_id, request.get_ref().expected_assignment_version)?;
        let command = Command::TakeOver { member: who::member(&caller)?, seen };
        let conversation = Some(self.run(&caller, id, command).await?);
        Ok(Response::new(wire::TakeOverResponse { conversation }))
    }

    async fn hand_back(
        &self,
        request: Request<wire::HandBackRequest>,
    ) -> Result<Response<wire::HandBackResponse>, Status> {
        let caller = who::caller(&request)?;
        let (id, seen) =
            versioned(&request.get_ref().conversation_id, request.get_ref().expected_assignment_version)?;
        let conversation = Some(self.run(&caller, id, Command::HandBack { seen }).await?);
        Ok(Response::new(wire::HandBackResponse { conversation }))
    }

    async fn withdraw_handoff(
        &self,
        request: Request<wire::WithdrawHandoffRequest>,
    ) -> Result<Response<wire::WithdrawHandoffResponse>, Status> {
        let caller = who::caller(&request)?;
        let id = conversation_id(&request.get_ref().conversation_id)?;
        let conversation = Some(self.run(&caller, id, Command::Withdraw).await?);
        Ok(Response::new(wire::WithdrawHandoffResponse { conversation }))
    }
}

/// The assistant says why and under which epoch; everybody else's reason follows from who they are.
fn handoff_request(
    caller: &Caller,
    wire: &wire::RequestHandoffRequest,
) -> Result<(ConversationId, HandoffReason, Option<Turn>), Refusal> {
    let mut fields = Fields::new();
    let id = fields.parsed("conversation_id", &wire.conversation_id);
    if caller.kind == Kind::Service {
        let reason = fields.choice::<HandoffReason>("reason", wire.reason);
        let epoch = fields.within("control_epoch", wire.control_epoch, 1..=i64::MAX);
        let visitor_sequence = fields.within("visitor_sequence", wire.visitor_sequence, 0..=i64::MAX);
        let (id, reason, epoch, visitor_sequence) = fields.all((id, reason, epoch, visitor_sequence))?;
        return Ok((id, reason, Some(Turn { epoch, visitor_sequence })));
    }
    if wire.reason != 0 {
        fields.fault("reason", "is for the assistant only");
    }
    if wire.control_epoch != 0 {
        fields.fault("control_epoch", "is for the assistant only");
    }
    if wire.visitor_sequence != 0 {
        fields.fault("visitor_sequence", "is for the assistant only");
    }
    let reason = match caller.kind {
        Kind::Visitor => HandoffReason::VisitorRequest,
        Kind::Member => HandoffReason::MemberRequest,
        _ => HandoffReason::ApiRequest,
    };
    fields.all((id, Some(reason), Some(None)))
}
