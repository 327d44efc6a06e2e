//! The ports without a world, for tests.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use baton_kit::{
    data::StoreError,
    life::{clock::SystemClock, ids::WorkspaceId},
};
use jiff::Timestamp;
use uuid::Uuid;

pub(crate) use crate::domain::{
    assistant::tests::assistant,
    bm25::tests::document,
    thread::tests::thread,
    turn::tests::{place, turn, workspace},
};
use crate::domain::{
    assistant::{Assistant, ContactField},
    builtin::Rules,
    decision::HandoffReason,
    document::Document,
    facts::Names,
    ids::{AssistantId, ContactId, DocumentId, HandoffId, TeamId, TurnId},
    speech::Speech,
    thread::{Author, Thread, ThreadMessage},
    turn::{Place, Turn},
};

use super::{
    answer_from_knowledge::{Builtin, Rhythm},
    hand_over::HandOver,
    ports::{
        After, Answer, AssistantChange, AssistantStore, CallError, ChangeError, Contacts, Conversation,
        Delta, KnowledgeStore, KnownContact, NewTurn, Once, Outcome, Seen, Stored, TurnContext, TurnStore,
    },
    search_knowledge::LexicalRetriever,
};

pub(crate) fn builtin(knowledge: Arc<InMemoryKnowledge>) -> Builtin {
    let sentences = include_str!("../../prompts/builtin/sentences.txt");
    Builtin {
        rules: Rules::shipped().unwrap(),
        speech: Speech::parse(sentences, include_str!("../../prompts/builtin/languages.txt")).unwrap(),
        retriever: Arc::new(LexicalRetriever::new(knowledge, 4)),
        least_coverage: 0.4,
        rhythm: Rhythm { clock: SystemClock::new(), pause: Duration::ZERO },
    }
}

/// How an assistant's conversation gets to people, with reminders kept apart.
pub(crate) fn hand_over(conversation: &Arc<InMemoryConversation>, assistant: Assistant) -> HandOver {
    HandOver {
        conversation: Arc::clone(conversation) as _,
        assistants: Arc::new(OneAssistant(Some(assistant))),
        turns: Arc::new(InMemoryTurns(Mutex::default())),
        contacts: Arc::new(InMemoryContacts::default()),
        speech: builtin(Arc::default()).speech,
        names: Names::shipped().unwrap(),
        patience: Duration::from_secs(120),
    }
}

/// The one contact there is.
#[derive(Default)]
pub(crate) struct InMemoryContacts(pub Mutex<KnownContact>);

#[async_trait]
impl Contacts for InMemoryContacts {
    async fn read(&self, _: Place, _: ContactId) -> Result<KnownContact, CallError> {
        Ok(self.0.lock().unwrap().clone())
    }

    async fn fill(
        &self,
        _: Place,
        _: ContactId,
        _: &str,
        values: &[(ContactField, String)],
    ) -> Result<(), CallError> {
        let mut known = self.0.lock().unwrap();
        for (field, value) in values {
            match field {
                ContactField::DisplayName => known.display_name.clone_from(value),
                ContactField::Email => known.email.clone_from(value),
            }
        }
        Ok(())
    }
}

/// Documents, and how often they changed.
#[derive(Default)]
pub(crate) struct InMemoryKnowledge(Mutex<(Vec<Document>, i64)>);

impl InMemoryKnowledge {
    pub fn with(documents: Vec<Document>) -> Self {
        Self(Mutex::new((documents, 1)))
    }

    pub fn add(&self, document: Document) {
        let mut kept = self.0.lock().unwrap();
        kept.0.push(document);
        kept.1 += 1;
    }
}

#[async_trait]
impl KnowledgeStore for InMemoryKnowledge {
    async fn create(&self, _: &Once, document: &Document) -> Result<Stored<Document>, StoreError> {
        self.add(document.clone());
        Ok(Stored::Kept(document.clone()))
    }

    async fn delete(&self, workspace: WorkspaceId, id: DocumentId) -> Result<bool, StoreError> {
        let mut kept = self.0.lock().unwrap();
        let before = kept.0.len();
        kept.0.retain(|document| (document.workspace, document.id) != (workspace, id));
        kept.1 += 1;
        Ok(kept.0.len() < before)
    }

    async fn list(
        &self,
        workspace: WorkspaceId,
        after: Option<After>,
        limit: u64,
    ) -> Result<Vec<Document>, StoreError> {
        let documents = &self.0.lock().unwrap().0;
        let later = |d: &&Document| after.is_none_or(|a| (d.created_at, d.id.uuid()) > (a.created_at, a.id));
        let mine = documents.iter().filter(|d| d.workspace == workspace).filter(later);
        Ok(mine.take(limit as usize).cloned().collect())
    }

