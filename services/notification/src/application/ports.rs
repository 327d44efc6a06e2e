//! What the use cases need of the world. Implemented by `store` and `remote`, and in memory by the tests.

use std::time::Duration;

use async_trait::async_trait;
use baton_kit::{data::StoreError, life::ids::WorkspaceId};
use jiff::Timestamp;
use uuid::Uuid;

use crate::domain::{
    decide::{Now, Standing},
    ids::{ContactId, ConversationId, MemberId, NoticeId, TeamId},
    kind::{Kind, Recipient},
    ledger::Entry,
    letter::{Addressee, HandoffReason, Priority, Quoted},
    mailing::{Mailing, Outcome},
    news::Change,
    notice::Notice,
    preference::Preference,
};

pub mod mail;

/// A member as a fact of team shows them.
#[derive(Debug, Clone, Copy)]
pub struct MemberSeen {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// The member.
    pub member: MemberId,
    /// Only a higher one than applied before counts.
    pub revision: i64,
    /// Whether they are there and may reply.
    pub eligible: bool,
}

/// A team as a fact of team shows it.
#[derive(Debug, Clone)]
pub struct TeamSeen {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// The team.
    pub team: TeamId,
    /// Only a higher one than applied before counts.
    pub revision: i64,
    /// What it is called.
    pub name: String,
    /// Its members; none of one that is archived.
    pub members: Vec<MemberId>,
}

/// Where and when something happened in a conversation.
#[derive(Debug, Clone)]
pub struct Place {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// The conversation.
    pub conversation: ConversationId,
    /// When it happened.
    pub at: Timestamp,
    /// When it was heard of.
    pub heard_at: Timestamp,
    /// The trace it belongs to.
    pub traceparent: Option<String>,
}

/// What a member wrote to the visitor.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    /// Who wrote it.
    pub by: MemberId,
    /// Its place in the thread.
    pub sequence: i64,
    /// The visitor, if the caller knows.
    pub contact: Option<ContactId>,
}

/// Whether an answer was noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// It was, now or before.
    Yes,
    /// Nobody knows whose conversation it is: nothing was noted.
    UnknownContact,
}

/// What facts lead to. Everything here is safe to repeat, and repeating it changes nothing.
#[async_trait]
pub trait Book: Send + Sync + 'static {
    /// A member is now so.
    async fn member(&self, seen: MemberSeen) -> Result<(), StoreError>;

    /// A team is now so.
    async fn team(&self, seen: TeamSeen) -> Result<(), StoreError>;

    /// A member has read up to here.
    async fn read(&self, place: Place, member: MemberId, sequence: i64) -> Result<(), StoreError>;

    /// A conversation changed: the mailings, notices and entries of the ledger it leads to, and the fact that members were told, all or
    /// none.
    async fn change(&self, place: Place, change: Change) -> Result<(), StoreError>;

    /// A member wrote to the visitor: a mailing, or a part of the one that waits.
    async fn answer(&self, place: Place, answer: Answer) -> Result<Noted, StoreError>;

    /// Forgets a part of what is known of conversations, and of how far members had read them, of which nothing was heard since the day of
    /// this moment; how much it was.
    async fn forget(&self, before: Timestamp) -> Result<u64, StoreError>;
}

/// The right to work on mailings, for a while. How long that is, the database's clock says: processes agree on no other.
#[derive(Debug, Clone, Copy)]
pub struct Lease {
    /// Who; another one each time.
    pub owner: Uuid,
    /// For how long, from when it is taken and once more from when an attempt begins.
    pub lasts: Duration,
}

/// An attempt to send that begins.
#[derive(Debug, Clone, Copy)]
pub struct Attempt {
    /// The newest message the mail tells of.
    pub upto: i64,
    /// The newest message there was when the mail was written.
    pub seen_upto: i64,
}

/// How an attempt ended, and when.
#[derive(Debug, Clone, Copy)]
pub struct Settlement {
    /// How.
    pub outcome: Outcome,
    /// When.
    pub at: Timestamp,
    /// Which attempt to send it was; 0 if it did not come to that.
    pub attempt: i32,
}

/// What waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Backlog {
    /// Open mailings, counted to a limit.
    pub open: u64,
    /// Since when the oldest that is due is due.
    pub oldest_due: Option<Timestamp>,
}

/// Mailings that are open.
#[async_trait]
pub trait Mailings: Send + Sync + 'static {
    /// Takes on what is due now, the longest due first; never two at once of one recipient and conversation, whoever asks. Each counts one
    /// try more, until it is settled otherwise. One that cannot be read is put off, and given up after its time.
    async fn claim(&self, lease: Lease, now: Timestamp, most: usize) -> Result<Vec<Mailing>, StoreError>;

    /// What is known about one.
    async fn standing(&self, mailing: &Mailing) -> Result<Standing, StoreError>;

    /// What a team is called; empty for one that is not heard of.
    async fn team_name(&self, workspace: WorkspaceId, team: TeamId) -> Result<String, StoreError>;

    /// Notes that an attempt to send it begins, from when on the lease lasts anew; false if it changed since it was looked at, or the lease
    /// has passed.
    async fn begin(&self, mailing: &Mailing, lease: Lease, attempt: Attempt) -> Result<bool, StoreError>;

    /// Notes how an attempt ended, with its entry in the ledger. Safe to repeat.
    async fn settle(&self, mailing: &Mailing, lease: Lease, settlement: Settlement)
    -> Result<(), StoreError>;

    /// Frees what a process of before had taken on, where there can be no other process.
    async fn take_over(&self) -> Result<(), StoreError>;

    /// What waits.
    async fn backlog(&self, now: Timestamp) -> Result<Backlog, StoreError>;

    /// Forgets a part of what was settled before this moment; how much it was.
    async fn forget(&self, before: Timestamp) -> Result<u64, StoreError>;
}

