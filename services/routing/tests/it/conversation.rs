//! A conversation service for tests: keeps the true `held < limit`, publishes facts, loses replies when told to.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use baton_kit::{
    data::{Database, NewFact, StoreError},
    door::{access::Rule, refusal::Refusal},
    life::{
        clock::SharedClock,
        ids::{SharedIds, WorkspaceId},
    },
};
use baton_proto::{
    common::v1::ErrorReason,
    conversation::v1::{
        Control, ConversationState, ConversationStatus, EventKind, Handoff, HandoffState, Priority,
    },
    internal::conversation::v1::{
        AssignRequest, AssignResponse, ListMemberLoadsRequest, ListMemberLoadsResponse, MemberLoad,
        ReleaseRequest, ReleaseResponse, SetPromiseRequest, SetPromiseResponse,
        assignment_service_server::AssignmentService,
    },
};
use jiff::Timestamp;
use prost::Message as _;
use tokio::sync::{Mutex, watch};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::house::id;

pub const RULES: &[Rule] = &[
    Rule::on("/baton.internal.conversation.v1.AssignmentService/Assign").services(&["routing"]),
    Rule::on("/baton.internal.conversation.v1.AssignmentService/Release").services(&["routing"]),
    Rule::on("/baton.internal.conversation.v1.AssignmentService/ListMemberLoads").services(&["routing"]),
    Rule::on("/baton.internal.conversation.v1.AssignmentService/SetPromise").services(&["routing"]),
];

/// The truth about one conversation.
#[derive(Debug, Clone)]
struct Truth {
    workspace: WorkspaceId,
    conversation: Uuid,
    version: i64,
    revision: i64,
    priority: Priority,
    team: Option<Uuid>,
    control: Control,
    state: HandoffState,
    assignee: Option<String>,
    since: Timestamp,
}

#[derive(Default)]
struct Books {
    truths: BTreeMap<Uuid, Truth>,
    held: BTreeMap<String, i32>,
    /// The first reply to each decision.
    replies: HashMap<String, Result<i64, ErrorReason>>,
    /// Every assignment made, in order: conversation and member.
    assigned: Vec<(Uuid, String)>,
    most_held: i32,
    /// Every promise that arrived, in order.
    promised: Vec<SetPromiseRequest>,
}

/// Implements `AssignmentService`. Clones share.
#[derive(Clone)]
pub struct FakeConversation {
    books: Arc<Mutex<Books>>,
    log: Database,
    clock: SharedClock,
    ids: SharedIds,
    calls: Arc<AtomicUsize>,
    /// Each so manieth reply is lost after the call was carried out; 0 for none.
    lose_each: Arc<AtomicUsize>,
    waiting: watch::Sender<usize>,
    promised: watch::Sender<usize>,
}

impl FakeConversation {
    pub fn new(log: Database, clock: SharedClock, ids: SharedIds) -> Self {
        let (calls, lose_each) = (Arc::default(), Arc::default());
        Self {
            books: Arc::default(),
            log,
            clock,
            ids,
            calls,
            lose_each,
            waiting: watch::Sender::new(0),
            promised: watch::Sender::new(0),
        }
    }

    pub fn lose_each(&self, each: usize) {
        self.lose_each.store(each, Ordering::Relaxed);
    }

    /// A visitor needs a person.
    pub async fn request(&self, workspace: WorkspaceId, conversation: Uuid) {
        self.request_of(workspace, conversation, None).await;
    }

    /// A visitor needs a person of a team.
    pub async fn request_of(&self, workspace: WorkspaceId, conversation: Uuid, team: Option<Uuid>) {
        let mut books = self.books.lock().await;
        let truth = Truth {
            workspace,
            conversation,
            version: 1,
            revision: 1,
            priority: Priority::Unspecified,
            team,
            control: Control::Waiting,
            state: HandoffState::Requested,
            assignee: None,
            since: self.clock.now(),
        };
        self.publish(&truth, EventKind::HandoffChanged).await.unwrap();
        books.truths.insert(conversation, truth);
        self.count(&books);
    }

    /// The member takes it; with `resolve` the conversation is over at once and the slot free.
    pub async fn take(&self, conversation: Uuid, resolve: bool) {
        let mut books = self.books.lock().await;
        let truth = books.truths.get_mut(&conversation).unwrap();
        truth.version += 1;
        truth.revision += 1;
        (truth.control, truth.state) = (Control::Human, HandoffState::Taken);
        let freed = truth.assignee.take_if(|_| resolve);
        let truth = truth.clone();
        if let Some(held) = freed.and_then(|member| books.held.get_mut(&member)) {
            *held -= 1;
        }
        self.publish(&truth, EventKind::StatusChanged).await.unwrap();
        self.count(&books);
    }