    async fn revision(&self, _: WorkspaceId) -> Result<i64, StoreError> {
        Ok(self.0.lock().unwrap().1)
    }
}

pub(crate) struct OneAssistant(pub Option<Assistant>);

#[async_trait]
impl AssistantStore for OneAssistant {
    async fn create(&self, _: &Once, assistant: &Assistant) -> Result<Stored<Assistant>, StoreError> {
        Ok(Stored::Kept(assistant.clone()))
    }

    async fn change(&self, change: AssistantChange) -> Result<Assistant, ChangeError> {
        let before = self.find(change.workspace, change.assistant).await?.ok_or(ChangeError::NotFound)?;
        Ok(before.edited(change.edit).unwrap_or(before))
    }

    async fn find(&self, workspace: WorkspaceId, id: AssistantId) -> Result<Option<Assistant>, StoreError> {
        Ok(self.0.clone().filter(|a| a.workspace == workspace && a.id == id))
    }

    async fn list(&self, _: WorkspaceId, _: Option<After>, _: u64) -> Result<Vec<Assistant>, StoreError> {
        Ok(self.0.iter().cloned().collect())
    }
}

/// A conversation with both of its fences.
#[derive(Default)]
pub(crate) struct InMemoryConversation {
    pub state: Mutex<Thought>,
}

#[derive(Default)]
pub(crate) struct Thought {
    pub ai: bool,
    pub epoch: i64,
    pub thread: Thread,
    /// The replies of calls to come are lost after their effect.
    pub lose_replies: usize,
    /// A visitor's message that comes just before the next answer.
    pub interjection: Option<String>,
    /// Calls to come that are refused.
    pub refusals: VecDeque<CallError>,
    pub posted: Vec<Answer>,
    pub deltas: Vec<Delta>,
    pub handoffs: Vec<HandoffReason>,
    /// The team of the last handoff.
    pub team: Option<TeamId>,
    /// What the member who handed back wants done.
    pub instruction: String,
    /// The open handoff, or the last one.
    pub handoff: Option<HandoffId>,
    pub finished: Vec<(i64, i64, Outcome)>,
    pub progress: usize,
    /// How long is waited for the handoff that was said to follow, if one was.
    pub owed: Option<Duration>,
}

impl InMemoryConversation {
    pub fn under_ai(said: &[&str]) -> Arc<Self> {
        let state = Thought { ai: true, epoch: 1, thread: thread(said), ..Thought::default() };
        Arc::new(Self { state: Mutex::new(state) })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Thought) -> Result<T, CallError>) -> Result<T, CallError> {
        let mut state = self.state.lock().unwrap();
        if let Some(refused) = state.refusals.pop_front() {
            return Err(refused);
        }
        let done = work(&mut state)?;
        if state.lose_replies > 0 {
            state.lose_replies -= 1;
            return Err(CallError::Transient("the reply was lost".to_owned()));
        }
        Ok(done)
    }
}

impl Thought {
    fn fence(&self, epoch: i64) -> Result<(), CallError> {
        if self.ai && self.epoch == epoch { Ok(()) } else { Err(CallError::Stale) }
    }

    fn last_visitor(&self) -> i64 {
        self.thread
            .messages
            .iter()
            .filter(|m| m.author == Author::Visitor)
            .map(|m| m.sequence)
            .max()
            .unwrap_or(0)
    }

    pub fn say(&mut self, author: Author, text: &str, has_sources: bool) {
        let sequence = self.thread.messages.len() as i64 + 1;
        self.thread
            .messages
            .push(ThreadMessage { has_sources, ..ThreadMessage::said(sequence, author, text) });
    }
}

#[async_trait]
impl Conversation for InMemoryConversation {
    async fn context(&self, _: Place) -> Result<TurnContext, CallError> {
        self.with(|state| {
            let unanswered = state.thread.unanswered().map(|m| m.sequence).max().unwrap_or(0);
            let (assistant, thread) = (AssistantId::from_uuid(Uuid::from_u128(1)), state.thread.clone());
            Ok(TurnContext {
                assistant,
                contact: Some(ContactId::from_uuid(Uuid::from_u128(9))),
                ai_in_control: state.ai,
                control_epoch: state.epoch,
                unanswered,
                thread,
                instruction: state.instruction.clone(),
                handoff: state.handoff,
            })
        })
    }

    async fn report_progress(&self, _: Place, epoch: i64) -> Result<(), CallError> {
        self.with(|state| {
            state.progress += 1;
            state.fence(epoch)
        })
    }

    async fn push_delta(&self, _: Place, delta: Delta) -> Result<(), CallError> {
        // Neither refusals nor lost replies are spent on it: nobody waits for it.
        let mut state = self.state.lock().unwrap();
        state.fence(delta.control_epoch)?;
        state.deltas.push(delta);
        Ok(())
    }

