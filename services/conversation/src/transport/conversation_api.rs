//! `ConversationService`: starting, writing, reading.

use std::time::Duration;

use baton_kit::{
    data::FactLog,
    door::{
        fields::Fields,
        page,
        principal::{Caller, Kind},
        refusal::Refusal,
    },
};
use baton_proto::{
    common::v1::ErrorReason,
    conversation::v1::{self as wire, conversation_service_server::ConversationService},
};
use tonic::{Request, Response, Status};

use super::{attention_api::AttentionApi, convert, feed_stream, show::Show, standing, status, who};
use crate::{
    application::{
        command_conversation::CommandConversation,
        ports::{ListCursor, ListFilter, Page},
        post_message::{Draft, PostMessage, Sender},
        read_conversation::ReadConversation,
        start_conversation::{NamedContact, Opening, StartConversation},
    },
    domain::{
        commands::Command,
        conversation::{Control, Status as Standing},
        ids::{AssistantId, ContactId, ConversationId, DocumentId, MemberId, TeamId},
        message::Source,
    },
};

/// The longest that a handoff is waited for which an assistant's question said would follow.
const LONGEST_WAIT_SECONDS: i64 = 86_400;

/// The server.
#[derive(Clone)]
pub struct ConversationApi {
    /// Starting.
    pub start: StartConversation,
    /// Writing.
    pub post: PostMessage,
    /// Reading.
    pub read: ReadConversation,
    /// Resolving.
    pub command: CommandConversation,
    /// Showing.
    pub show: Show,
    /// Read marks and activity.
    pub attention: AttentionApi,
    /// Where lists say the feed goes on.
    pub facts: FactLog,
}

impl ConversationApi {
    async fn commanded(
        &self,
        caller: &Caller,
        (id, command): (ConversationId, Command),
    ) -> Result<wire::Conversation, Status> {
        let changed = self.command.run(who::target(caller, id)?, command).await;
        let changed = changed.map_err(|refused| status::change(&refused))?;
        Ok(self.show.one(caller, &changed.conversation).await?)
    }
}

#[tonic::async_trait]
impl ConversationService for ConversationApi {
    async fn start_conversation(
        &self,
        request: Request<wire::StartConversationRequest>,
    ) -> Result<Response<wire::StartConversationResponse>, Status> {
        let caller = who::caller(&request)?;
        let opening = opening(&caller, request.into_inner())?;
        let started = self.start.run(who::scope(&caller)?, opening).await;
        let started = started.map_err(|refused| status::accept(&refused))?;
        Ok(Response::new(wire::StartConversationResponse {
            conversation: Some(self.show.one(&caller, &started.conversation).await?),
            message: Some(convert::message(&started.message)),
            created: started.created,
        }))
    }

    async fn post_message(
        &self,
        request: Request<wire::PostMessageRequest>,
    ) -> Result<Response<wire::PostMessageResponse>, Status> {
        let caller = who::caller(&request)?;
        let (sender, draft) = draft(&caller, request.into_inner())?;
        let posted = self
            .post
            .run(who::scope(&caller)?, sender, draft)
            .await
            .map_err(|refused| status::accept(&refused))?;
        Ok(Response::new(wire::PostMessageResponse { message: Some(convert::message(&posted)) }))
    }

    async fn get_conversation(
        &self,
        request: Request<wire::GetConversationRequest>,
    ) -> Result<Response<wire::GetConversationResponse>, Status> {
        let caller = who::caller(&request)?;
        let id = conversation_id(&request.get_ref().conversation_id)?;
        let found =
            self.read.one(who::scope(&caller)?, id).await.map_err(|refused| status::read(&refused))?;
        let conversation = Some(self.show.one(&caller, &found).await?);
        Ok(Response::new(wire::GetConversationResponse { conversation }))
    }

    async fn list_conversations(
        &self,
        request: Request<wire::ListConversationsRequest>,
    ) -> Result<Response<wire::ListConversationsResponse>, Status> {
        let caller = who::caller(&request)?;
        let workspace = caller.workspace()?;
        let (filter, page, bound) = list_query(&caller, &request.into_inner())?;
        // Read before the list: what happens in between comes again on the feed, never not at all.
        let resume_token =
            feed_stream::head_token(&self.facts).await.map_err(|error| status::store(&error))?;
        let (found, next) =
            self.read.list(workspace, filter, page).await.map_err(|refused| status::read(&refused))?;
        Ok(Response::new(wire::ListConversationsResponse {
            conversations: found.iter().map(convert::listed).collect(),
            next_page_token: next.map(|cursor| seal_cursor(&bound, cursor)).unwrap_or_default(),
            resume_token,
        }))
    }