    /// Somebody changes it unseen by routing: no fact yet.
    pub async fn move_on_silently(&self, conversation: Uuid) {
        let mut books = self.books.lock().await;
        let truth = books.truths.get_mut(&conversation).unwrap();
        truth.version += 1;
        truth.revision += 1;
    }

    /// Its priority is said, which changes no version.
    pub async fn say_priority(&self, conversation: Uuid, priority: Priority) {
        let mut books = self.books.lock().await;
        let truth = books.truths.get_mut(&conversation).unwrap();
        truth.revision += 1;
        truth.priority = priority;
        let truth = truth.clone();
        self.publish(&truth, EventKind::PriorityChanged).await.unwrap();
    }

    /// It is given to a team.
    pub async fn set_team(&self, conversation: Uuid, team: Uuid) {
        let mut books = self.books.lock().await;
        let truth = books.truths.get_mut(&conversation).unwrap();
        truth.version += 1;
        truth.revision += 1;
        truth.team = Some(team);
        let truth = truth.clone();
        self.publish(&truth, EventKind::AssignmentChanged).await.unwrap();
    }

    /// A person gives it to a member, without a limit.
    pub async fn assign_by_hand(&self, conversation: Uuid, member: String) {
        let mut books = self.books.lock().await;
        let truth = books.truths.get_mut(&conversation).unwrap();
        truth.version += 1;
        truth.revision += 1;
        (truth.state, truth.assignee) = (HandoffState::Assigned, Some(member.clone()));
        let truth = truth.clone();
        *books.held.entry(member).or_default() += 1;
        self.publish(&truth, EventKind::AssignmentChanged).await.unwrap();
        self.count(&books);
    }

    /// Completes when so many promises arrived.
    pub async fn until_promised(&self, count: usize) {
        self.promised.subscribe().wait_for(|now| *now >= count).await.unwrap();
    }

    pub async fn promised(&self) -> Vec<SetPromiseRequest> {
        self.books.lock().await.promised.clone()
    }

    /// The fact of what was unseen.
    pub async fn tell(&self, conversation: Uuid) {
        let truth = self.books.lock().await.truths.get(&conversation).unwrap().clone();
        self.publish(&truth, EventKind::PriorityChanged).await.unwrap();
    }

    /// Completes when so many are waiting unassigned.
    pub async fn until_unassigned(&self, count: usize) {
        self.waiting.subscribe().wait_for(|now| *now == count).await.unwrap();
    }

    pub async fn assigned(&self) -> Vec<(Uuid, String)> {
        self.books.lock().await.assigned.clone()
    }

    pub async fn most_held(&self) -> i32 {
        self.books.lock().await.most_held
    }

    pub async fn assignee(&self, conversation: Uuid) -> Option<String> {
        self.books.lock().await.truths.get(&conversation).and_then(|truth| truth.assignee.clone())
    }

    fn count(&self, books: &Books) {
        let unassigned = books.truths.values().filter(|truth| truth.state == HandoffState::Requested).count();
        self.waiting.send_replace(unassigned);
    }

    async fn publish(&self, truth: &Truth, kind: EventKind) -> Result<(), StoreError> {
        let at =
            |at: Timestamp| prost_types::Timestamp { seconds: at.as_second(), nanos: at.subsec_nanosecond() };
        let state = ConversationState {
            control: truth.control.into(),
            status: ConversationStatus::Open.into(),
            priority: truth.priority.into(),
            team_id: truth.team.map(|team| id("team", team)).unwrap_or_default(),
            assignment_version: truth.version,
            assignee_id: truth.assignee.clone().unwrap_or_default(),
            handoff: Some(Handoff {
                id: id("hand", truth.conversation),
                state: truth.state.into(),
                create_time: Some(at(truth.since)),
                ..Handoff::default()
            }),
            waiting_since: (truth.control == Control::Waiting).then(|| at(truth.since)),
            ..ConversationState::default()
        };
        let fact = NewFact {
            event_id: self.ids.next(),
            kind: kind.into(),
            workspace: truth.workspace,
            subject: truth.conversation,
            item: None,
            sequence: None,
            revision: truth.revision,
            fence: 0,
            actor_kind: 5,
            actor: None,
            body: state.encode_to_vec(),
            at: self.clock.now(),
        };
        self.log
            .write(move |unit| {
                let fact = fact.clone();
                Box::pin(async move { unit.publish(fact).await })
            })
            .await
    }

    async fn assign_once(&self, request: &AssignRequest) -> Result<i64, ErrorReason> {
        let mut books = self.books.lock().await;
        if let Some(first) = books.replies.get(&request.decision_id) {
            return *first;
        }
        let outcome = books.assign(request);
        books.replies.insert(request.decision_id.clone(), outcome);
        if outcome.is_ok() {
            let truth = books
                .truths
                .values()
                .find(|truth| id("conv", truth.conversation) == request.conversation_id)
                .unwrap();
            self.publish(truth, EventKind::HandoffChanged).await.unwrap();
            self.count(&books);
        }
        outcome
    }

