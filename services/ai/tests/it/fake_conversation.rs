//! A conversation service as `ai` sees it: one thread a conversation, both fences, and replies that the test may hold back.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use baton_kit::door::refusal::Refusal;
use baton_proto::{
    common::v1::ErrorReason,
    conversation::v1::{
        self as wire, AuthorKind, Control, Message, PostMessageRequest, PostMessageResponse,
        RequestHandoffRequest, RequestHandoffResponse, conversation_service_server::ConversationService,
        handoff_service_server::HandoffService,
    },
    internal::conversation::v1::{self as internal, turn_service_server::TurnService},
};
use tokio::sync::watch;
use tonic::{Request, Response, Status};

/// Whose conversations these are.
const CONTACT: &str = "cont_00000000000000000000000009";

/// One conversation.
#[derive(Default, Clone)]
pub struct Room {
    pub workspace: String,
    pub assistant: String,
    pub human: bool,
    pub epoch: i64,
    /// The sequence after which control last came to the AI.
    pub ai_since: i64,
    pub messages: Vec<Message>,
    /// The open handoff, or the last one.
    pub handoff: Option<wire::Handoff>,
    /// What the member who handed back wants done.
    pub instruction: String,
    pub handoffs: Vec<RequestHandoffRequest>,
    pub finished: Vec<internal::FinishTurnRequest>,
    /// How many seconds the handoff that the last answer promised is waited for; 0 for none.
    pub owed: i32,
    pub briefs: Vec<internal::AttachBriefRequest>,
    pub priorities: Vec<internal::SuggestPriorityRequest>,
    /// How often anything about a handoff was told.
    pub calls: usize,
    /// The pieces that were shown.
    pub deltas: Vec<wire::AnswerDelta>,
    /// `x-baton-workspace` of each public call.
    pub headers: Vec<String>,
}

impl Room {
    pub fn answers(&self) -> Vec<&Message> {
        self.messages.iter().filter(|m| m.author_kind() == AuthorKind::Ai).collect()
    }

    pub fn say(&mut self, author: AuthorKind, text: &str, id: &str) -> i64 {
        let sequence = self.messages.len() as i64 + 1;
        let (text, client_message_id) = (text.to_owned(), id.to_owned());
        let message =
            Message { sequence, author_kind: author.into(), text, client_message_id, ..Message::default() };
        self.messages.push(message);
        sequence
    }

    fn unanswered(&self) -> i64 {
        let last = |kind: AuthorKind| {
            self.messages.iter().filter(|m| m.author_kind() == kind).map(|m| m.sequence).max().unwrap_or(0)
        };
        let visitor = last(AuthorKind::Visitor);
        if visitor > last(AuthorKind::Ai) { visitor } else { 0 }
    }

    fn fence(&self, epoch: i64) -> Result<(), Refusal> {
        if !self.human && self.epoch == epoch {
            return Ok(());
        }
        Err(Refusal::new(ErrorReason::StaleEpoch, "stale").with("control_epoch", self.epoch))
    }
}

/// All of them. Clones share.
#[derive(Clone)]
pub struct FakeConversation {
    rooms: Arc<Mutex<HashMap<String, Room>>>,
    changed: watch::Sender<u64>,
    /// Whose conversations these are.
    pub contact: Arc<Mutex<wire::Contact>>,
    /// While true, answers are stored but their replies never come.
    pub hold_replies: watch::Sender<bool>,
}

impl FakeConversation {
    pub fn new() -> Self {
        Self {
            rooms: Arc::default(),
            changed: watch::Sender::new(0),
            contact: Arc::new(Mutex::new(wire::Contact { etag: "c".to_owned(), ..wire::Contact::default() })),
            hold_replies: watch::Sender::new(false),
        }
    }

    /// Looks at or changes a conversation, which is made if it is not there.
    pub fn room<T>(&self, conversation: &str, work: impl FnOnce(&mut Room) -> T) -> T {
        let done = work(self.rooms.lock().unwrap().entry(conversation.to_owned()).or_default());
        self.changed.send_modify(|n| *n += 1);
        done
    }

    /// Completes when a conversation is as expected.
    pub async fn until(&self, conversation: &str, expected: impl Fn(&Room) -> bool) {
        let mut changed = self.changed.subscribe();
        loop {
            changed.borrow_and_update();
            let found = self.rooms.lock().unwrap().get(conversation).is_some_and(&expected);
            if found {
                return;
            }
            changed.changed().await.unwrap();
        }
    }

