//! What the use cases need from the world, as traits; the store and the tests implement them.

pub mod briefs;
pub mod contacts;
pub mod correspondence;
pub mod deadlines;
pub mod heads;
pub mod lists;
pub mod names;
pub mod projections;
pub mod read_marks;
pub mod sessions;

use std::sync::Arc;

use async_trait::async_trait;
use baton_kit::{
    data::{Fact, StoreError},
    life::ids::WorkspaceId,
};
use jiff::Timestamp;

use crate::domain::{
    brief::Brief,
    commands::{Command, Refused},
    contact::EmailAddress,
    conversation::{Control, Conversation, Status},
    effects::EventKind,
    ids::{AssistantId, ContactId, ConversationId, DecisionId, EventId, MemberId, MessageId, NoteId, TeamId},
    message::{Actor, Message},
    note::Note,
    posting::{NewMessage, PostRefused},
    read_mark::ReadMark,
};

/// Whose view a read or change has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// A visitor sees only what is theirs.
    pub contact: Option<ContactId>,
    /// Who came by a link in a mail sees only what it opens.
    pub only: Option<ConversationId>,
}

impl Scope {
    /// Everything of a workspace.
    pub fn all_of(workspace: WorkspaceId) -> Self {
        Self { workspace, contact: None, only: None }
    }

    /// What a contact sees who came by the widget itself.
    pub fn all_of_contact(workspace: WorkspaceId, contact: ContactId) -> Self {
        Self { contact: Some(contact), ..Self::all_of(workspace) }
    }

    /// Whether it may say where its contact is reached. Who came by a link adds an address where none is known, and replaces none: an
    /// address decides about more than the link opens.
    pub fn may_say_address(&self, known: Option<&EmailAddress>, said: &EmailAddress) -> bool {
        self.only.is_none() || known.is_none_or(|known| known == said)
    }

    /// Whether it may reach a conversation of its workspace and contact.
    pub fn reaches(&self, conversation: ConversationId) -> bool {
        self.only.is_none_or(|only| only == conversation)
    }
}

/// Accepts messages.
#[async_trait]
pub trait MessageAcceptor: Send + Sync {
    /// Puts a message into its thread, exactly once by its client message id.
    async fn accept(&self, scope: Scope, message: NewMessage) -> Result<Message, AcceptRefused>;
    /// Starts a conversation with its first message, or posts onto the open one.
    async fn start(&self, new: NewConversation) -> Result<StartedConversation, AcceptRefused>;
}

/// A conversation to be started.
#[derive(Debug, Clone)]
pub struct NewConversation {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// Its id, if it is made.
    pub id: ConversationId,
    /// What answers first.
    pub assistant: AssistantId,
    /// The end user.
    pub contact: ContactChoice,
    /// Where it takes place.
    pub channel: String,
    /// The channel's own id of it.
    pub external_id: Option<String>,
    /// What makes it.
    pub origin: &'static str,
    /// The id of its first message.
    pub message: MessageId,
    /// The first message.
    pub text: String,
    /// The sender's own id of it.
    pub client_message_id: String,
    /// Now.
    pub at: Timestamp,
}

/// Names a contact.
#[derive(Debug, Clone)]
pub enum ContactChoice {
    /// An existing one.
    Known(ContactId),
    /// By the caller's own id; made under the id given if it does not exist.
    External(String, ContactId),
}

/// What came of starting.
#[derive(Debug, Clone)]
pub struct StartedConversation {
    /// The conversation after the message.
    pub conversation: Conversation,
    /// The message.
    pub message: Message,
    /// Whether it is new.
    pub created: bool,
}