    fn reply(&self, outcome: Result<i64, ErrorReason>) -> Result<i64, Status> {
        let (call, each) =
            (self.calls.fetch_add(1, Ordering::Relaxed), self.lose_each.load(Ordering::Relaxed));
        if each > 0 && call % each == 0 {
            return Err(Refusal::new(ErrorReason::Unavailable, "the reply is lost").into());
        }
        outcome.map_err(|reason| Refusal::new(reason, "refused").into())
    }
}

impl Books {
    fn assign(&mut self, request: &AssignRequest) -> Result<i64, ErrorReason> {
        let found =
            self.truths.values_mut().find(|truth| id("conv", truth.conversation) == request.conversation_id);
        let truth = found.ok_or(ErrorReason::NotFound)?;
        if truth.version != request.expected_assignment_version {
            return Err(ErrorReason::StaleVersion);
        }
        if truth.state != HandoffState::Requested {
            return Err(ErrorReason::NoOpenHandoff);
        }
        let held = self.held.entry(request.member_id.clone()).or_default();
        if *held >= request.limit {
            return Err(ErrorReason::CapacityExceeded);
        }
        *held += 1;
        self.most_held = self.most_held.max(*held);
        truth.version += 1;
        truth.revision += 1;
        truth.state = HandoffState::Assigned;
        truth.assignee = Some(request.member_id.clone());
        self.assigned.push((truth.conversation, request.member_id.clone()));
        Ok(truth.version)
    }

    fn release(&mut self, request: &ReleaseRequest) -> Result<(i64, Truth), ErrorReason> {
        let found =
            self.truths.values_mut().find(|truth| id("conv", truth.conversation) == request.conversation_id);
        let truth = found.ok_or(ErrorReason::NotFound)?;
        if truth.version != request.expected_assignment_version {
            return Err(ErrorReason::StaleVersion);
        }
        let member = truth
            .assignee
            .take_if(|_| truth.state == HandoffState::Assigned)
            .ok_or(ErrorReason::WrongState)?;
        truth.version += 1;
        truth.revision += 1;
        truth.state = HandoffState::Requested;
        self.held.entry(member).and_modify(|held| *held -= 1);
        Ok((truth.version, truth.clone()))
    }
}

#[tonic::async_trait]
impl AssignmentService for FakeConversation {
    async fn assign(&self, request: Request<AssignRequest>) -> Result<Response<AssignResponse>, Status> {
        let outcome = self.assign_once(request.get_ref()).await;
        let assignment_version = self.reply(outcome)?;
        Ok(Response::new(AssignResponse { assignment_version }))
    }

    async fn release(&self, request: Request<ReleaseRequest>) -> Result<Response<ReleaseResponse>, Status> {
        let request = request.into_inner();
        let mut books = self.books.lock().await;
        let outcome = match books.replies.get(&request.decision_id) {
            Some(first) => *first,
            None => {
                let released = books.release(&request);
                if let Ok((_, truth)) = &released {
                    self.publish(truth, EventKind::HandoffChanged).await.unwrap();
                }
                released.map(|(version, _)| version)
            }
        };
        books.replies.insert(request.decision_id, outcome);
        self.count(&books);
        drop(books);
        let assignment_version = self.reply(outcome)?;
        Ok(Response::new(ReleaseResponse { assignment_version }))
    }

    async fn set_promise(
        &self,
        request: Request<SetPromiseRequest>,
    ) -> Result<Response<SetPromiseResponse>, Status> {
        let request = request.into_inner();
        let mut books = self.books.lock().await;
        let of = |truth: &&Truth| id("hand", truth.conversation) == request.handoff_id;
        let open = books.truths.values().find(of).is_some_and(|truth| truth.control == Control::Waiting);
        if !open {
            return Err(Refusal::new(ErrorReason::NoOpenHandoff, "closed").into());
        }
        books.promised.push(request);
        self.promised.send_replace(books.promised.len());
        drop(books);
        self.reply(Ok(0))?;
        Ok(Response::new(SetPromiseResponse {}))
    }

    async fn list_member_loads(
        &self,
        _: Request<ListMemberLoadsRequest>,
    ) -> Result<Response<ListMemberLoadsResponse>, Status> {
        let held = self.books.lock().await.held.clone();
        let loads = held.into_iter().map(|(member_id, held)| MemberLoad { member_id, held }).collect();
        Ok(Response::new(ListMemberLoadsResponse { loads }))
    }
}
