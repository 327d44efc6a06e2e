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
    convert,
    show::Show,
    standing, status, who,
};
use crate::{
    application::command_conversation::{Asked, CommandConversation},
    domain::{
        commands::{Command, Turn},
        contact::EmailAddress,
        handoff::HandoffReason,
        ids::ConversationId,
    },
};

/// The longest instruction to the assistant, bytes of UTF-8.
const LONGEST_INSTRUCTION: usize = 4 * 1024;

/// The server.
#[derive(Clone)]
pub struct HandoffApi {
    /// What it does.
    pub command: CommandConversation,
    /// Showing what came of it.
    pub show: Show,
}

impl HandoffApi {
    async fn run(
        &self,
        caller: &Caller,
        id: ConversationId,
        command: Command,
    ) -> Result<wire::Conversation, Status> {
        let changed = self.command.run(who::target(caller, id)?, command).await;
        let changed = changed.map_err(|refused| status::change(&refused))?;
        Ok(self.show.one(caller, &changed.conversation).await?)
    }
}

#[tonic::async_trait]
impl HandoffService for HandoffApi {
    async fn request_handoff(
        &self,
        request: Request<wire::RequestHandoffRequest>,
    ) -> Result<Response<wire::RequestHandoffResponse>, Status> {
        let caller = who::caller(&request)?;
        let (id, asked) = handoff_request(&caller, request.get_ref())?;
        let outcome = self.command.request_handoff(who::target(&caller, id)?, asked).await;
        let changed = outcome.map_err(|refused| status::change(&refused))?;
        let conversation = Some(self.show.one(&caller, &changed.conversation).await?);
        Ok(Response::new(wire::RequestHandoffResponse { conversation, created: changed.happened }))
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
        let (id, command) = hand_back(request.get_ref())?;
        let conversation = Some(self.run(&caller, id, command).await?);
        Ok(Response::new(wire::HandBackResponse { conversation }))
    }

    async fn hand_to_team(
        &self,
        request: Request<wire::HandToTeamRequest>,
    ) -> Result<Response<wire::HandToTeamResponse>, Status> {
        let caller = who::caller(&request)?;
        let new = standing::handoff_of(&self.command, &caller);
        let (id, command) = standing::hand_to_team(request.get_ref(), new)?;
        let conversation = Some(self.run(&caller, id, command).await?);
        Ok(Response::new(wire::HandToTeamResponse { conversation }))
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

fn hand_back(wire: &wire::HandBackRequest) -> Result<(ConversationId, Command), Refusal> {
    let mut fields = Fields::new();
    let id = fields.parsed("conversation_id", &wire.conversation_id);
    let seen = fields.within("expected_assignment_version", wire.expected_assignment_version, 0..=i64::MAX);
    let instruction = fields.text("instruction", &wire.instruction, 0..=LONGEST_INSTRUCTION);
    let (id, seen, instruction) = fields.all((id, seen, instruction))?;
    Ok((id, Command::HandBack { seen, instruction }))
}

/// The assistant says why, under which epoch and whom; everybody else's reason follows from who they are.
fn handoff_request(
    caller: &Caller,
    wire: &wire::RequestHandoffRequest,
) -> Result<(ConversationId, Asked), Refusal> {
    let mut fields = Fields::new();
    let id = fields.parsed("conversation_id", &wire.conversation_id);
    let email = email(&mut fields, caller, &wire.email);
    if caller.kind == Kind::Service {
        let reason = fields.choice::<HandoffReason>("reason", wire.reason);
        let epoch = fields.within("control_epoch", wire.control_epoch, 1..=i64::MAX);
        let visitor_sequence = fields.within("visitor_sequence", wire.visitor_sequence, 0..=i64::MAX);
        let team = fields.parsed_or_none("team_id", &wire.team_id);
        let (id, email, reason, epoch, visitor_sequence, team) =
            fields.all((id, email, reason, epoch, visitor_sequence, team))?;
        return Ok((id, Asked { reason, turn: Some(Turn { epoch, visitor_sequence }), team, email }));
    }
    for (field, given) in [
        ("reason", wire.reason != 0),
        ("control_epoch", wire.control_epoch != 0),
        ("visitor_sequence", wire.visitor_sequence != 0),
        ("team_id", !wire.team_id.is_empty()),
    ] {
        if given {
            fields.fault(field, "is for the assistant only");
        }
    }
    let reason = match caller.kind {
        Kind::Visitor => HandoffReason::VisitorRequest,
        Kind::Member => HandoffReason::MemberRequest,
        _ => HandoffReason::ApiRequest,
    };
    let (id, email) = fields.all((id, email))?;
    Ok((id, Asked { reason, turn: None, team: None, email }))
}

fn email(fields: &mut Fields, caller: &Caller, given: &str) -> Option<Option<EmailAddress>> {
    if given.is_empty() {
        return Some(None);
    }
    if caller.kind != Kind::Visitor {
        fields.fault("email", "is for visitors only");
        return None;
    }
    convert::contacts::email(fields, "email", given).map(Some)
}
