//! A conversation service for tests: publishes facts as the real one does, as often as it is told to, and answers what a mail is written from.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use baton_kit::{
    data::{Database, NewFact, StoreError},
    door::{access::Rule, principal::caller_of, refusal::Refusal},
    life::{
        clock::SharedClock,
        ids::{SharedIds, WorkspaceId},
    },
};
use baton_proto::{
    common::v1::{ActorKind, ErrorReason},
    conversation::v1::{
        Control, Conversation, ConversationState, ConversationStatus, EventKind, Handoff, HandoffState,
    },
    internal::conversation::v1::{
        GetCorrespondenceRequest, GetCorrespondenceResponse, UnreadMessage,
        correspondence_service_server::CorrespondenceService,
    },
};
use prost::Message as _;
use tokio::sync::Mutex;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::house::id;

pub const RULES: &[Rule] =
    &[Rule::on("/baton.internal.conversation.v1.CorrespondenceService/GetCorrespondence")
        .services(&["notification"])];

/// Who does something.
#[derive(Debug, Clone, Copy)]
pub enum By {
    Visitor,
    Member(Uuid),
    System,
}

/// The truth about one conversation.
#[derive(Debug, Clone)]
pub struct Talk {
    pub workspace: WorkspaceId,
    pub id: Uuid,
    pub contact: Uuid,
    pub contact_name: String,
    pub contact_email: String,
    pub language: String,
    pub state: ConversationState,
    pub revision: i64,
    pub visitor_read: i64,
    pub member_read: BTreeMap<String, i64>,
    pub answers: Vec<UnreadMessage>,
}

#[derive(Default)]
struct Books {
    talks: BTreeMap<Uuid, Talk>,
    facts: Vec<NewFact>,
}

/// Implements `CorrespondenceService`. Clones share.
#[derive(Clone)]
pub struct FakeConversation {
    books: Arc<Mutex<Books>>,
    log: Database,
    clock: SharedClock,
    ids: SharedIds,
    away: Arc<AtomicBool>,
}

impl FakeConversation {
    pub fn new(log: Database, clock: SharedClock, ids: SharedIds) -> Self {
        Self { books: Arc::default(), log, clock, ids, away: Arc::default() }
    }

    /// It does not answer any more, or again.
    pub fn is_away(&self, away: bool) {
        self.away.store(away, Ordering::Relaxed);
    }

    /// A conversation begins.
    pub async fn start(&self, workspace: WorkspaceId) -> Uuid {
        let (conversation, contact) = (self.ids.next(), self.ids.next());
        let state = ConversationState {
            assistant_id: id("asst", contact),
            contact_id: id("cont", contact),
            status: ConversationStatus::Open.into(),
            control: Control::Ai.into(),
            assignment_version: 1,
            last_sequence: 1,
            ..ConversationState::default()
        };
        let talk = Talk {
            workspace,
            id: conversation,
            contact,
            contact_name: "Vera Visitor".to_owned(),
            contact_email: "vera@example.org".to_owned(),
            language: "en".to_owned(),
            state,
            revision: 1,
            visitor_read: 0,
            member_read: BTreeMap::new(),
            answers: Vec::new(),
        };
        self.books.lock().await.talks.insert(conversation, talk);
        self.tell(conversation, EventKind::ConversationStarted, By::Visitor).await;
        conversation
    }

    /// Changes the truth without a fact.
    pub async fn edit(&self, conversation: Uuid, edit: impl FnOnce(&mut Talk)) {
        edit(self.books.lock().await.talks.get_mut(&conversation).unwrap());
    }

    /// Changes who has it, with a fact.
    async fn change(&self, conversation: Uuid, by: By, edit: impl FnOnce(&mut ConversationState)) {
        self.edit(conversation, |talk| {
            talk.state.assignment_version += 1;
            edit(&mut talk.state);
        })
        .await;
        self.tell(conversation, EventKind::AssignmentChanged, by).await;
        // The real one tells of one command by several facts of the same state.
        self.tell(conversation, EventKind::HandoffChanged, by).await;
    }

    /// A person is needed.
    pub async fn request(&self, conversation: Uuid, team: Option<Uuid>) {
        let handoff = id("hand", self.ids.next());
        self.change(conversation, By::System, |state| {
            state.control = Control::Waiting.into();
            state.team_id = team.map(|team| id("team", team)).unwrap_or_default();
            state.last_sequence += 1;
            let requested = HandoffState::Requested.into();
            state.handoff = Some(Handoff { id: handoff, state: requested, ..Handoff::default() });
        })
        .await;
    }

    /// It is given to a member.
    pub async fn assign(&self, conversation: Uuid, member: Uuid, by: By) {
        self.change(conversation, by, |state| {
            state.assignee_id = id("mem", member);
            if let Some(handoff) = &mut state.handoff {
                handoff.state = HandoffState::Assigned.into();
            }
        })
        .await;
    }

    /// A member takes it.
    pub async fn take(&self, conversation: Uuid, member: Uuid) {
        self.change(conversation, By::Member(member), |state| {
            state.control = Control::Human.into();
            state.assignee_id = id("mem", member);
            if let Some(handoff) = &mut state.handoff {
                handoff.state = HandoffState::Taken.into();
            }
        })
        .await;
    }

