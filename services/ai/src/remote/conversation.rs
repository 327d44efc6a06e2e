//! What turns need of the conversation service, over gRPC, in the name of the service `ai`.
//!
//! Must not know what a turn is for.

use std::time::Duration;

use async_trait::async_trait;
use baton_kit::door::{
    peer::{Line, Peer},
    refusal,
};
use baton_proto::{
    common::v1::ErrorReason, conversation::v1 as wire, internal::conversation::v1 as internal,
};
use tonic::{Request, Status, metadata::MetadataValue};
use wire::{
    conversation_service_client::ConversationServiceClient, handoff_service_client::HandoffServiceClient,
};

use crate::{
    application::ports::{Answer, CallError, Conversation, Delta, Outcome, Seen, TurnContext},
    domain::{
        decision::{HandoffReason, Source},
        ids::TeamId,
        thread::{Author, Thread, ThreadMessage},
        turn::Place,
    },
};

/// Names the tenant where a service calls a public method that takes it from its caller.
const WORKSPACE_HEADER: &str = "x-baton-workspace";

/// A piece that is later than this is of no use: the next one has it all again.
const DELTA_BUDGET: Duration = Duration::from_millis(500);

type Turns = internal::turn_service_client::TurnServiceClient<Line>;

/// Conversation behind gRPC.
pub(crate) struct GrpcConversation {
    /// The service.
    pub peer: Peer,
}

#[async_trait]
impl Conversation for GrpcConversation {
    async fn context(&self, place: Place) -> Result<TurnContext, CallError> {
        let (workspace_id, conversation_id) = names(place);
        let request = internal::GetTurnContextRequest { workspace_id, conversation_id };
        let answered = self.turns().get_turn_context(request).await.map_err(|status| error_of(&status))?;
        context_of(answered.into_inner())
    }

    async fn report_progress(&self, place: Place, control_epoch: i64) -> Result<(), CallError> {
        let (workspace_id, conversation_id) = names(place);
        let request = internal::ReportProgressRequest { workspace_id, conversation_id, control_epoch };
        self.turns().report_progress(request).await.map(drop).map_err(|status| error_of(&status))
    }

    async fn push_delta(&self, place: Place, delta: Delta) -> Result<(), CallError> {
        let (workspace_id, conversation_id) = names(place);
        let Delta { contact, control_epoch, making, piece } = delta;
        let offset = i64::try_from(piece.offset).unwrap_or(i64::MAX);
        let delta = wire::AnswerDelta { control_epoch, turn_id: making, offset, text: piece.text };
        let (contact_id, delta) = (contact.to_string(), Some(delta));
        let request = internal::PushDeltaRequest { workspace_id, conversation_id, contact_id, delta };
        let mut turns = Turns::new(self.peer.as_self().within(DELTA_BUDGET));
        turns.push_delta(request).await.map(drop).map_err(|status| error_of(&status))
    }

    async fn post(&self, place: Place, answer: &Answer) -> Result<(), CallError> {
        let within =
            answer.handoff_within.map_or(0, |wait| i32::try_from(wait.as_secs()).unwrap_or(i32::MAX));
        let context = wire::AnswerContext {
            control_epoch: answer.control_epoch,
            visitor_sequence: answer.visitor_sequence,
            sources: answer.sources.iter().map(source).collect(),
            handoff_within_seconds: within,
        };
        let request = wire::PostMessageRequest {
            conversation_id: place.conversation.to_string(),
            text: answer.text.clone(),
            client_message_id: answer.client_message_id.clone(),
            answer: Some(context),
            expected_member_sequence: None,
        };
        let mut client = ConversationServiceClient::new(self.peer.as_self());
        client.post_message(in_workspace(place, request)?).await.map(drop).map_err(|status| error_of(&status))
    }

    async fn request_handoff(
        &self,
        place: Place,
        seen: Seen,
        reason: HandoffReason,
        team: Option<TeamId>,
    ) -> Result<(), CallError> {
        let request = wire::RequestHandoffRequest {
            conversation_id: place.conversation.to_string(),
            reason: reason_of(reason).into(),
            control_epoch: seen.epoch,
            visitor_sequence: seen.visitor_sequence,
            email: String::new(),
            team_id: team.map(|team| team.to_string()).unwrap_or_default(),
        };
        let mut client = HandoffServiceClient::new(self.peer.as_self());
        client
            .request_handoff(in_workspace(place, request)?)
            .await
            .map(drop)
            .map_err(|status| error_of(&status))
    }