    pub fn known<T>(
        &self,
        conversation: &str,
        work: impl FnOnce(&mut Room) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        if !self.rooms.lock().unwrap().contains_key(conversation) {
            return Err(Refusal::not_found("conversation"));
        }
        self.room(conversation, work)
    }

    /// Waits while replies are held.
    pub async fn reply(&self) {
        let mut hold = self.hold_replies.subscribe();
        hold.wait_for(|hold| !hold).await.unwrap();
    }
}

fn header<T>(request: &Request<T>) -> String {
    let value = request.metadata().get("x-baton-workspace");
    value.and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

#[tonic::async_trait]
impl TurnService for FakeConversation {
    async fn get_turn_context(
        &self,
        request: Request<internal::GetTurnContextRequest>,
    ) -> Result<Response<internal::GetTurnContextResponse>, Status> {
        let request = request.into_inner();
        let id = request.conversation_id;
        let context = self.known(&id, |room| {
            if room.workspace != request.workspace_id {
                return Err(Refusal::not_found("conversation"));
            }
            let control = if room.human { Control::Human } else { Control::Ai };
            let conversation = wire::Conversation {
                id: id.clone(),
                assistant_id: room.assistant.clone(),
                contact_id: CONTACT.to_owned(),
                control: control.into(),
                control_epoch: room.epoch,
                handoff: room.handoff.clone(),
                ..Default::default()
            };
            Ok(internal::GetTurnContextResponse {
                conversation: Some(conversation),
                messages: room.messages.clone(),
                ai_since_sequence: room.ai_since,
                unanswered_sequence: room.unanswered(),
                instruction: room.instruction.clone(),
            })
        })?;
        Ok(Response::new(context))
    }

    async fn report_progress(
        &self,
        request: Request<internal::ReportProgressRequest>,
    ) -> Result<Response<internal::ReportProgressResponse>, Status> {
        let request = request.into_inner();
        self.known(&request.conversation_id, |room| room.fence(request.control_epoch))?;
        Ok(Response::new(internal::ReportProgressResponse {}))
    }

    async fn push_delta(
        &self,
        request: Request<internal::PushDeltaRequest>,
    ) -> Result<Response<internal::PushDeltaResponse>, Status> {
        let request = request.into_inner();
        self.known(&request.conversation_id, |room| {
            assert_eq!((&request.workspace_id, request.contact_id.as_str()), (&room.workspace, CONTACT));
            room.deltas.extend(request.delta);
            Ok(())
        })?;
        Ok(Response::new(internal::PushDeltaResponse {}))
    }

    async fn finish_turn(
        &self,
        request: Request<internal::FinishTurnRequest>,
    ) -> Result<Response<internal::FinishTurnResponse>, Status> {
        let request = request.into_inner();
        self.known(&request.conversation_id.clone(), |room| {
            let fence = room.fence(request.control_epoch);
            room.finished.push(request);
            fence
        })?;
        Ok(Response::new(internal::FinishTurnResponse {}))
    }
}

#[tonic::async_trait]
impl ConversationService for FakeConversation {
    async fn post_message(
        &self,
        request: Request<PostMessageRequest>,
    ) -> Result<Response<PostMessageResponse>, Status> {
        let (workspace, request) = (header(&request), request.into_inner());
        let answer = request.answer.clone().unwrap_or_default();
        let message = self.known(&request.conversation_id, |room| {
            room.headers.push(workspace);
            if let Some(first) =
                room.messages.iter().find(|m| m.client_message_id == request.client_message_id)
            {
                return Ok(first.clone());
            }
            room.fence(answer.control_epoch)?;
            if room.unanswered() != answer.visitor_sequence {
                return Err(Refusal::new(ErrorReason::TurnSuperseded, "the visitor wrote again"));
            }
            room.say(AuthorKind::Ai, &request.text, &request.client_message_id);
            room.owed = answer.handoff_within_seconds;
            let message = room.messages.last_mut().unwrap();
            message.sources = answer.sources;
            Ok(message.clone())
        })?;
        self.reply().await;
        Ok(Response::new(PostMessageResponse { message: Some(message) }))
    }

    async fn start_conversation(
        &self,
        _: Request<wire::StartConversationRequest>,
    ) -> Result<Response<wire::StartConversationResponse>, Status> {
        Err(unused())
    }

    async fn get_conversation(
        &self,
        _: Request<wire::GetConversationRequest>,
    ) -> Result<Response<wire::GetConversationResponse>, Status> {
        Err(unused())
    }

    async fn list_conversations(
        &self,
        _: Request<wire::ListConversationsRequest>,
    ) -> Result<Response<wire::ListConversationsResponse>, Status> {
        Err(unused())
    }

    async fn list_messages(
        &self,
        _: Request<wire::ListMessagesRequest>,
    ) -> Result<Response<wire::ListMessagesResponse>, Status> {
        Err(unused())
    }

    async fn resolve_conversation(
        &self,
        _: Request<wire::ResolveConversationRequest>,
    ) -> Result<Response<wire::ResolveConversationResponse>, Status> {
        Err(unused())
    }

    async fn reopen_conversation(
        &self,
        _: Request<wire::ReopenConversationRequest>,
    ) -> Result<Response<wire::ReopenConversationResponse>, Status> {
        Err(unused())
    }

    async fn assign_conversation(
        &self,
        _: Request<wire::AssignConversationRequest>,
    ) -> Result<Response<wire::AssignConversationResponse>, Status> {
        Err(unused())
    }

    async fn unassign_conversation(
        &self,
        _: Request<wire::UnassignConversationRequest>,
    ) -> Result<Response<wire::UnassignConversationResponse>, Status> {
        Err(unused())
    }

    async fn set_team(
        &self,
        _: Request<wire::SetTeamRequest>,
    ) -> Result<Response<wire::SetTeamResponse>, Status> {
        Err(unused())
    }

    async fn set_priority(
        &self,
        _: Request<wire::SetPriorityRequest>,
    ) -> Result<Response<wire::SetPriorityResponse>, Status> {
        Err(unused())
    }

    async fn snooze_conversation(
        &self,
        _: Request<wire::SnoozeConversationRequest>,
    ) -> Result<Response<wire::SnoozeConversationResponse>, Status> {
        Err(unused())
    }

    async fn wake_conversation(
        &self,
        _: Request<wire::WakeConversationRequest>,
    ) -> Result<Response<wire::WakeConversationResponse>, Status> {
        Err(unused())
    }

    async fn mark_read(
        &self,
        _: Request<wire::MarkReadRequest>,
    ) -> Result<Response<wire::MarkReadResponse>, Status> {
        Err(unused())
    }

    async fn list_read_marks(
        &self,
        _: Request<wire::ListReadMarksRequest>,
    ) -> Result<Response<wire::ListReadMarksResponse>, Status> {
        Err(unused())
    }

    async fn report_activity(
        &self,
        _: Request<wire::ReportActivityRequest>,
    ) -> Result<Response<wire::ReportActivityResponse>, Status> {
        Err(unused())
    }
}

#[tonic::async_trait]
impl HandoffService for FakeConversation {
    async fn request_handoff(
        &self,
        request: Request<RequestHandoffRequest>,
    ) -> Result<Response<RequestHandoffResponse>, Status> {
        let (workspace, request) = (header(&request), request.into_inner());
        self.known(&request.conversation_id.clone(), |room| {
            room.headers.push(workspace);
            room.fence(request.control_epoch)?;
            (room.human, room.epoch) = (true, room.epoch + 1);
            let n = room.handoffs.len();
            let id = format!("hand_{:0>26}", n + 1);
            let state = wire::HandoffState::Requested.into();
            room.handoff = Some(wire::Handoff { id, state, reason: request.reason, ..Default::default() });
            room.handoffs.push(request);
            Ok(())
        })?;
        Ok(Response::new(RequestHandoffResponse::default()))
    }

    async fn take_over(
        &self,
        _: Request<wire::TakeOverRequest>,
    ) -> Result<Response<wire::TakeOverResponse>, Status> {
        Err(unused())
    }

    async fn hand_back(
        &self,
        _: Request<wire::HandBackRequest>,
    ) -> Result<Response<wire::HandBackResponse>, Status> {
        Err(unused())
    }

    async fn withdraw_handoff(
        &self,
        _: Request<wire::WithdrawHandoffRequest>,
    ) -> Result<Response<wire::WithdrawHandoffResponse>, Status> {
        Err(unused())
    }

    async fn hand_to_team(
        &self,
        _: Request<wire::HandToTeamRequest>,
    ) -> Result<Response<wire::HandToTeamResponse>, Status> {
        Err(unused())
    }
}

fn unused() -> Status {
    Refusal::new(ErrorReason::Unimplemented, "ai does not call this").into()
}
