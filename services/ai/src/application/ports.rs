//! What the use cases need of the world.
//!
//! Implemented by `store`, `remote` and, where no world is needed, by use cases themselves. Names no technology.

use std::time::Duration;

use async_trait::async_trait;
use baton_kit::{
    data::{RequestKey, StoreError},
    life::ids::WorkspaceId,
};
use jiff::Timestamp;
use uuid::Uuid;

use super::model::Pieces;
use crate::domain::{
    assistant::{Assistant, AssistantEdit, Etag},
    bm25::Hit,
    decision::{HandoffReason, Source, TurnDecision},
    deltas::Piece,
    document::Document,
    ids::{AssistantId, ContactId, DocumentId, HandoffId, TeamId, TurnId},
    thread::Thread,
    turn::{Ending, Place, Turn},
};

mod contacts;
mod insights;

pub use contacts::*;
pub use insights::*;

/// Who changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A person on the staff.
    Member(Uuid),
    /// A program of the workspace.
    ApiKey(Uuid),
    /// Baton itself.
    System,
}

/// A request that may come more than once.
#[derive(Debug, Clone)]
pub struct Once {
    /// What makes it the same request.
    pub key: RequestKey,
    /// What makes it the same content.
    pub fingerprint: Vec<u8>,
    /// Who asks.
    pub actor: Actor,
}

/// What came of storing something once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stored<T> {
    /// As stored, now or by the first of the same requests.
    Kept(T),
    /// The request id was used for another content.
    Reused,
}

/// After which row a list goes on: creation and id of the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct After {
    /// When it was made.
    pub created_at: Timestamp,
    /// Its id.
    pub id: Uuid,
}

/// A change of an assistant.
#[derive(Debug, Clone)]
pub struct AssistantChange {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// Which.
    pub assistant: AssistantId,
    /// What is to be changed.
    pub edit: AssistantEdit,
    /// Which state of it the asker saw.
    pub etag: Etag,
    /// Who asks.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
}

/// Why something was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// No such assistant in the workspace.
    #[error("no such assistant")]
    NotFound,
    /// It changed since it was read.
    #[error("it changed since it was read")]
    Stale {
        /// Which state it has now.
        current: Etag,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Keeps assistants.
#[async_trait]
pub trait AssistantStore: Send + Sync + 'static {
    /// Keeps a new one and publishes it, once for the same request.
    async fn create(&self, once: &Once, assistant: &Assistant) -> Result<Stored<Assistant>, StoreError>;
    /// Changes one and publishes it, unless it is so already.
    async fn change(&self, change: AssistantChange) -> Result<Assistant, ChangeError>;
    /// One of a workspace.
    async fn find(&self, workspace: WorkspaceId, id: AssistantId) -> Result<Option<Assistant>, StoreError>;
    /// Those of a workspace, oldest first.
    async fn list(
        &self,
        workspace: WorkspaceId,
        after: Option<After>,
        limit: u64,
    ) -> Result<Vec<Assistant>, StoreError>;
}

/// Keeps the knowledge base.
#[async_trait]
pub trait KnowledgeStore: Send + Sync + 'static {
    /// Keeps a new document and raises the workspace's knowledge revision, once for the same request.
    async fn create(&self, once: &Once, document: &Document) -> Result<Stored<Document>, StoreError>;
    /// Removes a document and raises the revision; false if it was not there.
    async fn delete(&self, workspace: WorkspaceId, id: DocumentId) -> Result<bool, StoreError>;
    /// Those of a workspace, oldest first.
    async fn list(
        &self,
        workspace: WorkspaceId,
        after: Option<After>,
        limit: u64,
    ) -> Result<Vec<Document>, StoreError>;
    /// Rises with every change of a workspace's knowledge; 0 before the first.
    async fn revision(&self, workspace: WorkspaceId) -> Result<i64, StoreError>;
}

/// Finds passages.
#[async_trait]
pub trait Retriever: Send + Sync + 'static {
    /// At most `limit` hits in the workspace's knowledge, best first.
    async fn search(
        &self,
        workspace: WorkspaceId,
        question: &str,
        limit: usize,
    ) -> Result<Vec<Hit>, StoreError>;
}

/// What an engine is given.
#[derive(Debug, Clone)]
pub struct TurnInput {
    /// Who speaks.
    pub assistant: Assistant,
    /// What was said.
    pub thread: Thread,
    /// What the member who handed back wants done, never shown to the visitor; empty for nothing. Then an answer may be due
    /// although nothing stands unanswered.
    pub instruction: String,
}

/// Why an engine decided nothing.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EngineError {
    /// What it needs does not answer.
    #[error("the engine cannot be reached: {0}")]
    Unavailable(String),
    /// It did not decide in time.
    #[error("the engine was too slow")]
    TooSlow,
    /// What it made cannot be used.
    #[error("the engine's output is invalid: {0}")]
    Invalid(String),
}

/// Decides what to do in a turn. May take as long as the turn's deadline allows; is dropped when that has passed.
#[async_trait]
pub trait Engine: Send + Sync + 'static {
    /// What it is, for logs and people.
    fn label(&self) -> &'static str;
    /// Decides, showing an answer while it is made. A decision is a value: nothing in a text is a command.
    async fn decide(&self, input: &TurnInput, pieces: &dyn Pieces) -> Result<TurnDecision, EngineError>;
}