/// A place in a list, newest first: everything before this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Before {
    /// The moment of the last one listed.
    pub at: Timestamp,
    /// Its id.
    pub id: Uuid,
}

/// Which notices of a member.
#[derive(Debug, Clone, Copy)]
pub struct NoticesWanted {
    /// Only those that are not read.
    pub unread_only: bool,
    /// From where on.
    pub before: Option<Before>,
    /// How many.
    pub most: u32,
}

/// Notices.
#[async_trait]
pub trait Notices: Send + Sync + 'static {
    /// A member's, newest first.
    async fn list(
        &self,
        workspace: WorkspaceId,
        member: MemberId,
        wanted: NoticesWanted,
    ) -> Result<Vec<Notice>, StoreError>;

    /// How many are not read, counted to 100.
    async fn unread(&self, workspace: WorkspaceId, member: MemberId) -> Result<i32, StoreError>;

    /// These of a member are read, or all of them if none is named.
    async fn mark_read(
        &self,
        workspace: WorkspaceId,
        member: MemberId,
        ids: Vec<NoticeId>,
        at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Forgets a part of those from before this moment; how many.
    async fn forget(&self, before: Timestamp) -> Result<u64, StoreError>;
}

/// What members and contacts want.
#[async_trait]
pub trait Wishes: Send + Sync + 'static {
    /// What a member set; a kind that was ended by the link in a mail is off by mail.
    async fn get(&self, workspace: WorkspaceId, member: MemberId) -> Result<Vec<Preference>, StoreError>;

    /// Replaces what a member set, and what was ended by a link.
    async fn set(
        &self,
        workspace: WorkspaceId,
        member: MemberId,
        preferences: Vec<Preference>,
    ) -> Result<(), StoreError>;

    /// Ends mails of these kinds to somebody.
    async fn unsubscribe(
        &self,
        workspace: WorkspaceId,
        recipient: Recipient,
        kinds: Vec<Kind>,
        at: Timestamp,
    ) -> Result<(), StoreError>;
}

/// Which entries of the ledger.
#[derive(Debug, Clone, Copy)]
pub struct EntriesWanted {
    /// Only about this conversation.
    pub conversation: Option<ConversationId>,
    /// Only for this member.
    pub member: Option<MemberId>,
    /// From where on.
    pub before: Option<Before>,
    /// How many.
    pub most: u32,
}

/// The ledger.
#[async_trait]
pub trait Ledger: Send + Sync + 'static {
    /// Entries, newest first.
    async fn list(&self, workspace: WorkspaceId, wanted: EntriesWanted) -> Result<Vec<Entry>, StoreError>;

    /// Forgets a part of those from before this moment; how many.
    async fn forget(&self, before: Timestamp) -> Result<u64, StoreError>;
}

/// Why somebody who was asked has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// There is no such thing, or not any more.
    #[error("it is not there")]
    Gone,
    /// Nobody knows; it may be asked again.
    #[error("no answer: {0}")]
    Unavailable(String),
}

/// What a mail about a conversation is written from, read at the moment it is to be sent, for one reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correspondence {
    /// How it stands.
    pub now: Now,
    /// The end user.
    pub contact: ContactId,
    /// Their name; empty if nobody said.
    pub contact_name: String,
    /// Their address; empty if nobody said.
    pub contact_email: String,
    /// The assistant's name.
    pub assistant_name: String,
    /// The language the visitor writes; empty if it is not known.
    pub language: String,
    /// Why a person is needed.
    pub handoff_reason: Option<HandoffReason>,
    /// How much it matters.
    pub priority: Option<Priority>,
    /// Lines of the brief.
    pub brief: Vec<String>,
    /// What the reader has not read, with its sequence; oldest first.
    pub messages: Vec<(i64, Quoted)>,
    /// The token of a link that opens this one conversation, for the visitor.
    pub resume_token: String,
}

/// Conversation, as far as notification speaks with it.
#[async_trait]
pub trait Conversations: Send + Sync + 'static {
    /// How a conversation stands for a member, or for the visitor if none is named.
    async fn correspondence(
        &self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        reader: Option<MemberId>,
    ) -> Result<Correspondence, AskError>;
}

/// Team, as far as notification speaks with it.
#[async_trait]
pub trait Colleagues: Send + Sync + 'static {
    /// Where mails to a member go; [`AskError::Gone`] for one that was removed.
    async fn addressee(&self, workspace: WorkspaceId, member: MemberId) -> Result<Addressee, AskError>;

    /// What a workspace calls itself, as it was some minutes ago at the worst.
    async fn workspace_name(&self, workspace: WorkspaceId) -> Result<String, AskError>;
}