    async fn list_messages(
        &self,
        request: Request<wire::ListMessagesRequest>,
    ) -> Result<Response<wire::ListMessagesResponse>, Status> {
        let caller = who::caller(&request)?;
        let (id, after, size, bound) = messages_query(&request.into_inner())?;
        let resume_token =
            feed_stream::head_token(&self.facts).await.map_err(|error| status::store(&error))?;
        let page = self.read.messages(who::scope(&caller)?, id, after, size).await;
        let (found, next) = page.map_err(|refused| status::read(&refused))?;
        Ok(Response::new(wire::ListMessagesResponse {
            messages: found.iter().map(convert::message).collect(),
            next_page_token: next
                .map(|sequence| page::seal(&bound, &sequence.to_be_bytes()))
                .unwrap_or_default(),
            resume_token,
        }))
    }

    async fn resolve_conversation(
        &self,
        request: Request<wire::ResolveConversationRequest>,
    ) -> Result<Response<wire::ResolveConversationResponse>, Status> {
        let caller = who::caller(&request)?;
        let (id, seen) =
            versioned(&request.get_ref().conversation_id, request.get_ref().expected_assignment_version)?;
        let conversation = Some(self.commanded(&caller, (id, Command::Resolve { seen })).await?);
        Ok(Response::new(wire::ResolveConversationResponse { conversation }))
    }

    async fn reopen_conversation(
        &self,
        request: Request<wire::ReopenConversationRequest>,
    ) -> Result<Response<wire::ReopenConversationResponse>, Status> {
        let caller = who::caller(&request)?;
        let asked = standing::reopen(&caller, request.get_ref())?;
        let conversation = Some(self.commanded(&caller, asked).await?);
        Ok(Response::new(wire::ReopenConversationResponse { conversation }))
    }

    async fn assign_conversation(
        &self,
        request: Request<wire::AssignConversationRequest>,
    ) -> Result<Response<wire::AssignConversationResponse>, Status> {
        let caller = who::caller(&request)?;
        let asked = standing::assign(request.get_ref(), standing::handoff_of(&self.command, &caller))?;
        let conversation = Some(self.commanded(&caller, asked).await?);
        Ok(Response::new(wire::AssignConversationResponse { conversation }))
    }

    async fn unassign_conversation(
        &self,
        request: Request<wire::UnassignConversationRequest>,
    ) -> Result<Response<wire::UnassignConversationResponse>, Status> {
        let caller = who::caller(&request)?;
        let asked = standing::unassign(request.get_ref(), standing::handoff_of(&self.command, &caller))?;
        let conversation = Some(self.commanded(&caller, asked).await?);
        Ok(Response::new(wire::UnassignConversationResponse { conversation }))
    }

    async fn set_team(
        &self,
        request: Request<wire::SetTeamRequest>,
    ) -> Result<Response<wire::SetTeamResponse>, Status> {
        let caller = who::caller(&request)?;
        let asked = standing::set_team(request.get_ref())?;
        let conversation = Some(self.commanded(&caller, asked).await?);
        Ok(Response::new(wire::SetTeamResponse { conversation }))
    }

    async fn set_priority(
        &self,
        request: Request<wire::SetPriorityRequest>,
    ) -> Result<Response<wire::SetPriorityResponse>, Status> {
        let caller = who::caller(&request)?;
        let asked = standing::set_priority(request.get_ref())?;
        let conversation = Some(self.commanded(&caller, asked).await?);
        Ok(Response::new(wire::SetPriorityResponse { conversation }))
    }

    async fn snooze_conversation(
        &self,
        request: Request<wire::SnoozeConversationRequest>,
    ) -> Result<Response<wire::SnoozeConversationResponse>, Status> {
        let caller = who::caller(&request)?;
        let asked = standing::snooze(request.get_ref(), &self.command.clock)?;
        let conversation = Some(self.commanded(&caller, asked).await?);
        Ok(Response::new(wire::SnoozeConversationResponse { conversation }))
    }

    async fn wake_conversation(
        &self,
        request: Request<wire::WakeConversationRequest>,
    ) -> Result<Response<wire::WakeConversationResponse>, Status> {
        let caller = who::caller(&request)?;
        let asked = standing::wake(request.get_ref())?;
        let conversation = Some(self.commanded(&caller, asked).await?);
        Ok(Response::new(wire::WakeConversationResponse { conversation }))
    }

    async fn mark_read(
        &self,
        request: Request<wire::MarkReadRequest>,
    ) -> Result<Response<wire::MarkReadResponse>, Status> {
        self.attention.mark_read(request).await
    }

    async fn list_read_marks(
        &self,
        request: Request<wire::ListReadMarksRequest>,
    ) -> Result<Response<wire::ListReadMarksResponse>, Status> {
        self.attention.list_read_marks(request).await
    }