    async fn post(&self, _: Place, answer: &Answer) -> Result<(), CallError> {
        self.with(|state| {
            if let Some(text) = state.interjection.take() {
                state.say(Author::Visitor, &text, false);
            }
            if let Some(first) =
                state.posted.iter().find(|first| first.client_message_id == answer.client_message_id)
            {
                return if first == answer { Ok(()) } else { Err(CallError::AlreadyPosted) };
            }
            state.fence(answer.control_epoch)?;
            if state.last_visitor() > answer.visitor_sequence {
                return Err(CallError::Superseded);
            }
            state.posted.push(answer.clone());
            state.owed = answer.handoff_within;
            state.say(Author::Assistant, &answer.text, !answer.sources.is_empty());
            if let Some(said) = state.thread.messages.last_mut() {
                said.client_id.clone_from(&answer.client_message_id);
            }
            Ok(())
        })
    }

    async fn request_handoff(
        &self,
        _: Place,
        seen: Seen,
        reason: HandoffReason,
        team: Option<TeamId>,
    ) -> Result<(), CallError> {
        self.with(|state| {
            state.fence(seen.epoch)?;
            state.handoffs.push(reason);
            state.team = team;
            (state.ai, state.epoch) = (false, seen.epoch + 1);
            Ok(())
        })
    }

    async fn finish(&self, _: Place, epoch: i64, sequence: i64, outcome: Outcome) -> Result<(), CallError> {
        self.with(|state| {
            state.finished.push((epoch, sequence, outcome));
            state.fence(epoch)
        })
    }
}

/// Turns in a list, with leases.
pub(crate) struct InMemoryTurns(pub Mutex<Vec<Held>>);

pub(crate) struct Held {
    pub turn: Turn,
    pub due: Timestamp,
    pub lease: Option<super::ports::Lease>,
    pub ending: Option<crate::domain::turn::Ending>,
}

impl InMemoryTurns {
    fn update<T>(&self, id: TurnId, token: Uuid, work: impl FnOnce(&mut Held) -> T) -> Option<T> {
        let mut all = self.0.lock().unwrap();
        let held = all.iter_mut().find(|held| held.turn.id == id)?;
        held.lease.is_some_and(|lease| lease.token == token).then(|| work(held))
    }
}

#[async_trait]
impl TurnStore for InMemoryTurns {
    async fn enqueue(&self, new: &[NewTurn]) -> Result<u64, StoreError> {
        let mut all = self.0.lock().unwrap();
        let before = all.len();
        for new in new {
            let duty = (new.epoch, new.visitor_sequence);
            if all.iter().any(|held| (held.turn.epoch, held.turn.visitor_sequence) == duty) {
                continue;
            }
            let id = TurnId::from_uuid(Uuid::from_u128(all.len() as u128 + 1));
            let turn =
                Turn { id, attempts: 0, ..turn(new.epoch, new.visitor_sequence, Timestamp::UNIX_EPOCH) };
            let due = Timestamp::UNIX_EPOCH.checked_add(new.wait).unwrap();
            all.push(Held { turn, due, lease: None, ending: None });
        }
        Ok((all.len() - before) as u64)
    }

    async fn claim(&self, lease: super::ports::Lease) -> Result<Option<Turn>, StoreError> {
        let mut all = self.0.lock().unwrap();
        let live =
            |held: &Held| held.lease.is_some_and(|l| l.from.checked_add(l.length).unwrap() >= lease.from);
        if all.iter().any(live) {
            return Ok(None);
        }
        let found = all.iter_mut().find(|held| held.ending.is_none() && held.due <= lease.from);
        Ok(found.map(|held| {
            held.lease = Some(lease);
            held.turn.attempts += 1;
            held.turn.clone()
        }))
    }

    async fn renew(&self, turn: TurnId, lease: super::ports::Lease) -> Result<bool, StoreError> {
        Ok(self.update(turn, lease.token, |held| held.lease = Some(lease)).is_some())
    }

    async fn close(
        &self,
        turn: &Turn,
        lease: super::ports::Lease,
        closing: super::ports::Closing,
    ) -> Result<(), StoreError> {
        self.update(turn.id, lease.token, |held| (held.lease, held.ending) = (None, Some(closing.ending)));
        Ok(())
    }

    async fn postpone(
        &self,
        turn: &Turn,
        lease: super::ports::Lease,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        self.update(turn.id, lease.token, |held| (held.lease, held.due) = (None, until));
        Ok(())
    }

    async fn forget(&self, _: Timestamp) -> Result<u64, StoreError> {
        Ok(0)
    }
}