/// A piece of an answer that is being made, on its way to whoever looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delta {
    /// Whose conversation it is.
    pub contact: ContactId,
    /// The epoch it is made under.
    pub control_epoch: i64,
    /// Which making of an answer, opaque.
    pub making: String,
    /// The piece.
    pub piece: Piece,
}

/// What conversation says of a turn.
#[derive(Debug, Clone)]
pub struct TurnContext {
    /// The assistant that answers first.
    pub assistant: AssistantId,
    /// Whose conversation it is; `None` if conversation does not say, and then nobody is shown an answer that is being made.
    pub contact: Option<ContactId>,
    /// Whether the AI may speak.
    pub ai_in_control: bool,
    /// The epoch of control.
    pub control_epoch: i64,
    /// The last unanswered visitor message; 0 for none.
    pub unanswered: i64,
    /// The messages.
    pub thread: Thread,
    /// What the member who handed back wants done; empty for nothing.
    pub instruction: String,
    /// The open handoff, or the last one; `None` if there was none.
    pub handoff: Option<HandoffId>,
}

/// An answer on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The epoch it was made under.
    pub control_epoch: i64,
    /// The visitor message it answers.
    pub visitor_sequence: i64,
    /// Its id, the same on every try.
    pub client_message_id: String,
    /// What it says.
    pub text: String,
    /// What it rests on.
    pub sources: Vec<Source>,
    /// For a question before a handoff: if none has followed after so long, conversation makes it. An answer without it ends such a wait.
    pub handoff_within: Option<Duration>,
}

/// How a turn ended, as conversation is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Messages were posted.
    Answered,
    /// People were asked for.
    HandedOff,
    /// There was nothing to say.
    Nothing,
    /// The engine failed.
    Failed,
}

/// Why conversation refused a call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// Somebody else speaks now, or the conversation is over.
    #[error("control has changed")]
    Stale,
    /// The visitor wrote again.
    #[error("the visitor wrote again")]
    Superseded,
    /// An answer with this id is there already.
    #[error("posted before")]
    AlreadyPosted,
    /// No such conversation.
    #[error("no such conversation")]
    NotFound,
    /// The same call may succeed later.
    #[error("not available: {0}")]
    Transient(String),
    /// Anything else: a fault of one of us.
    #[error("refused: {0}")]
    Refused(String),
}

/// What a turn looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// The epoch of control.
    pub epoch: i64,
    /// The newest visitor message.
    pub visitor_sequence: i64,
}

/// What turns need of conversation. Every call is safe to repeat.
#[async_trait]
pub trait Conversation: Send + Sync + 'static {
    /// The state and the messages.
    async fn context(&self, place: Place) -> Result<TurnContext, CallError>;
    /// Says that the engine is at work.
    async fn report_progress(&self, place: Place, epoch: i64) -> Result<(), CallError>;
    /// Shows a piece of an answer that is being made.
    async fn push_delta(&self, place: Place, delta: Delta) -> Result<(), CallError>;
    /// Posts an answer.
    async fn post(&self, place: Place, answer: &Answer) -> Result<(), CallError>;
    /// Asks for people, those of a team if one is named.
    async fn request_handoff(
        &self,
        place: Place,
        seen: Seen,
        reason: HandoffReason,
        team: Option<TeamId>,
    ) -> Result<(), CallError>;
    /// Ends a turn.
    async fn finish(
        &self,
        place: Place,
        epoch: i64,
        visitor_sequence: i64,
        outcome: Outcome,
    ) -> Result<(), CallError>;
}

/// A turn to be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTurn {
    /// Where.
    pub place: Place,
    /// The epoch of control.
    pub epoch: i64,
    /// The visitor message; 0 for whatever stands unanswered; below 0 for a reminder.
    pub visitor_sequence: i64,
    /// How long it waits before it is run.
    pub wait: Duration,
    /// The trace it belongs to.
    pub traceparent: Option<String>,
}

/// A right to work on a turn, for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// Made anew for each claim; whoever holds another one is too late.
    pub token: Uuid,
    /// When it was taken or renewed.
    pub from: Timestamp,
    /// For how long.
    pub length: Duration,
}

/// How a turn is put away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closing {
    /// How it ended.
    pub ending: Ending,
    /// The visitor's messages up to this one are dealt with, whichever turns they began in this epoch; 0 for none.
    pub dealt_with: i64,
}

/// Deals with every message of the turn's epoch: nobody waits for the AI in it any more.
pub const EVERY_MESSAGE: i64 = i64::MAX;

/// Keeps turns. At most one turn of a conversation is leased at any time.
#[async_trait]
pub trait TurnStore: Send + Sync + 'static {
    /// Enters turns, those that were there excepted; says how many it entered.
    async fn enqueue(&self, turns: &[NewTurn]) -> Result<u64, StoreError>;
    /// Leases the turn that is due longest, if any; also one whose lease has run out.
    async fn claim(&self, lease: Lease) -> Result<Option<Turn>, StoreError>;
    /// Renews a lease; false if it was lost.
    async fn renew(&self, turn: TurnId, lease: Lease) -> Result<bool, StoreError>;
    /// Puts a leased turn away.
    async fn close(&self, turn: &Turn, lease: Lease, closing: Closing) -> Result<(), StoreError>;
    /// Gives a leased turn back until later.
    async fn postpone(&self, turn: &Turn, lease: Lease, until: Timestamp) -> Result<(), StoreError>;
    /// Deletes ended turns that were entered before; says how many.
    async fn forget(&self, before: Timestamp) -> Result<u64, StoreError>;
}