    async fn report_activity(
        &self,
        request: Request<wire::ReportActivityRequest>,
    ) -> Result<Response<wire::ReportActivityResponse>, Status> {
        self.attention.report_activity(request).await
    }
}

/// A required conversation id alone.
pub(super) fn conversation_id(text: &str) -> Result<ConversationId, Refusal> {
    let mut fields = Fields::new();
    let id = fields.parsed("conversation_id", text);
    Ok(fields.all((id,))?.0)
}

/// A conversation id with the version seen.
pub(super) fn versioned(id: &str, seen: i64) -> Result<(ConversationId, i64), Refusal> {
    let mut fields = Fields::new();
    let id = fields.parsed("conversation_id", id);
    let seen = fields.within("expected_assignment_version", seen, 0..=i64::MAX);
    fields.all((id, seen))
}

fn opening(caller: &Caller, wire: wire::StartConversationRequest) -> Result<Opening, Refusal> {
    let mut fields = Fields::new();
    let (assistant, contact) = match caller.kind {
        Kind::Visitor => own_session(&mut fields, caller, &wire),
        _ => (fields.parsed("assistant_id", &wire.assistant_id), named_contact(&mut fields, wire.contact)),
    };
    let text = fields.message_text("text", &wire.text);
    let client_message_id = fields.request_id("client_message_id", &wire.client_message_id);
    let channel = channel(&mut fields, &wire.channel);
    let external_id = match wire.external_id.as_str() {
        "" => Some(None),
        given => fields.token("external_id", given, 1..=128).map(Some),
    };
    let origin = if caller.kind == Kind::Visitor { "widget" } else { "api" };
    let (assistant, contact, text, client_message_id, channel, external_id) =
        fields.all((assistant, contact, text, client_message_id, channel, external_id))?;
    Ok(Opening { assistant, contact, text, client_message_id, channel, external_id, origin })
}

/// A visitor's session names both; naming others is a fault, not an offer.
fn own_session(
    fields: &mut Fields,
    caller: &Caller,
    wire: &wire::StartConversationRequest,
) -> (Option<AssistantId>, Option<NamedContact>) {
    let assistant = AssistantId::from_uuid(caller.audience);
    if !wire.assistant_id.is_empty() && wire.assistant_id != assistant.to_string() {
        fields.fault("assistant_id", "follows from the visitor's session");
    }
    if wire.contact.is_some() {
        fields.fault("contact", "follows from the visitor's session");
    }
    if !wire.external_id.is_empty() {
        fields.fault("external_id", "is for programs only");
    }
    (Some(assistant), Some(NamedContact::Id(ContactId::from_uuid(caller.subject))))
}

fn named_contact(fields: &mut Fields, wire: Option<wire::ContactReference>) -> Option<NamedContact> {
    use wire::contact_reference::Reference;
    let reference = fields.present("contact", wire.and_then(|contact| contact.reference))?;
    match reference {
        Reference::ContactId(id) => fields.parsed("contact.contact_id", &id).map(NamedContact::Id),
        Reference::ExternalId(id) => fields.name("contact.external_id", &id, 128).map(NamedContact::External),
    }
}

fn channel(fields: &mut Fields, given: &str) -> Option<String> {
    if given.is_empty() {
        return Some("web".to_owned());
    }
    let plain = given.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if plain && given.len() <= 32 {
        return Some(given.to_owned());
    }
    fields.fault("channel", "must have 1 to 32 characters of a-z, 0-9 and -");
    None
}

fn draft(caller: &Caller, wire: wire::PostMessageRequest) -> Result<(Sender, Draft), Refusal> {
    let mut fields = Fields::new();
    let conversation = fields.parsed("conversation_id", &wire.conversation_id);
    let text = fields.message_text("text", &wire.text);
    let client_message_id = fields.request_id("client_message_id", &wire.client_message_id);
    let sender = sender(&mut fields, caller, wire.answer, wire.expected_member_sequence);
    let (conversation, text, client_message_id, sender) =
        fields.all((conversation, text, client_message_id, sender))?;
    Ok((sender, Draft { conversation, text, client_message_id }))
}

