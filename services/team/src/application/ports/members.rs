//! What the use cases of members need of the world.

use async_trait::async_trait;
use baton_kit::{data::StoreError, door::principal::Scope, life::ids::WorkspaceId};
use jiff::Timestamp;
use uuid::Uuid;

use super::{After, Doer, Made, MakeError, Page, PasswordHash, Repeatable};
use crate::domain::{
    email::EmailAddress,
    ids::MemberId,
    member::{EditRefused, Member, MemberEdit},
    workspace::Slug,
};

/// A member to be added, with the hash of the password.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// The member.
    pub member: Member,
    /// How it will prove itself.
    pub password: PasswordHash,
    /// Who adds it.
    pub by: Doer,
    /// Id of the fact that tells of it.
    pub fact_id: Uuid,
}

/// A member to be changed.
#[derive(Debug, Clone)]
pub struct MemberChange {
    /// Where.
    pub workspace: WorkspaceId,
    /// Which one.
    pub member: MemberId,
    /// How.
    pub edit: MemberEdit,
    /// Who changes it.
    pub by: Doer,
    /// What the changer may do. Whether it is an owner is looked up when the change is made.
    pub held: Vec<Scope>,
    /// When.
    pub at: Timestamp,
}

/// Why a member was not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeMemberError {
    /// The workspace has no such member.
    #[error("there is no such member")]
    NotFound,
    /// It may not be changed so.
    #[error(transparent)]
    Refused(#[from] EditRefused),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Keeps members.
#[async_trait]
pub trait MemberStore: Send + Sync + 'static {
    /// Keeps a new member, and the fact that tells of it.
    async fn create(&self, new: NewMember, request: Repeatable) -> Result<Made<Member>, MakeError>;

    /// A member of this workspace.
    async fn find(&self, workspace: WorkspaceId, id: MemberId) -> Result<Option<Member>, StoreError>;

    /// The active member with this address, with what its password is compared with.
    async fn find_with_password(
        &self,
        workspace: WorkspaceId,
        email: &EmailAddress,
    ) -> Result<Option<(Member, PasswordHash)>, StoreError>;

    /// The same by the workspace's slug, in one step whether or not there is such a workspace.
    async fn find_for_sign_in(
        &self,
        slug: &Slug,
        email: &EmailAddress,
    ) -> Result<Option<(Member, PasswordHash)>, StoreError>;

    /// The workspace's members, oldest first.
    async fn list(
        &self,
        workspace: WorkspaceId,
        after: Option<After>,
        size: u32,
    ) -> Result<Page<Member>, StoreError>;

    /// Replaces a hash by a stronger one of the same password, unless the password was changed meanwhile.
    async fn strengthen(
        &self,
        member: &Member,
        old: PasswordHash,
        new: PasswordHash,
    ) -> Result<(), StoreError>;

    /// Changes a member, as it then is, and keeps the facts that tell of it; nothing where nothing changes. Whoever is removed is in
    /// no team and has no session, no password and no canned response of their own afterwards.
    async fn change(&self, change: MemberChange) -> Result<Member, ChangeMemberError>;
}