    /// It is given to a team.
    pub async fn set_team(&self, conversation: Uuid, team: Uuid, by: By) {
        self.change(conversation, by, |state| state.team_id = id("team", team)).await;
    }

    /// The assignee lets the visitor wait.
    pub async fn overdue(&self, conversation: Uuid) {
        self.tell(conversation, EventKind::ReplyOverdue, By::System).await;
    }

    /// A member writes to the visitor.
    pub async fn answer(&self, conversation: Uuid, member: Uuid, text: &str) {
        let at = self.clock.now();
        let create_time = prost_types::Timestamp { seconds: at.as_second(), nanos: at.subsec_nanosecond() };
        let mut sequence = 0;
        self.edit(conversation, |talk| {
            talk.state.last_sequence += 1;
            sequence = talk.state.last_sequence;
            talk.answers.push(UnreadMessage {
                sequence,
                author_name: "Ada".to_owned(),
                text: text.to_owned(),
                create_time: Some(create_time),
            });
        })
        .await;
        self.publish(conversation, EventKind::MessagePosted, By::Member(member), Some(sequence)).await;
    }

    /// What a member did puts a line of the house into the thread, which nobody has to read.
    pub async fn note(&self, conversation: Uuid, member: Uuid) {
        let mut sequence = 0;
        self.edit(conversation, |talk| {
            talk.state.last_sequence += 1;
            sequence = talk.state.last_sequence;
        })
        .await;
        self.publish(conversation, EventKind::MessagePosted, By::Member(member), Some(sequence)).await;
    }

    async fn tell(&self, conversation: Uuid, kind: EventKind, by: By) {
        self.publish(conversation, kind, by, None).await;
    }

    async fn publish(&self, conversation: Uuid, kind: EventKind, by: By, sequence: Option<i64>) {
        let mut books = self.books.lock().await;
        let talk = books.talks.get_mut(&conversation).unwrap();
        talk.revision += 1;
        let (actor_kind, actor) = match by {
            By::Visitor => (ActorKind::Visitor, Some(talk.contact)),
            By::Member(member) => (ActorKind::Member, Some(member)),
            By::System => (ActorKind::System, None),
        };
        let fact = NewFact {
            event_id: self.ids.next(),
            kind: kind.into(),
            workspace: talk.workspace,
            subject: conversation,
            item: None,
            sequence,
            revision: talk.revision,
            fence: 1,
            actor_kind: actor_kind.into(),
            actor,
            body: if sequence.is_some() { Vec::new() } else { talk.state.encode_to_vec() },
            at: self.clock.now(),
        };
        books.facts.push(fact.clone());
        self.write(vec![fact]).await;
    }

    /// Everything is told once more, as it was.
    pub async fn repeat_all(&self) {
        let mut facts = self.books.lock().await.facts.clone();
        for fact in &mut facts {
            fact.event_id = self.ids.next();
        }
        self.write(facts).await;
    }

    async fn write(&self, facts: Vec<NewFact>) {
        let publish = self.log.write(move |unit| {
            let facts = facts.clone();
            Box::pin(async move {
                for fact in facts {
                    unit.publish(fact).await?;
                }
                Ok::<_, StoreError>(())
            })
        });
        publish.await.unwrap();
    }
}

#[tonic::async_trait]
impl CorrespondenceService for FakeConversation {
    async fn get_correspondence(
        &self,
        request: Request<GetCorrespondenceRequest>,
    ) -> Result<Response<GetCorrespondenceResponse>, Status> {
        let workspace = caller_of(&request)?.workspace()?;
        if self.away.load(Ordering::Relaxed) {
            return Err(Refusal::new(ErrorReason::Unavailable, "away").into());
        }
        let request = request.into_inner();
        let books = self.books.lock().await;
        let talk = books.talks.values().find(|talk| id("conv", talk.id) == request.conversation_id);
        let talk = talk.filter(|talk| talk.workspace == workspace);
        let talk = talk.ok_or_else(|| Refusal::not_found("conversation"))?;
        Ok(Response::new(correspondence(talk, &request.member_id)))
    }
}

fn correspondence(talk: &Talk, member: &str) -> GetCorrespondenceResponse {
    let state = &talk.state;
    let for_visitor = member.is_empty();
    let read =
        if for_visitor { talk.visitor_read } else { talk.member_read.get(member).copied().unwrap_or(0) };
    let unread = talk.answers.iter().filter(|it| for_visitor && it.sequence > read);
    let conversation = Conversation {
        id: id("conv", talk.id),
        status: state.status,
        control: state.control,
        assignee_id: state.assignee_id.clone(),
        team_id: state.team_id.clone(),
        handoff: state.handoff.clone(),
        last_sequence: state.last_sequence,
        ..Conversation::default()
    };
    GetCorrespondenceResponse {
        conversation: Some(conversation),
        contact_id: state.contact_id.clone(),
        contact_name: talk.contact_name.clone(),
        contact_email: talk.contact_email.clone(),
        assistant_name: "Robin".to_owned(),
        language: talk.language.clone(),
        read_sequence: read,
        unread: unread.cloned().collect(),
        resume_link: if for_visitor { "resume-token".to_owned() } else { String::new() },
    }
}