/// Why a message is refused.
#[derive(Debug, thiserror::Error)]
pub enum AcceptRefused {
    /// No such conversation, assistant or contact here.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// By the conversation.
    #[error(transparent)]
    Post(#[from] PostRefused),
    /// The client message id stands for another text.
    #[error("the client message id was used for another text")]
    Reused,
    /// Re-opening would make a second open conversation; which one, if the caller may see it.
    #[error("another conversation is open")]
    AnotherOpen(Option<ConversationId>),
    /// The channel's id stands for another conversation.
    #[error("the external id is taken")]
    ExternalIdTaken(ConversationId),
    /// The member may not reply.
    #[error("the member may not reply")]
    NotEligible,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Changes conversations by commands.
#[async_trait]
pub trait ConversationChanger: Send + Sync {
    /// Loads, commands, saves: one transaction.
    async fn change(&self, change: Change) -> Result<Changed, ChangeRefused>;
}

/// A command on one conversation.
#[derive(Debug, Clone)]
pub struct Change {
    /// Whose view.
    pub scope: Scope,
    /// Which one.
    pub conversation: ConversationId,
    /// Who.
    pub by: Actor,
    /// What.
    pub command: Command,
    /// Now.
    pub at: Timestamp,
    /// Routing's decision; its first outcome is kept.
    pub decision: Option<DecisionId>,
}

/// What came of a command.
#[derive(Debug, Clone)]
pub struct Changed {
    /// The conversation after it.
    pub conversation: Conversation,
    /// Whether it did anything.
    pub happened: bool,
}

/// Why a command is refused.
#[derive(Debug, thiserror::Error)]
pub enum ChangeRefused {
    /// No such conversation here.
    #[error("no such conversation")]
    NotFound,
    /// By the conversation.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The member holds as many as they may.
    #[error("the member's limit is reached")]
    CapacityExceeded,
    /// The member may not reply.
    #[error("the member may not reply")]
    NotEligible,
    /// The team is archived, or not of this workspace.
    #[error("no such team")]
    NoSuchTeam,
    /// Re-opening would make a second open conversation; which one, if the caller may see it.
    #[error("another conversation is open")]
    AnotherOpen(Option<ConversationId>),
    /// Who came by a link may not say where else a known contact is reached.
    #[error("an address is known, and a link does not allow to change it")]
    AddressKnown,
    /// The decision id stands for another decision.
    #[error("the decision id was used for another decision")]
    Reused,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reads conversations.
#[async_trait]
pub trait ConversationReader: Send + Sync {
    /// One conversation.
    async fn find(&self, scope: Scope, id: ConversationId) -> Result<Option<Conversation>, StoreError>;
    /// A page, newest first.
    async fn list(
        &self,
        workspace: WorkspaceId,
        filter: ListFilter,
        page: Page<ListCursor>,
    ) -> Result<Vec<lists::Listed>, StoreError>;
    /// Messages by rising sequence above `after`.
    async fn messages(
        &self,
        conversation: &Conversation,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Message>, StoreError>;
    /// The newest messages, by rising sequence.
    async fn newest_messages(
        &self,
        conversation: &Conversation,
        limit: u32,
    ) -> Result<Vec<Message>, StoreError>;
    /// A contact's newest conversation with an assistant.
    async fn newest_of(
        &self,
        scope: Scope,
        assistant: AssistantId,
    ) -> Result<Option<Conversation>, StoreError>;
    /// Whether it is known where its contact is reached.
    async fn email_known(&self, conversation: &Conversation) -> Result<bool, StoreError>;
    /// What each member holds.
    async fn loads(&self, workspace: WorkspaceId) -> Result<Vec<(MemberId, i32)>, StoreError>;
}

/// Which conversations a list holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListFilter {
    /// Only under this control.
    pub control: Option<Control>,
    /// Only of this status.
    pub status: Option<Status>,
    /// Only of this assignee; `Some(None)` for nobody.
    pub assignee: Option<Option<MemberId>>,
    /// Only of this team.
    pub team: Option<TeamId>,
}

/// A page of a list.
#[derive(Debug, Clone, Copy)]
pub struct Page<C> {
    /// After this one.
    pub after: Option<C>,
    /// At most so many.
    pub size: u32,
}

/// Where a page of conversations ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListCursor {
    /// `created_at` of the last, microseconds.
    pub created_at: i64,
    /// Its id.
    pub id: ConversationId,
}

/// Keeps notes.
#[async_trait]
pub trait NoteStore: Send + Sync {
    /// Leaves a note, once by its request id.
    async fn leave(&self, note: NewNote) -> Result<Note, NoteRefused>;
    /// Notes by rising revision above `after`; `None` if the conversation is not there.
    async fn notes(
        &self,
        scope: Scope,
        conversation: ConversationId,
        after: i64,
        limit: u32,
    ) -> Result<Option<Vec<Note>>, StoreError>;
}

/// A note to be left.
#[derive(Debug, Clone)]
pub struct NewNote {
    /// Its id, if it is stored.
    pub id: NoteId,
    /// Whose view.
    pub scope: Scope,
    /// The thread.
    pub conversation: ConversationId,
    /// Who writes.
    pub author: MemberId,
    /// The text.
    pub text: String,
    /// The writer's own id of the request.
    pub request_id: String,
    /// Now.
    pub at: Timestamp,
}

/// Why a note is refused.
#[derive(Debug, thiserror::Error)]
pub enum NoteRefused {
    /// No such conversation here.
    #[error("no such conversation")]
    NotFound,
    /// The request id stands for another note.
    #[error("the request id was used for another note")]
    Reused,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Joins the text to facts of the feed.
#[async_trait]
pub trait FeedReader: Send + Sync {
    /// The items of a page of facts, in their order. A fact whose message or conversation was erased since is left out.
    async fn feed_items(&self, facts: &[Arc<Fact>]) -> Result<Vec<FeedItem>, StoreError>;
}

/// One item of the feed, its text joined.
#[derive(Debug, Clone)]
pub struct FeedItem {
    /// Its place.
    pub position: i64,
    /// The same on every delivery.
    pub id: EventId,
    /// The tenant.
    pub workspace: WorkspaceId,
    /// The thread.
    pub conversation: ConversationId,
    /// Whose conversation it is.
    pub contact: ContactId,
    /// What happened; `None` for a kind of a newer version.
    pub kind: Option<EventKind>,
    /// The revision it made.
    pub revision: i64,
    /// Who did it.
    pub actor: Option<Actor>,
    /// When.
    pub at: Timestamp,
    /// The epoch of control after it.
    pub control_epoch: i64,
    /// Whether it is known where the contact is reached.
    pub email_known: bool,
    /// What it is about.
    pub about: About,
}

/// What an item of the feed is about.
#[derive(Debug, Clone)]
pub enum About {
    /// A message.
    Message(Message),
    /// A note.
    Note(Note),
    /// A brief.
    Brief(Brief),
    /// How far its actor has read.
    ReadMark(ReadMark),
    /// A brief that another one has replaced since, as a later item tells.
    Replaced,
    /// The encoded state.
    State(Vec<u8>),
}