fn sender(
    fields: &mut Fields,
    caller: &Caller,
    answer: Option<wire::AnswerContext>,
    seen: Option<i64>,
) -> Option<Sender> {
    let seen_member_sequence = match seen {
        Some(seen) => Some(fields.within("expected_member_sequence", seen, 0..=i64::MAX)?),
        None => None,
    };
    if caller.kind == Kind::Service {
        let answer = fields.present("answer", answer)?;
        let sources = sources(fields, answer.sources);
        let epoch = fields.within("answer.control_epoch", answer.control_epoch, 1..=i64::MAX);
        let visitor_sequence =
            fields.within("answer.visitor_sequence", answer.visitor_sequence, 0..=i64::MAX);
        let within = i64::from(answer.handoff_within_seconds);
        let within = fields.within("answer.handoff_within_seconds", within, 0..=LONGEST_WAIT_SECONDS);
        return Some(Sender::Assistant {
            epoch: epoch?,
            visitor_sequence: visitor_sequence?,
            sources: sources?,
            handoff_within: Some(Duration::from_secs(within?.unsigned_abs())).filter(|wait| !wait.is_zero()),
        });
    }
    if answer.is_some() {
        fields.fault("answer", "is for the assistant only");
    }
    match caller.kind {
        Kind::Member => {
            Some(Sender::Member { member: MemberId::from_uuid(caller.subject), seen_member_sequence })
        }
        Kind::Visitor => Some(Sender::Visitor(ContactId::from_uuid(caller.subject))),
        _ => Some(Sender::Program),
    }
}

fn sources(fields: &mut Fields, wire: Vec<wire::Source>) -> Option<Vec<Source>> {
    if wire.len() > 8 {
        fields.fault("answer.sources", "must be at most 8");
        return None;
    }
    let mut source = |source: wire::Source| {
        let document = fields.parsed::<DocumentId>("answer.sources.document_id", &source.document_id);
        let title = fields.text("answer.sources.title", &source.title, 0..=800);
        let uri = fields.text("answer.sources.uri", &source.uri, 0..=2000);
        Some(Source { document: document?, title: title?, uri: uri? })
    };
    wire.into_iter().map(&mut source).collect()
}

fn list_query(
    caller: &Caller,
    wire: &wire::ListConversationsRequest,
) -> Result<(ListFilter, Page<ListCursor>, String), Refusal> {
    let mut fields = Fields::new();
    let view = fields.choice_or_none::<wire::ConversationView>("view", wire.view);
    let status = fields.choice_or_none::<Standing>("status", wire.status);
    let team = fields.parsed_or_none::<TeamId>("team_id", &wire.team_id);
    let size = fields.page_size("page_size", wire.page_size, 50, 200);
    let (view, status, team, size) = fields.all((view, status, team, size))?;
    let mut filter = ListFilter { status, team, ..ListFilter::default() };
    match view.unwrap_or(wire::ConversationView::All) {
        wire::ConversationView::Unspecified | wire::ConversationView::All => {}
        wire::ConversationView::NeedsIntervention => filter.control = Some(Control::Waiting),
        wire::ConversationView::Mine => filter.assignee = Some(Some(who::member(caller)?)),
        wire::ConversationView::Unassigned => {
            filter.assignee = Some(None);
            filter.status = filter.status.or(Some(Standing::Open));
        }
    }
    let workspace = caller.workspace()?;
    let bound = format!("conversations {workspace} {:?}", filter);
    let after = if wire.page_token.is_empty() { None } else { Some(open_cursor(&bound, &wire.page_token)?) };
    Ok((filter, Page { after, size }, bound))
}

fn seal_cursor(bound: &str, cursor: ListCursor) -> String {
    let mut payload = cursor.created_at.to_be_bytes().to_vec();
    payload.extend(cursor.id.uuid().as_bytes());
    page::seal(bound, &payload)
}

fn open_cursor(bound: &str, token: &str) -> Result<ListCursor, Refusal> {
    let refused = || Refusal::new(ErrorReason::InvalidToken, "the page token was not made for this list");
    let payload = page::open(bound, token)?;
    let (created_at, id) = payload.split_at_checked(8).ok_or_else(refused)?;
    let created_at = created_at.try_into().map(i64::from_be_bytes).map_err(|_| refused())?;
    let id = uuid::Uuid::from_slice(id).map_err(|_| refused())?;
    Ok(ListCursor { created_at, id: ConversationId::from_uuid(id) })
}

fn messages_query(wire: &wire::ListMessagesRequest) -> Result<(ConversationId, i64, u32, String), Refusal> {
    let mut fields = Fields::new();
    let id = fields.parsed::<ConversationId>("conversation_id", &wire.conversation_id);
    let after = fields.within("after_sequence", wire.after_sequence, 0..=i64::MAX);
    let size = fields.page_size("page_size", wire.page_size, 100, 500);
    let (id, after, size) = fields.all((id, after, size))?;
    let bound = format!("messages {id} {after}");
    if wire.page_token.is_empty() {
        return Ok((id, after, size, bound));
    }
    let refused = || Refusal::new(ErrorReason::InvalidToken, "the page token was not made for this list");
    let sequence =
        page::open(&bound, &wire.page_token)?.try_into().map(i64::from_be_bytes).map_err(|_| refused())?;
    Ok((id, sequence, size, bound))
}
