//! What the use cases need of the world. Implemented by `store` and `remote`, and in memory by the tests.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use baton_kit::{data::StoreError, life::ids::WorkspaceId};
use jiff::Timestamp;
use uuid::Uuid;

use crate::domain::{
    availability::{Availability, Word},
    decide::{Colleague, Waiting},
    decision::{Candidate, Decision, Kind, Settlement},
    ids::{ConversationId, DecisionId, HandoffId, MemberId, TeamId},
    queue::{Entry, Place, Seen},
    team::{Team, Teams},
};

mod hours;

pub use hours::{Hours, Kept, PromiseAnswer, Promises, SetError, Teller, Told};

/// Everything a round of decisions is taken on, read under the workspace's lock.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// Entries to decide on: somebody is looked for, the version is not spent, no decision is open.
    pub waiting: Vec<Waiting>,
    /// The members; what they hold is not filled in.
    pub colleagues: Vec<Colleague>,
    /// The teams of what waits, those that are known.
    pub teams: Teams,
    /// Members of decisions under way.
    pub open: Vec<(MemberId, Kind)>,
    /// The record that there was nobody, by handoff.
    pub nobody: BTreeMap<HandoffId, Vec<Candidate>>,
}

/// Turns a snapshot into new decisions, PENDING or NOBODY. Pure: it may be run again.
pub type Planner = Arc<dyn Fn(Snapshot) -> Vec<Decision> + Send + Sync>;

/// The right to call conversation about a decision, for a while.
#[derive(Debug, Clone, Copy)]
pub struct Lease {
    /// This instance.
    pub owner: Uuid,
    /// From when.
    pub now: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// An assignment whose time to accept has passed.
#[derive(Debug, Clone)]
pub struct Overdue {
    /// The decision that asked the member.
    pub assignment: Decision,
    /// The version that assignment made.
    pub version: i64,
}

/// A member's conversation that a person gave them, and that they have not taken in the time for it.
#[derive(Debug, Clone)]
pub struct LeftLying {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// Where.
    pub conversation: ConversationId,
    /// The open handoff.
    pub handoff: HandoffId,
    /// The version that gave it.
    pub version: i64,
    /// The trace in which it began to wait.
    pub traceparent: Option<String>,
}

/// How it looks at the desk now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Members online who may reply and hold less than their limit.
    pub available: usize,
    /// Conversations that wait for a person.
    pub waiting: usize,
}

/// What routing knows about one conversation.
#[derive(Debug, Clone, Default)]
pub struct Explained {
    /// Its entry, if it waits.
    pub entry: Option<Entry>,
    /// Everything that waits in the workspace.
    pub waiting: Vec<Place>,
    /// Its newest assignments decided, newest first.
    pub decisions: Vec<Decision>,
}

/// Queue and decisions.
#[async_trait]
pub trait Desk: Send + Sync + 'static {
    /// Applies a fact of conversation if its revision is higher than the one held.
    async fn apply(&self, seen: Seen) -> Result<(), StoreError>;

    /// Whether there is anything to decide on.
    async fn has_waiting(&self, workspace: WorkspaceId) -> Result<bool, StoreError>;

    /// Takes a round of decisions under the workspace's lock, and stores them before anybody is called. Those to carry out come back,
    /// already leased.
    async fn decide(
        &self,
        workspace: WorkspaceId,
        lease: Lease,
        planner: Planner,
    ) -> Result<Vec<Decision>, StoreError>;

    /// Takes or renews the right to call about an open decision.
    async fn claim(&self, decision: DecisionId, lease: Lease) -> Result<bool, StoreError>;

    /// Records how a decision ended, once; a member whose assignment was taken back becomes away with it.
    async fn settle(&self, settlement: Settlement) -> Result<(), StoreError>;

    /// Open decisions that nobody holds the right to call about, oldest first.
    async fn unclaimed(&self, now: Timestamp) -> Result<Vec<Decision>, StoreError>;

    /// Assignments whose time to accept has passed.
    async fn overdue(&self, now: Timestamp) -> Result<Vec<Overdue>, StoreError>;

    /// Stores the decision to take an assignment back, if it still stands as it was made: true if it is to be carried out.
    async fn begin_release(
        &self,
        overdue: &Overdue,
        release: &Decision,
        lease: Lease,
    ) -> Result<bool, StoreError>;

    /// What people gave each other before this instant and nobody has taken.
    async fn left_lying(&self, given_before: Timestamp) -> Result<Vec<LeftLying>, StoreError>;

    /// Stores the decision to take such an assignment back, if it still stands and was not made by routing: true if it is to be carried
    /// out.
    async fn begin_release_by_hand(
        &self,
        lying: &LeftLying,
        release: &Decision,
        lease: Lease,
    ) -> Result<bool, StoreError>;

    /// How it looks now.
    async fn counts(&self, workspace: WorkspaceId) -> Result<Counts, StoreError>;

    /// Workspaces where somebody is looked for.
    async fn waiting_workspaces(&self) -> Result<Vec<WorkspaceId>, StoreError>;

    /// What is known about a conversation; `None` if nothing is.
    async fn explain(
        &self,
        workspace: WorkspaceId,
        conversation: ConversationId,
    ) -> Result<Option<Explained>, StoreError>;
}

/// A member as a fact of team shows them.
#[derive(Debug, Clone, Copy)]
pub struct MemberSeen {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// The member.
    pub member: MemberId,
    /// Only a higher one than applied before counts.
    pub revision: i64,
    /// False once removed.
    pub active: bool,
    /// Whether the roles allow to reply.
    pub may_reply: bool,
}

/// A team as a fact of team shows it.
#[derive(Debug, Clone)]
pub struct TeamSeen {
    /// The tenant.
    pub workspace: WorkspaceId,
    /// The team.
    pub id: TeamId,
    /// Only a higher one than applied before counts.
    pub revision: i64,
    /// As it is now.
    pub team: Team,
}

/// Members, their teams and their availability.
#[async_trait]
pub trait Staff: Send + Sync + 'static {
    /// Applies a fact of team if its revision is higher than the one held.
    async fn apply(&self, seen: MemberSeen) -> Result<(), StoreError>;

    /// Applies a fact of team about a team if its revision is higher than the one held.
    async fn apply_team(&self, seen: TeamSeen) -> Result<(), StoreError>;

    /// Stores a member's word and publishes it if it changed anything.
    async fn say(
        &self,
        workspace: WorkspaceId,
        word: Word,
        first_limit: i32,
    ) -> Result<Availability, StoreError>;

    /// The members that ever said so, by id, after one.
    async fn list(
        &self,
        workspace: WorkspaceId,
        after: Option<MemberId>,
        most: u32,
    ) -> Result<Vec<Availability>, StoreError>;
}

/// What conversation answered to a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Known for good.
    Definite(crate::domain::decision::Outcome),
    /// Nobody knows whether it was done; the same decision must be called again.
    Unknown(String),
}

/// Conversation, as far as routing speaks with it.
#[async_trait]
pub trait Conversations: Send + Sync + 'static {
    /// Carries a decision out. Safe to repeat: the decision's id is the request id.
    async fn carry_out(&self, decision: &Decision) -> Answer;

    /// How many conversations each member holds. A hint; the error says why there is none.
    async fn loads(&self, workspace: WorkspaceId) -> Result<BTreeMap<MemberId, i32>, String>;
}