    async fn finish(
        &self,
        place: Place,
        control_epoch: i64,
        visitor_sequence: i64,
        outcome: Outcome,
    ) -> Result<(), CallError> {
        let (workspace_id, conversation_id) = names(place);
        let outcome = outcome_of(outcome).into();
        let request = internal::FinishTurnRequest {
            workspace_id,
            conversation_id,
            control_epoch,
            visitor_sequence,
            outcome,
        };
        self.turns().finish_turn(request).await.map(drop).map_err(|status| error_of(&status))
    }
}

impl GrpcConversation {
    fn turns(&self) -> Turns {
        Turns::new(self.peer.as_self())
    }
}

pub(super) fn names(place: Place) -> (String, String) {
    (place.workspace.to_string(), place.conversation.to_string())
}

pub(super) fn in_workspace<T>(place: Place, message: T) -> Result<Request<T>, CallError> {
    let name = MetadataValue::try_from(place.workspace.to_string())
        .map_err(|error| CallError::Refused(error.to_string()))?;
    let mut request = Request::new(message);
    request.metadata_mut().insert(WORKSPACE_HEADER, name);
    Ok(request)
}

pub(super) fn error_of(status: &Status) -> CallError {
    use ErrorReason as R;
    match refusal::reason_of(status) {
        Some(
            R::StaleEpoch
            | R::StaleVersion
            | R::ConversationClosed
            | R::HumanInControl
            | R::WrongState
            | R::NoOpenHandoff,
        ) => CallError::Stale,
        Some(R::TurnSuperseded) => CallError::Superseded,
        Some(R::RequestIdReused | R::AlreadyExists) => CallError::AlreadyPosted,
        Some(R::NotFound) => CallError::NotFound,
        Some(R::StaleEtag) => CallError::Transient("it changed since it was read".to_owned()),
        Some(R::RequestInFlight) => CallError::Transient("the same request is being worked on".to_owned()),
        _ if refusal::is_transient(status) => CallError::Transient(format!("{:?}", status.code())),
        _ => CallError::Refused(format!("{:?}: {}", status.code(), status.message())),
    }
}

fn context_of(answered: internal::GetTurnContextResponse) -> Result<TurnContext, CallError> {
    let broken = |what: &str| CallError::Refused(format!("a turn context without {what}"));
    let conversation = answered.conversation.ok_or_else(|| broken("a conversation"))?;
    let handoff = conversation.handoff.as_ref().map(|it| it.id.parse()).transpose();
    let handoff = handoff.map_err(|_| broken("a handoff's id"))?;
    let messages = answered.messages.into_iter().map(message_of).collect();
    Ok(TurnContext {
        assistant: conversation.assistant_id.parse().map_err(|_| broken("an assistant"))?,
        contact: conversation.contact_id.parse().ok(),
        ai_in_control: conversation.control() == wire::Control::Ai,
        control_epoch: conversation.control_epoch,
        unanswered: answered.unanswered_sequence,
        thread: Thread { messages, ai_since: answered.ai_since_sequence },
        instruction: answered.instruction,
        handoff,
    })
}

fn message_of(message: wire::Message) -> ThreadMessage {
    let author = match message.author_kind() {
        wire::AuthorKind::Visitor => Author::Visitor,
        wire::AuthorKind::Ai => Author::Assistant,
        wire::AuthorKind::Member => Author::Member,
        // A kind that a newer conversation knows is nobody who asks or answers.
        wire::AuthorKind::System | wire::AuthorKind::Unspecified => Author::System,
    };
    ThreadMessage {
        sequence: message.sequence,
        author,
        has_sources: !message.sources.is_empty(),
        text: message.text,
        client_id: message.client_message_id,
    }
}

fn source(source: &Source) -> wire::Source {
    wire::Source {
        document_id: source.document.to_string(),
        title: source.title.clone(),
        uri: source.uri.clone(),
    }
}

fn reason_of(reason: HandoffReason) -> wire::HandoffReason {
    match reason {
        HandoffReason::VisitorRequest => wire::HandoffReason::VisitorRequest,
        HandoffReason::AiDecision => wire::HandoffReason::AiDecision,
        HandoffReason::Phrase => wire::HandoffReason::Phrase,
        HandoffReason::NoAnswer => wire::HandoffReason::NoAnswer,
        HandoffReason::Repetition => wire::HandoffReason::Repetition,
        HandoffReason::NegativeMood => wire::HandoffReason::NegativeMood,
    }
}

fn outcome_of(outcome: Outcome) -> internal::TurnOutcome {
    match outcome {
        Outcome::Answered => internal::TurnOutcome::Answered,
        Outcome::HandedOff => internal::TurnOutcome::HandedOff,
        Outcome::Nothing => internal::TurnOutcome::Nothing,
        Outcome::Failed => internal::TurnOutcome::Failed,
    }
}
