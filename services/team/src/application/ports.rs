//! What the use cases need of the world.
//!
//! Every finder is scoped by workspace, but for the two that find out whose a secret is.

use async_trait::async_trait;
use baton_kit::{
    data::{RequestKey, StoreError},
    life::ids::WorkspaceId,
};
use jiff::Timestamp;
use secrecy::SecretString;
use uuid::Uuid;

use crate::domain::{
    api_key::ApiKey,
    canned::CannedResponse,
    ids::{ApiKeyId, MemberId},
    member::Member,
    secret::SecretHash,
    session::Session,
    workspace::{Slug, Workspace},
};

mod canned;
mod members;
mod revocations;
mod teams;

pub use canned::{
    AfterShortcut, CannedChange, CannedDeletion, CannedFilter, CannedResponseStore, CannedScope,
    ChangeCannedError, DeleteCannedError, MakeCannedError, Viewer,
};
pub use members::{ChangeMemberError, MemberChange, MemberStore, NewMember};
pub use revocations::{RevocationLog, RevocationWatch};
pub use teams::{ChangeTeamError, MakeTeamError, NewTeam, TeamChange, TeamStore};

/// A password's hash in PHC form. Never printed.
#[derive(Debug, Clone)]
pub struct PasswordHash(pub SecretString);

/// What comparing a password said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Not this one.
    Wrong,
    /// This one.
    Right,
    /// This one, and its hash is weaker than today's are.
    RightButWeak,
}

/// A password could not be hashed or compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("passwords: {0}")]
pub struct PasswordsError(pub String);

/// Hashes and compares passwords, a bounded number at a time.
#[async_trait]
pub trait Passwords: Send + Sync + 'static {
    /// A new hash.
    async fn hash(&self, password: &SecretString) -> Result<PasswordHash, PasswordsError>;

    /// Compares. With nothing to compare with it takes as long all the same, and says [`Verdict::Wrong`].
    async fn verify(
        &self,
        password: &SecretString,
        known: Option<&PasswordHash>,
    ) -> Result<Verdict, PasswordsError>;
}

/// A request that may come twice.
#[derive(Debug, Clone)]
pub struct Repeatable {
    /// Which one it is.
    pub key: RequestKey,
    /// What it asks for; of passwords nothing, or it could be guessed from.
    pub fingerprint: SecretHash,
}

/// Who does something, for the facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doer {
    /// A member.
    Member(Uuid),
    /// An API key.
    ApiKey(Uuid),
    /// The operator, or Baton itself.
    System,
}

/// What came of a request that may come twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made<T> {
    /// It was done now.
    Now(T),
    /// It was done before, and this is what was made then.
    Before(T),
}

/// Why something was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MakeError {
    /// Its unique name is taken.
    #[error("the name is taken")]
    Taken,
    /// The request id was used for something else.
    #[error("the request id was used for something else")]
    RequestIdReused,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A workspace to be made, with what is in it from the beginning.
#[derive(Debug, Clone)]
pub struct NewWorkspace {
    /// The workspace.
    pub workspace: Workspace,
    /// Its first owner.
    pub owner: NewMember,
    /// Its first canned responses.
    pub replies: Vec<CannedResponse>,
}

/// Keeps workspaces.
#[async_trait]
pub trait WorkspaceStore: Send + Sync + 'static {
    /// Keeps a workspace with all that is in it, or nothing.
    async fn create(
        &self,
        new: NewWorkspace,
        request: Repeatable,
    ) -> Result<Made<(Workspace, MemberId)>, MakeError>;

    /// The workspace with this id.
    async fn find(&self, id: WorkspaceId) -> Result<Option<Workspace>, StoreError>;

    /// The workspace with this slug.
    async fn find_by_slug(&self, slug: &Slug) -> Result<Option<Workspace>, StoreError>;
}

/// Where a page begins: behind this row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct After {
    /// When the last row of the page before was made.
    pub created_at: Timestamp,
    /// Its id.
    pub id: Uuid,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T, P = After> {
    /// The rows.
    pub rows: Vec<T>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<P>,
}

impl<T, P> Page<T, P> {
    /// A page of at most `size` out of rows of which one more was asked for.
    pub fn of(mut rows: Vec<T>, size: u32, place: impl Fn(&T) -> P) -> Self {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| more).map(place);
        Self { rows, next }
    }
}

/// A session to be ended.
#[derive(Debug, Clone, Copy)]
pub struct SessionEnd {
    /// The session with this secret.
    pub hash: SecretHash,
    /// Id of the fact that tells of it.
    pub fact_id: Uuid,
    /// When.
    pub at: Timestamp,
}

/// Keeps sessions.
#[async_trait]
pub trait SessionStore: Send + Sync + 'static {
    /// Keeps a new session, and drops the member's sessions that ended or were last seen before `idle_since`.
    /// False, and nothing is kept, where the member was removed meanwhile.
    async fn open(&self, session: Session, idle_since: Timestamp) -> Result<bool, StoreError>;

    /// The session with this secret and its member, whatever the workspace: this is how that is found out.
    async fn find(&self, hash: SecretHash) -> Result<Option<(Session, Member)>, StoreError>;

    /// Notes that it was used.
    async fn note_seen(&self, session: &Session, now: Timestamp) -> Result<(), StoreError>;

    /// Ends one, and keeps the fact that tells of it; nothing when there is none.
    async fn end(&self, end: SessionEnd) -> Result<(), StoreError>;
}

/// A key to be revoked.
#[derive(Debug, Clone, Copy)]
pub struct KeyRevocation {
    /// Where.
    pub workspace: WorkspaceId,
    /// Which one.
    pub key: ApiKeyId,
    /// Who revokes it.
    pub by: Doer,
    /// Id of the fact that tells of it.
    pub fact_id: Uuid,
    /// When.
    pub at: Timestamp,
}

/// Keeps API keys.
#[async_trait]
pub trait ApiKeyStore: Send + Sync + 'static {
    /// Keeps a new key.
    async fn create(&self, key: ApiKey, hash: SecretHash, by: Doer) -> Result<(), StoreError>;

    /// The key with this secret, whatever the workspace: this is how that is found out.
    async fn find(&self, hash: SecretHash) -> Result<Option<ApiKey>, StoreError>;

    /// The workspace's keys, oldest first.
    async fn list(
        &self,
        workspace: WorkspaceId,
        after: Option<After>,
        size: u32,
    ) -> Result<Page<ApiKey>, StoreError>;

    /// Revokes a key of this workspace, as it then is, and keeps the fact that tells of it; a revoked one stays as it was.
    async fn revoke(&self, revocation: KeyRevocation) -> Result<Option<ApiKey>, StoreError>;
}
